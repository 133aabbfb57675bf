//! YAML as compose's reader takes it, and what it does with input that nobody should write.

use crate::source::{Place, Sources};
use crate::syntax::yaml::{File, Node, Typed, parse};
use proptest::prelude::*;

fn read(text: &str) -> (Sources, File) {
    let (sources, id) = crate::tests::source("compose.yml", text);
    let file = parse(id, sources.get(id).text());
    (sources, file)
}

fn slice(sources: &Sources, place: Place) -> &str {
    &sources.get(place.file).text()[place.span.range()]
}

/// The problems of a text, as `line: message`.
fn problems(text: &str) -> Vec<String> {
    let (sources, file) = read(text);
    let shown = sources.shown();
    let line = |place| shown.position(place).0;
    file.problems.iter().map(|it| format!("{}: {}", line(it.place), it.message)).collect()
}

/// The tree as one line, for comparison.
fn flat(node: &Node) -> String {
    if !node.pairs().is_empty() {
        let pair =
            |it: &crate::syntax::yaml::Pair| format!("{}: {}", flat(&it.key), flat(&it.value));
        return format!("{{{}}}", node.pairs().iter().map(pair).collect::<Vec<_>>().join(", "));
    }
    match node.typed() {
        None => format!("[{}]", node.items().iter().map(flat).collect::<Vec<_>>().join(", ")),
        Some(Typed::Text(text)) => format!("{text:?}"),
        Some(Typed::Null) => "null".to_owned(),
        Some(Typed::Bool(value)) => value.to_string(),
        Some(Typed::Int(value)) => value.to_string(),
        Some(Typed::Float(value)) => format!("{value:?}"),
    }
}

fn check(text: &str, expected: &str) {
    let (_, file) = read(text);
    let documents: Vec<String> = file.documents.iter().map(flat).collect();
    assert_eq!(documents.join(" --- "), expected, "{text}");
}

#[test]
fn scalars_have_the_types_that_compose_gives_them() {
    check(
        "[yes, off, true, False, ~, null, '']",
        "[\"yes\", \"off\", true, false, null, null, \"\"]",
    );
    check("[0777, 0o17, 0x1F, 0b11, 1_000, -5, +5, 08]", "[511, 15, 31, 3, 1000, -5, 5, 8.0]");
    check(
        "[1.0, .5, 1e3, 5., 1.2.3, 12:30:45, 22:22]",
        "[1.0, 0.5, 1000.0, 5.0, \"1.2.3\", \"12:30:45\", \"22:22\"]",
    );
    check("[\"5\", !!str 5, !!int '5', 1-2, 5m]", "[\"5\", \"5\", 5, \"1-2\", \"5m\"]");
    check(
        "[0x, 0b2, '0', 00, -0x1, 99999999999999999999]",
        "[\"0x\", \"0b2\", \"0\", 0, -1, 1e20]",
    );
}

#[test]
fn a_scalar_is_at_the_bytes_that_hold_it() {
    let text = "a: 'it''s'\nb: |\n  x $Y\n  z\nc: \"d $E\"\nf: plain # no\n";
    let (sources, file) = read(text);
    let root = &file.documents[0];
    let get = |key: &'static str| root.get(key).unwrap();
    assert_eq!(slice(&sources, get("a").place), "'it''s'");
    assert_eq!(slice(&sources, get("c").place), "\"d $E\"");
    assert_eq!(slice(&sources, get("f").place), "plain");
    let part = |key: &'static str, range| {
        let node = get(key);
        slice(&sources, node.scalar().unwrap().part(node.place, text, range))
    };
    assert_eq!(part("b", 2..4), "$Y");
    assert_eq!(part("c", 2..4), "$E");
    assert_eq!(part("a", 0..4), "'it''s'", "an escaped part has no bytes of its own");
    assert_eq!(slice(&sources, file.comments[0]), "# no");
}

#[test]
fn a_collection_reaches_from_its_first_to_its_last_value() {
    let text = "s:\n  web:\n    a: 1\n    b: [x, y]\n\n  # end\nz: 1\n";
    let (sources, file) = read(text);
    let web = file.documents[0].get("s").unwrap().get("web").unwrap();
    assert_eq!(slice(&sources, web.place), "a: 1\n    b: [x, y]");
    assert_eq!(slice(&sources, web.get("b").unwrap().place), "[x, y]");
}

#[test]
fn an_alias_is_its_anchor_seen_from_elsewhere() {
    let (sources, file) = read("a: &x {k: 1}\nb: *x\n");
    let b = file.documents[0].get("b").unwrap();
    assert_eq!(slice(&sources, b.place), "{k: 1}");
    assert_eq!(slice(&sources, b.alias.unwrap()), "*x");
    assert_eq!(&*b.anchor.as_ref().unwrap().text, "x");
}

