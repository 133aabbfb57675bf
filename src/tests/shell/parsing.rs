//! Words, lists and branches.

use super::parse;
use crate::syntax::shell::{Connector, PartKind};
use proptest::prelude::*;

/// The words of every simple command, and `?` before one that stands in a branch.
fn steps(text: &str) -> Vec<String> {
    let script = parse(text);
    let steps = script.steps().into_iter().map(|step| {
        let words: Vec<_> = step
            .simple
            .words
            .iter()
            .map(|word| {
                word.literal()
                    .map_or_else(|| word.raw.as_str().to_owned(), |it| it.as_str().to_owned())
            })
            .collect();
        format!("{}{}", if step.conditional { "?" } else { "" }, words.join("|"))
    });
    steps.collect()
}

#[test]
fn quotes_and_backslashes_are_taken_away() {
    for (text, expected) in [
        ("echo a  b", "echo|a|b"),
        ("echo 'a b' \"c d\"", "echo|a b|c d"),
        ("echo a'b 'c\"d \"e", "echo|ab cd e"),
        ("echo a\\ b \\'", "echo|a b|'"),
        ("echo \"a\\\"b\\n\"", "echo|a\"b\\n"),
        ("echo a\\\nb", "echo|ab"),
        ("echo \\\n  a", "echo|a"),
        ("echo a\r\n", "echo|a"),
        ("echo \\\r\n  a\r\n", "echo|a"),
        ("echo $'a\\tb\\'c'", "echo|a\tb'c"),
        ("echo a # b", "echo|a"),
        ("echo a#b", "echo|a#b"),
        ("echo ''", "echo|"),
        ("echo $X ${Y:-z}", "echo|$X|${Y:-z}"),
        ("echo \"$(a \")\" b)\" c", "echo|\"$(a \")\" b)\"|c"),
    ] {
        assert_eq!(steps(text), [expected], "{text}");
    }
}

#[test]
fn branches_make_commands_conditional() {
    assert_eq!(steps("a; b\nc"), ["a", "b", "c"]);
    assert_eq!(steps("a && b || c\nd"), ["a", "?b", "?c", "d"]);
    assert_eq!(
        steps("if a; then b; elif c; then d; else e; fi; f"),
        ["a", "?b", "?c", "?d", "?e", "f"]
    );
    assert_eq!(steps("while a; do b; done\nfor x in 1 2; do c; done"), ["a", "?b", "?c"]);
    assert_eq!(steps("case $1 in a|b) c;; *) d ;; esac"), ["?c", "?d"]);
    assert_eq!(steps("f() { a; }\nfunction g { b; }\nf"), ["?a", "?b", "f"]);
    assert_eq!(steps("{ a; b; }; (c; d)"), ["a", "b", "c", "d"]);
    assert_eq!(steps("[[ -f x && y < z ]] && a\n(( x > 1 ))\nb"), ["?a", "b"]);
}

#[test]
fn pipes_and_backgrounds_are_kept() {
    let script = parse("a | b &\nc || true");
    let steps = script.steps();
    assert!(steps[0].apart && steps[1].apart && steps[0].item.background);
    assert_eq!(steps[1].item.connector, Connector::Pipe);
    assert!(steps[2].failure_handled && !steps[3].failure_handled);
}

#[test]
fn here_documents_are_no_commands() {
    let text = "cat > x <<EOF\nrm -rf /\nEOF\nb <<-'E' | c\n\tno\n\tE\nd";
    assert_eq!(steps(text), ["cat", "b", "c", "d"]);
    let script = parse(text);
    let first = script.steps()[0].simple;
    let bodies: Vec<_> = first.redirects.iter().filter_map(|it| it.body.as_ref()).collect();
    assert_eq!(bodies[0].as_str(), "rm -rf /\n");
}

#[test]
fn places_lead_back_to_the_file() {
    let text = "x=1 exec 'gun'icorn --bind \"a b\"";
    let script = parse(text);
    let simple = script.steps()[0].simple;
    let at = |place: crate::source::Place| &text[place.span.range()];
    assert_eq!(at(simple.words[1].place()), "'gun'icorn");
    assert_eq!(at(simple.words[3].place()), "\"a b\"");
    assert_eq!(at(simple.assignments[0].place), "x=1");
    assert_eq!(at(simple.place), text);
}

