//! Command lines and `Environment=`.

use crate::syntax::systemd::environment::{self, Entry};
use crate::syntax::systemd::exec::{self, Privileges};
use crate::syntax::systemd::specifier::Undecided;
use crate::syntax::systemd::{Fault, Manager};
use crate::tests::systemd::{faults, parse, unit};
use proptest::prelude::*;

/// The words of each command of an `ExecStart=`.
fn words(value: &str) -> Vec<Vec<String>> {
    let (file, _) = parse(&format!("[Service]\nExecStart={value}\n"));
    let (commands, _) = exec::commands(&file.sections[0].assignments[0].value);
    let words = commands.iter().map(|it| {
        std::iter::once(&it.program).chain(&it.arguments).map(|it| it.as_str().to_owned()).collect()
    });
    words.collect()
}

#[test]
fn words_are_split_as_systemd_splits_them() {
    for (value, expected) in [
        ("/bin/echo a b", vec!["/bin/echo", "a", "b"]),
        ("/bin/echo \"a b\" c", vec!["/bin/echo", "a b", "c"]),
        ("/bin/echo 'a b' c", vec!["/bin/echo", "a b", "c"]),
        ("/bin/echo a\"b c\"d", vec!["/bin/echo", "ab cd"]),
        ("/bin/echo --x=\"a b\"", vec!["/bin/echo", "--x=a b"]),
        (
            "/bin/echo a\\tb \"c\\x41d\" \\u00e9 \\s\\101",
            vec!["/bin/echo", "a\tb", "cAd", "é", " A"],
        ),
        ("/bin/echo a\\qb", vec!["/bin/echo", "a\\qb"]),
        ("/bin/echo a\\ b", vec!["/bin/echo", "a\\ b"]),
        ("/bin/echo a \\; b", vec!["/bin/echo", "a", ";", "b"]),
        ("/bin/echo a; /bin/echo b", vec!["/bin/echo", "a;", "/bin/echo", "b"]),
        ("/bin/echo a \\\n# comment\n  b", vec!["/bin/echo", "a", "b"]),
        ("/bin/echo \"a \\\n  b\"", vec!["/bin/echo", "a    b"]),
        ("/bin/echo a \\ \n", vec!["/bin/echo", "a", "\\"]),
        ("/bin/echo a # b", vec!["/bin/echo", "a", "#", "b"]),
        ("/bin/echo '' \"\"", vec!["/bin/echo", "", ""]),
        ("echo a", vec!["echo", "a"]),
        (
            "{{ venv }}/bin/gunicorn --bind {{ a b }}",
            vec!["{{ venv }}/bin/gunicorn", "--bind", "{{ a b }}"],
        ),
    ] {
        assert_eq!(words(value), [expected], "{value}");
    }
}

#[test]
fn a_lone_semicolon_parts_commands() {
    assert_eq!(words("/bin/echo a ; /bin/echo b"), [["/bin/echo", "a"], ["/bin/echo", "b"]]);
}

#[test]
fn prefixes_count_in_any_order() {
    let (file, _) = parse("[Service]\nExecStart=-+:@/bin/echo zero $A\n");
    let (commands, problems) = exec::commands(&file.sections[0].assignments[0].value);
    let command = &commands[0];
    assert!(problems.is_empty());
    assert!(command.prefixes.ignore_failure && command.prefixes.no_expansion);
    assert_eq!(command.prefixes.privileges, Privileges::Full);
    assert_eq!(command.program.as_str(), "/bin/echo");
    assert_eq!(command.argv0.as_ref().map(|it| it.as_str()), Some("zero"));
    assert_eq!(command.arguments[0].as_str(), "$A");
}

#[test]
fn what_systemd_refuses_in_a_command_is_located() {
    for (value, fault, at) in [
        ("/bin/echo \"a b", Fault::UnclosedQuote, "\""),
        ("- /bin/echo a", Fault::InvalidValue, "-"),
        ("./run.sh a", Fault::PathNotAbsolute, "./run.sh"),
        ("${BIN}/echo a", Fault::PathNotAbsolute, "${BIN}/echo"),
        ("/bin/echo a\\qb", Fault::UnknownEscape, "\\q"),
        ("/bin/echo a # b", Fault::InlineComment, "# b"),
        ("/bin/echo a && /bin/echo b", Fault::ShellSyntax, "&&"),
        ("/bin/echo a > /tmp/x", Fault::ShellSyntax, ">"),
        ("/bin/echo $(date)", Fault::ShellSyntax, "$(date)"),
    ] {
        assert_eq!(faults(&format!("ExecStart={value}")), [(fault, at.to_owned())], "{value}");
    }
}

