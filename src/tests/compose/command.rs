//! `command` as a string: go-shellwords cuts it, and no shell.

use crate::tests::compose::one;

fn check(written: &str, expected: &[&str]) {
    let loaded = one(&format!("services:\n  s:\n    image: x\n    command: {written}\n"));
    let command = loaded.service("s").command.as_ref().expect("a command");
    let words: Vec<String> = command.words.iter().map(ToString::to_string).collect();
    assert_eq!(words, expected, "{written}");
}

#[test]
fn words_are_cut_at_blanks_outside_quotes() {
    check(
        "gunicorn -b 0.0.0.0:8000 \"a b\" $$X 'c d'",
        &["gunicorn", "-b", "0.0.0.0:8000", "a b", "$X", "c d"],
    );
    check("'a\\ b \"\" x'", &["a b", "", "x"]);
    check("a\"b c\"d", &["ab cd"]);
    check("sh -c \"echo 'x y' && z\"", &["sh", "-c", "echo 'x y' && z"]);
    check("''", &[]);
    check("[a b, c]", &["a b", "c"]);
}

#[test]
fn what_a_shell_would_run_next_is_dropped() {
    let loaded = one(
        "services:\n  s:\n    image: x\n    command: python manage.py migrate && gunicorn app\n",
    );
    let command = loaded.service("s").command.as_ref().expect("a command");
    assert_eq!(command.words.len(), 3);
    let dropped = command.dropped.as_ref().expect("a rest");
    assert_eq!(loaded.slice(dropped.place), "&& gunicorn app");
    check("a 2>&1", &["a"]);
    check("a | b", &["a"]);
}

#[test]
fn a_word_has_its_own_place() {
    let loaded = one("services:\n  s:\n    image: x\n    command: gunicorn -b 0.0.0.0:${P:-80}\n");
    let command = loaded.service("s").command.as_ref().expect("a command");
    assert_eq!(loaded.slice(command.words[0].place), "gunicorn");
    assert_eq!(command.words[2].to_string(), "0.0.0.0:80");
    assert_eq!(loaded.slice(command.words[2].slice(8..10).place), "80");
}
