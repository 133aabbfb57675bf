//! Whatever the bytes, a tree comes back, soon, with every place inside the text.

use crate::model::nginx::{Arrival, Config, Included, Request, Root};
use crate::syntax::nginx::{Directive, Tree, parse};
use crate::tests::{file, source};
use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};
use std::time::{Duration, Instant};

const WHOLE: &str = include_str!("../../../fixtures/syntax/nginx/whole.conf");

/// Reads bytes as a file, and looks at every place of the tree.
fn survives(bytes: Vec<u8>) {
    let mut sources = crate::source::Sources::default();
    sources.add(vec![file("nginx.conf", bytes)]);
    let id = sources.ids()[0];
    let text = sources.get(id).text();
    let (tree, problems) = parse(id, text);
    let slice = |place: crate::source::Place| {
        let span = place.span;
        assert!(text.get(span.range()).is_some(), "{place:?}");
    };
    problems.iter().for_each(|problem| slice(problem.place));
    problems.iter().filter_map(|problem| problem.also).for_each(slice);
    tree.comments.iter().copied().for_each(slice);
    let mut rest: Vec<&Directive> = tree.directives.iter().collect();
    while let Some(directive) = rest.pop() {
        slice(directive.place);
        slice(directive.name.place);
        directive.args.iter().for_each(|word| slice(word.place));
        rest.extend(directive.children());
    }
    answers(&tree);
}

/// Asks whatever configuration came of it, as a rule would.
fn answers(tree: &Tree) {
    let root = Root { tree, context: None, alone: true, filled_in: false, beside: None };
    let config = Config::build(&[root], &|_, _| Included::Unseen("not here".into()));
    let _ = (config.zones().len(), config.zone_uses().len());
    for level in config.levels().take(50) {
        let _ = (level.handler(), level.served(), level.sent_headers(), level.added_headers());
        let _ = (level.dropped("add_header"), level.restrictions(), level.body_limit());
        let _ = level.file_for("/static/x");
    }
    for (host, uri) in [("example.com", "/static/x"), ("", "/item/1234/?a=%2F"), ("x", "/é")] {
        let request = Request::get(Arrival::port(443), true, host, uri);
        let _ = config.answer(&request, &|_| None);
        for server in config.servers().take(20) {
            let _ = server.locate(uri);
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_read() {
    for end in 0..=WHOLE.len() {
        survives(WHOLE.as_bytes()[..end].to_vec());
    }
}

#[test]
fn a_file_that_lacks_a_brace_or_quote_anywhere_is_read() {
    let (sources, id) = source("nginx.conf", WHOLE);
    assert_eq!(parse(id, sources.get(id).text()).1, []);
    for (at, _) in WHOLE.match_indices(['{', '}', '"', '\'', ';', '\\', '#']) {
        let mut bytes = WHOLE.as_bytes().to_vec();
        bytes.remove(at);
        survives(bytes);
    }
}

proptest! {
    #[test]
    fn mutated_files_are_read(edits in prop::collection::vec((0..WHOLE.len(), piece()), 1..12)) {
        let mut bytes = WHOLE.as_bytes().to_vec();
        for (at, piece) in edits {
            let at = at.min(bytes.len());
            let end = (at + piece.len() / 2).min(bytes.len());
            bytes.splice(at..end, piece);
        }
        survives(bytes);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        survives(bytes);
    }
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let marks = [
        "{",
        "}",
        ";",
        "\"",
        "'",
        "\\",
        "#",
        "$",
        "${",
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "\n",
        "é",
        "\u{feff}",
        "{2}",
        " _by_lua_block {",
        "[[",
        "--",
    ];
    prop_oneof![
        prop::sample::select(marks.to_vec()).prop_map(|mark| mark.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 1..4),
    ]
}

#[test]
fn hostile_files_take_linear_time() {
    let many = |piece: &str| piece.repeat(500_000 / piece.len());
    let takes = |text: String| {
        let start = Instant::now();
        survives(text.into_bytes());
        start.elapsed()
    };
    // What is quadratic takes thousands of times as long as a file of the same size that nobody
    // would call hostile, however slow the machine is.
    let plain = takes(many("listen 80;\n"));
    let most = (plain * 20).max(Duration::from_secs(5));
    for (name, text) in [
        ("nested blocks", many("a{")),
        ("nested named blocks", many("server {")),
        ("closing braces", many("}")),
        ("nameless blocks", many("{ ")),
        ("semicolons", many(";")),
        ("a long line", "a".repeat(500_000)),
        ("template marks in one line", many("${a};")),
        ("unclosed marks in one line", many("{{a ")),
        ("marks closed in the next line", many("{{a {{a {{a {{a {{a\n}} ")),
        ("unclosed jinja", many("{%a ")),
        ("jinja comments", many("{# ")),
        ("underscores", many("__ ")),
        ("unclosed quotes", many("\"a\n")),
        ("adjacent quotes", many("\"a\"'b'")),
        ("one unclosed quote a line", many("x '\\'\n")),
        ("lua", many("a_by_lua_block { [[ }")),
        ("lua brackets", format!("a_by_lua_block {{{}", many("[="))),
        ("quantifiers", many("a{1}")),
        ("open quantifiers", many("a{1,2")),
        ("one open quantifier", format!("a{{{}", many("1"))),
        ("dollars", many("${")),
        ("backslashes", many("\\")),
        ("blank before words", format!("root{}a b c d", many(" "))),
        ("swallowed lines", many("server_name a\nroot b\n")),
        ("binary", many("\0\u{1}")),
    ] {
        let elapsed = takes(text);
        assert!(elapsed < most, "{name}: {elapsed:?}, and {plain:?} for a plain file");
    }
}