#[test]
fn own_keys_win_over_merged_ones_and_earlier_merges_over_later() {
    check(
        "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3",
        "{\"a\": {\"x\": 1, \"y\": 1}, \"b\": {\"y\": 2, \"z\": 2}, \"c\": {\"x\": 3, \"y\": 1, \"z\": 2}}",
    );
    let (sources, file) = read("a: &a {x: 1, y: 1}\nc:\n  <<: *a\n  x: 3\n");
    let crate::syntax::yaml::Kind::Mapping(c) = &file.documents[0].get("c").unwrap().kind else {
        panic!("a mapping");
    };
    let y = &c.pairs[1];
    assert_eq!(slice(&sources, y.key.place), "y");
    assert_eq!(slice(&sources, y.merged.unwrap()), "<<");
    assert_eq!(slice(&sources, c.shadowed[0].value.place), "1");
}

#[test]
fn tags_are_kept_for_those_who_know_them() {
    let (sources, file) = read("ports: !reset [\"1:1\"]\n");
    let ports = file.documents[0].get("ports").unwrap();
    assert_eq!(&*ports.tag.as_ref().unwrap().text, "!reset");
    assert_eq!(slice(&sources, ports.tag.as_ref().unwrap().place), "!reset");
}

#[test]
fn faults_are_located_and_the_rest_is_read() {
    assert_eq!(problems("a: 1\nb: 2\na: 3\n"), ["3: mapping key `a` is already defined"]);
    assert_eq!(problems("a: *nope\nb: 1\n"), ["1: unknown anchor `nope`"]);
    assert_eq!(problems("a:\n  <<: *nope\n  k: 1\n"), ["2: unknown anchor `nope`"]);
    assert_eq!(problems("a: &a [*a]\n"), ["1: an anchor's value contains itself"]);
    let no_mapping = "2: a merge needs a mapping or a list of mappings";
    for merged in ["<<: 5", "<<: text", "<<:", "<<: [~]", "<<: [[]]", "<<: *n"] {
        let text = format!("n: &n\na: {{{merged}, k: 1}}\n");
        assert_eq!(problems(&text), [no_mapping], "{merged}");
        check(&text, "{\"n\": null, \"a\": {\"k\": 1}}");
    }
    assert_eq!(problems("a:\n  <<: []\n  k: 1\n"), [""; 0]);
    let tabs = "3: tabs disallowed within this context (block indentation)";
    assert_eq!(problems("a: 1\nb:\n\t- 2\n"), [tabs]);
    check("a: 1\nb:\n\t- 2\n", "{\"a\": 1, \"b\": null}");
    check("a: 1\nb: 2\na: 3\nc: 4\n", "{\"a\": 3, \"b\": 2, \"c\": 4}");
    check("a: &a [*a, 1]\nb: 2\n", "{\"a\": [null, 1], \"b\": 2}");
    let (_, file) = read("a: 1\nb: [1, 2\nc: 3\n");
    assert!(!file.complete);
    assert_eq!(flat(&file.documents[0]).get(..7), Some("{\"a\": 1"));
    let (_, file) = read("a: 1\nb: *nope\nc: 3\n");
    assert_eq!(flat(&file.documents[0]), "{\"a\": 1, \"b\": null, \"c\": 3}");
}

#[test]
fn documents_follow_each_other() {
    check("a: 1\n---\nb: 2\n", "{\"a\": 1} --- {\"b\": 2}");
    check("", "");
    check("# only a comment\n", "");
}

#[test]
fn a_long_comment_is_no_fault() {
    let (_, file) = read(&format!("a:\n{}  b: 1\n", "  # c\n".repeat(2000)));
    assert_eq!((file.problems.len(), file.comments.len()), (0, 2000));
}

#[test]
fn an_alias_bomb_is_defused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let found = problems(&text);
    assert_eq!(found, ["6: aliases stand for too many values"]);
    let read = flat(&read(&format!("{text}services: {{web: {{image: x}}}}\n")).1.documents[0]);
    assert!(read.ends_with("\"services\": {\"web\": {\"image\": \"x\"}}}"));
    let mut text = "a0: &a0 {k: 1}\n".to_owned();
    for level in 1..500 {
        text += &format!("a{level}: &a{level} {{k: {{k: *a{}}}}}\n", level - 1);
    }
    assert!(problems(&text)[0].ends_with("nested too deeply"));
}

#[test]
fn depth_is_bounded() {
    assert!(!read(&"[".repeat(100_000)).1.complete);
    assert!(!read(&"- ".repeat(100_000)).1.complete);
    assert!(!read(&"{a: ".repeat(100_000)).1.complete);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[ab:\\-&*!|>\\[\\]{}#'\"\n\t <,?%\\x00é]{0,60}") {
        read(&text);
    }

    #[test]
    fn a_cut_file_is_read_up_to_the_cut(cut in 0usize..400) {
        let text = "x: &x\n  a: 1\n  b: |\n    t\n    ü\nservices:\n  web:\n    <<: [*x]\n    e: \"q\\n${A}\"\n    l: [1, {k: *x}]\n";
        let mut cut = cut.min(text.len());
        while !text.is_char_boundary(cut) { cut -= 1; }
        let (sources, file) = read(&text[..cut]);
        for place in file.problems.iter().map(|it| it.place) {
            slice(&sources, place);
        }
    }
}