#[test]
fn what_the_shell_refuses_stops_it_there() {
    for text in [
        "a\nb 'c",
        "a\nb (c",
        "a\nif b; then",
        "a\nb )",
        "a\n&& b",
        "a\n${}",
        "a\nb > ; c",
        "a\n;; b",
        "a\n[[ b ]] and c",
    ] {
        let script = parse(text);
        assert!(script.refused.is_some(), "{text}");
        assert_eq!(script.list.len(), 1, "{text}");
    }
}

#[test]
fn what_bash_reads_is_not_refused() {
    for text in [
        "",
        "#!/bin/sh\n",
        "a() { b; }; a",
        "A=(1 2 3)\nb",
        "a <(b) >(c)",
        "a 2>&1 >/dev/null",
        "a &> b",
        "for ((i=0; i<3; i++)); do a; done",
        "echo $((1 + 2)) $(( x * (2) ))",
        "${A:=b} ${#A} ${A%%x*} ${A/x/y} ${!A}",
        "case x in (a) b ;; esac",
        "until a; do b; done",
        "select x in a b; do c; done",
        "! a",
        "time a",
        "a <<< \"b c\"",
        "if [ -z \"$A\" ]; then :; fi",
        "a & b & wait",
        "x=`a \\`b\\``",
        "a \\\n  | b",
        "a ||\nb &&\n\nc",
        "f()\n{\n  a\n}\n",
        "if true; then # c\n a\nfi # d\n",
        "\"$@\"",
        "exec \"$@\" <&0",
        "a;\n\n",
        "echo \"${A:-\"b c\"}\" '${'",
        "A[0]=x",
        "declare -A m=(\n [a]=b\n)\nlocal x=() y=(1 2)\n",
        "f () {\n a\n}\nf",
        "{ (a) }",
        "a=b; c=$a d",
    ] {
        assert_eq!(parse(text).refused, None, "{text}");
    }
}

#[test]
fn hostile_scripts_are_bounded() {
    for text in [
        "(".repeat(100_000),
        "$(".repeat(100_000),
        "\"${A:-".repeat(50_000),
        "if ".repeat(100_000),
        "{ ".repeat(100_000),
        "a <<A ".repeat(20_000),
        "`".repeat(99_999),
        "f(){ f;};".repeat(5_000),
        "a;".repeat(100_000),
        format!("A={}", "\\\n".repeat(100_000)),
    ] {
        let script = parse(&text);
        assert!(script.steps().len() <= 20_000);
    }
    let chain: String = (0..60).map(|i| format!("f{i}() {{ f{0}; f{0}; }}\n", i + 1)).collect();
    super::run(&format!("{chain}f0"), &[]);
}

proptest! {
    #[test]
    fn no_text_stops_the_parser(text in "\\PC*|[ab$(){}<>;&|'\"`\\\\ \n=#\\[\\]!*-]{0,120}|((if|then|fi|do|done|case|in|esac|while|for|a|b=c|x)[ ;\n]){0,40}") {
        let script = parse(&text);
        for step in script.steps() {
            for word in &step.simple.words {
                let span = word.place().span;
                prop_assert!(text.get(span.range()).is_some());
                for part in &word.parts {
                    if let PartKind::Variable(expansion) = &part.kind {
                        let span = expansion.place.span;
                        prop_assert!(text.get(span.range()).is_some());
                    }
                }
            }
        }
        super::run(&text, &[]);
    }
}

#[test]
fn secrets_in_scripts_are_found() {
    let text = "export SECRET_KEY='a b'\nPGPASSWORD=x psql\nTOKEN=$T\ncurl https://u:pw@h/\ncat >.env <<E\nAPI_KEY=k\nE\nf --password=q\nP_TOKEN=$(gen)\n";
    let found: Vec<_> = crate::syntax::shell::secrets(&parse(text))
        .into_iter()
        .map(|place| &text[place.span.range()])
        .collect();
    assert_eq!(found, ["'a b'", "x", "pw", "k", "q"]);
}