#[test]
fn a_shell_may_have_its_syntax_in_quotes() {
    assert_eq!(faults("ExecStart=/bin/sh -c 'cd /x && exec y > /dev/null # z'"), []);
    assert_eq!(faults("ExecStart=/usr/bin/gunicorn --forwarded-allow-ips * -b 0.0.0.0:80"), []);
}

/// `NAME=value` of each entry; a value that is not known is `?`.
fn environment(value: &str) -> Vec<String> {
    let (file, _) = parse(&format!("[Service]\nEnvironment={value}\n"));
    let value = &file.sections[0].assignments[0].value;
    let (entries, _) = environment::entries(value, &unit("t.service"), Manager::System);
    let show = |entry: Entry| match entry {
        Entry::Set { name, value: Ok(value) } => format!("{}={}", name.value, value.as_str()),
        Entry::Set { name, value: Err(_) } => format!("{}=?", name.value),
        Entry::Inserted(_) => "…".to_owned(),
    };
    entries.into_iter().map(show).collect()
}

#[test]
fn environment_takes_quoted_words_and_drops_the_others() {
    assert_eq!(
        environment("A=1 B=\"x y\" \"C=p q\" D='$x' E=%n F=%H"),
        ["A=1", "B=x y", "C=p q", "D=$x", "E=t.service", "F=?"]
    );
    assert_eq!(environment("A=x y"), ["A=x"]);
    assert_eq!(environment("A=\"x y\"z"), ["A=x yz"]);
    assert_eq!(environment("A=p%40w B=100% C=50%%"), ["B=100%", "C=50%"]);
    assert_eq!(environment("A=1 \\\n  B=2"), ["A=1", "B=2"]);
    assert_eq!(environment("A=1 {{ more }}"), ["A=1", "…"]);
}

#[test]
fn what_environment_drops_is_located() {
    let fault = |fault, at: &str| vec![(fault, at.to_owned())];
    assert_eq!(faults("Environment=A=x y"), fault(Fault::DroppedWord, "y"));
    assert_eq!(faults("Environment=A=b#c D=e # f"), fault(Fault::InlineComment, "# f"));
    assert_eq!(faults("Environment=A=p%40w"), fault(Fault::UnknownSpecifier, "%4"));
    assert_eq!(faults("Environment=\"A=b"), fault(Fault::UnclosedQuote, "\""));
    assert_eq!(faults("Environment=1A=b"), fault(Fault::DroppedWord, "1A=b"));
}

#[test]
fn an_environment_file_is_an_absolute_path_without_quotes() {
    let read = |value: &str| {
        let (file, _) = parse(&format!("[Service]\nEnvironmentFile={value}\n"));
        environment::file(
            &file.sections[0].assignments[0].value,
            &unit("web@blue.service"),
            Manager::System,
        )
    };
    let file = read("-/etc/%p/%i.env").expect("a path");
    assert!(file.optional && !file.is_glob());
    assert_eq!(file.path.expect("it is known").as_str(), "/etc/web/blue.env");
    assert!(read("/etc/y/*.env").expect("a path").is_glob());
    assert!(matches!(read("%H/x").expect("a path").path, Err(Undecided::Elsewhere('H', _))));
    assert_eq!(read("\"/etc/x.env\"").expect_err("quotes").fault, Fault::PathNotAbsolute);
    assert_eq!(read(".env").expect_err("relative").fault, Fault::PathNotAbsolute);
}

#[test]
fn what_is_to_be_filled_in_may_begin_with_any_word() {
    let line = "[Service]\nExecStart=app_folder/venv/bin/gunicorn config.wsgi\n";
    let (file, _) = parse(line);
    let value = &file.sections[0].assignments[0].value;
    assert_eq!(exec::commands(value).0.len(), 0);
    let filled_in = exec::commands_of_template(value);
    assert_eq!(filled_in[0].program.as_str(), "app_folder/venv/bin/gunicorn");
}

proptest! {
    #[test]
    fn no_value_stops_the_splitter(value in "[\\\\\"'a-z0-7 ;{}%$=@:!+é-]{0,80}") {
        words(&format!("x{value}"));
        environment(&format!("x{value}"));
    }

    #[test]
    fn plain_words_are_themselves(list in prop::collection::vec("[a-z0-9./=-]{1,8}", 1..6)) {
        let line = format!("/bin/x {}", list.join(" "));
        prop_assert_eq!(&words(&line)[0][1..], &list[..]);
    }
}
