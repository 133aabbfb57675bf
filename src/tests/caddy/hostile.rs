//! Input that nobody means: it ends in problems, soon, and never in a panic.

use crate::fact::Environment;
use crate::model::caddy::{Request, Scheme};
use crate::syntax::caddy::structure;
use crate::tests::caddy::model::config_of;
use crate::tests::caddy::syntax::tree;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use std::time::{Duration, Instant};

const REAL: &str = include_str!("../../../fixtures/syntax/caddy/everything.caddy");

/// Everything that is done with one file.
fn read(text: &str) {
    let (tree, _) = tree(text);
    let tokens = tree.in_environment(&Environment::unseen("a test"));
    structure(tokens);
    structure(tree.in_environment(&Environment::default()));
    let (config, _) = config_of(&[("Caddyfile", text)], &Environment::default(), None);
    for site in config.sites.iter().take(20) {
        site.route(&Request::get("example.com", "/static/%41/../a?b=%"));
    }
    config.choose(Scheme::Https, 443, "example.com", "/");
}

#[test]
fn a_file_cut_anywhere_is_read() {
    for (at, _) in REAL.char_indices() {
        read(&REAL[..at]);
        read(&REAL[at..]);
    }
}

#[test]
fn hostile_files_take_no_time() {
    let long = 1 << 16;
    let inputs = [
        "{".repeat(long),
        "{\n".repeat(long),
        "}\n".repeat(long),
        "a {\n".repeat(long),
        format!("a {{\n{}", "handle {\n".repeat(20_000)),
        "{$".repeat(long),
        "{{".repeat(long),
        "{%".repeat(long),
        "a{\n".repeat(long),
        "\"".repeat(long),
        "\\".repeat(long),
        "`\n".repeat(long),
        "<<A\n".repeat(long),
        "a,\n".repeat(long),
        "x".repeat(long),
        "# ".repeat(long),
        "{$A:b c}".repeat(20_000),
        "\0".repeat(long),
        format!("a {{\n{}}}\n", "@a path /\nhandle @a {\n}\n".repeat(5_000)),
        format!("a {{\n{}}}\n", "handle /a* {\n".repeat(60) + &"}\n".repeat(60)),
        format!("a {{\n{}respond 1\n}}\n", "@a expression x\nroot @a /\n".repeat(2_000)),
        doubling_snippets(),
    ];
    for input in inputs {
        let start = Instant::now();
        read(&input);
        let head: String = input.chars().take(8).collect();
        // Unoptimised, and beside other tests; what is quadratic takes minutes.
        assert!(start.elapsed() < Duration::from_secs(10), "{head:?} {:?}", start.elapsed());
    }
}

/// Each snippet imports the one before twice.
fn doubling_snippets() -> String {
    let mut text = "(s0) {\n\trespond 1\n}\n".to_owned();
    for index in 1..40 {
        let before = index - 1;
        text.push_str(&format!("(s{index}) {{\n\timport s{before}\n\timport s{before}\n}}\n"));
    }
    text + "a.com {\n\timport s39\n}\n"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_file_is_read(
        at in 0..REAL.len(),
        length in 0..40_usize,
        inserted in prop_oneof![
            any::<String>(),
            "[\"`{}#\\\\<$:,\n\r\t ()@*/a]{0,12}",
            Just("<<X\n".to_owned()),
        ].boxed(),
    ) {
        let start = (0..=at).rev().find(|at| REAL.is_char_boundary(*at)).unwrap();
        let end = (start + length).min(REAL.len());
        let end = (end..).find(|at| REAL.is_char_boundary(*at)).unwrap();
        read(&format!("{}{inserted}{}", &REAL[..start], &REAL[end..]));
    }

    #[test]
    fn places_lie_in_the_file(text in "[\"`{}#\\\\<$:,\n\r\t ()@aé]{0,60}") {
        let (tree, _) = tree(&text);
        for token in tree.in_environment(&Environment::unseen("a test")) {
            assert!(text.get(token.place.span.range()).is_some());
        }
    }
}
