//! Lines as they are written.

use super::source;
use crate::syntax::dotenv::{Assignment, Line, Quote, Tree, parse};
use proptest::prelude::*;

fn tree(text: &str) -> Tree {
    let (sources, id) = source(".env", text);
    parse(id, sources.get(id).text())
}

fn assignment(text: &str) -> Assignment {
    let tree = tree(text);
    tree.assignments().next().unwrap_or_else(|| panic!("an assignment in {text:?}")).clone()
}

#[test]
fn lines_are_kept_by_what_they_are() {
    let tree = tree("# a\n\nA=1\nexport B\nnot a line\n; c\n[D]\n");
    let kinds: Vec<_> = tree
        .lines
        .iter()
        .map(|line| match line {
            Line::Blank(_) => "blank",
            Line::Comment { .. } => "comment",
            Line::Assignment(_) => "assignment",
            Line::Name { .. } => "name",
            Line::Skipped(_) => "skipped",
            Line::Other(_) => "other",
        })
        .collect();
    assert_eq!(kinds, ["comment", "blank", "assignment", "name", "other", "comment", "skipped"]);
    assert!(tree.ends_with_newline);
}

#[test]
fn keys_and_values_are_kept_as_written() {
    for (text, key, value, inner) in [
        ("A=b", "A", "b", "b"),
        (" export  A = \"b c\" # d", "A", "\"b c\"", "b c"),
        ("A='x'", "A", "'x'", "x"),
        ("A=", "A", "", ""),
        ("A=b # c", "A", "b", "b"),
        ("A=b#c", "A", "b#c", "b#c"),
        ("A=b=c", "A", "b=c", "b=c"),
        ("A: b", "A", "b", "b"),
        ("A=x: y", "A", "x: y", "x: y"),
        ("A=\"b\"c", "A", "\"b\"c", "\"b\"c"),
        ("a.b-c=1", "a.b-c", "1", "1"),
        ("A=\"x\ny\"\nB=1", "A", "\"x\ny\"", "x\ny"),
        ("A=\"x\nB=\"y\"", "A", "\"x", "x"),
        ("\u{feff}A=b", "A", "b", "b"),
        ("A=b\r\nC=d", "A", "b", "b"),
    ] {
        let found = assignment(text);
        assert_eq!(found.key.value, key, "{text}");
        assert_eq!((found.value.value.as_str(), found.inner()), (value, inner), "{text}");
    }
}

#[test]
fn what_is_odd_about_a_line_can_be_asked() {
    let found = assignment("  export A =  \"b\"  ");
    assert_eq!((found.indent.span.len(), found.export.is_some()), (2, true));
    assert!(found.blank_before_separator && found.blank_after_separator);
    assert_eq!(found.trailing.span.len(), 2);
    assert_eq!(found.quote, Some(Quote { char: '"', closed: true }));
    assert_eq!(assignment("A='b").quote, Some(Quote { char: '\'', closed: false }));
    assert_eq!(assignment("A: b").separator.value, ':');
    assert!(assignment("A=\"b\" # c").comment.is_some());
}

#[test]
fn secrets_are_found_by_name_and_in_urls() {
    let text = "SECRET_KEY=\"abc\"\nDATABASE_URL=postgres://u:pw@h/d\nDB_PASSWORD=${X}\nDEBUG=1\nTOKEN=\nAPI_KEY='x\ny'\n# OLD_TOKEN=t0 # gone\n";
    let found: Vec<_> =
        tree(text).secrets().into_iter().map(|place| &text[place.span.range()]).collect();
    assert_eq!(found, ["abc", "pw", "x\ny", "t0"]);
}

#[test]
fn ten_thousand_lines_and_odd_bytes_are_read() {
    let text = "A=\"${A}${A}\"\n".repeat(10_000);
    let tree = tree(&text);
    assert_eq!(tree.assignments().count(), 10_000);
    let caller = super::caller();
    for (name, dialect) in super::DIALECTS {
        let reading = super::reading(dialect, &text, &caller);
        assert!(reading.variables.len() <= 1, "{name}");
        super::reading(dialect, "A=\0\nB=\u{1}\0=\"", &caller);
    }
}

proptest! {
    #[test]
    fn no_text_stops_a_reader(text in "\\PC*|[A-C=\"'\\\\${}:#; \n\r\t()&|<>!`+?-]{0,120}") {
        let tree = tree(&text);
        prop_assert!(tree.lines.len() <= text.split('\n').count());
        for assignment in tree.assignments() {
            let span = assignment.place.span;
            prop_assert!(text.get(span.range()).is_some());
        }
        let caller = super::caller();
        for (_, dialect) in super::DIALECTS {
            for (_, value) in super::reading(dialect, &text, &caller).variables {
                if let Some(place) = value.evidence().place() {
                    prop_assert!(text.get(place.span.range()).is_some());
                }
            }
        }
    }

    #[test]
    fn plain_assignments_mean_one_thing_to_all(pairs in prop::collection::vec(("[A-Z][A-Z0-9_]{0,6}", "[a-z0-9/.:@-]{1,12}"), 1..6)) {
        let mut seen = std::collections::BTreeMap::new();
        for (key, value) in &pairs {
            seen.entry(key.clone()).or_insert(value.clone());
        }
        let text: String = seen.iter().map(|(key, value)| format!("{key}={value}\n")).collect();
        let caller = super::caller();
        for (name, dialect) in super::DIALECTS {
            let reading = super::reading(dialect, &text, &caller);
            for (key, value) in &seen {
                let found = super::outcome(dialect, &reading, key, &caller);
                if key == "HOME" || key == "HOSTV" { continue; }
                prop_assert_eq!(found, Some(crate::fact::Supplied::Value(value.clone())), "{}", name);
            }
        }
    }
}
