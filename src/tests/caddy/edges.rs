//! Forty-eight small files whose acceptance by Caddy was measured, kept as they were asked about.
//!
//! Each has here what the parser makes of it. Whether Caddy itself still says so is asked by the
//! comparison with the program.

use crate::fact::Environment;
use crate::fact::version::Series;
use crate::tests::caddy::model::config_of;
use crate::tests::caddy::syntax::{outline, tree};
use std::fs;

/// Name, outline, and what is wrong with the form of the file.
const EDGES: &[(&str, &str, &[&str])] = &[
    ("01_minimal", "example.com [reverse_proxy localhost:8000]", &[]),
    ("02_braceless_two_dirs", "example.com [root * /srv; file_server]", &[]),
    ("03_addr_list", "a.example.com, b.example.com [respond 1]", &[]),
    ("04_addr_list_nl", "a.example.com, b.example.com [respond 1]", &[]),
    ("05_addr_space", "a.example.com, b.example.com [respond 1]", &[]),
    ("06_port_only", ":8080 [respond 1]", &[]),
    ("07_wild", "*.example.com [respond 1]", &[]),
    ("08_env", "{$DOMAIN:localhost} [respond {$MSG:hello world}]", &[]),
    ("09_env_addr_empty", "{$NOPE} [respond 1]", &[]),
    ("10_env_nested_dir", "a.example.com [reverse_proxy {$UP:127.0.0.1:8000}]", &[]),
    (
        "11_placeholder",
        "a.example.com [header X-Foo {http.request.host}; redir https://{host}{uri}]",
        &[],
    ),
    (
        "12_snippet_args",
        "snippet proxy [reverse_proxy {args[0]}] | a.example.com [import proxy 127.0.0.1:8000]",
        &[],
    ),
    (
        "13_snippet_args_old",
        "snippet proxy [reverse_proxy {args.0}] | a.example.com [import proxy 127.0.0.1:8000]",
        &[],
    ),
    (
        "14_named_matcher",
        "a.example.com [@static path /static/* /media/*; file_server @static]",
        &[],
    ),
    (
        "15_matcher_block",
        "a.example.com [@api [path /api/*; method POST]; reverse_proxy @api 127.0.0.1:8000]",
        &[],
    ),
    (
        "16_handle_path",
        "a.example.com [handle_path /static/* [root * /srv/static; file_server]; handle [reverse_proxy 127.0.0.1:8000]]",
        &[],
    ),
    ("17_heredoc", "a.example.com [respond <h1>{ hi }</h1> 200]", &[]),
    ("18_backtick", "a.example.com [respond {\"a\": \"b\"}]", &[]),
    ("19_quoted_escape", "a.example.com [respond say \"hi\" \\n x]", &[]),
    ("20_quoted_newline", "a.example.com [respond line1\nline2]", &[]),
    ("21_line_cont", "a.example.com [reverse_proxy 127.0.0.1:8000 127.0.0.1:8001]", &[]),
    ("22_comment_mid", "a.example.com [respond 1; respond /x#y 2]", &[]),
    ("23_hash_in_token", "a.example.com [redir https://x.com/#frag]", &[]),
    (
        "24_global",
        "options [email a@b.c; servers [trusted_proxies static private_ranges]] | a.example.com [respond 1]",
        &[],
    ),
    ("25_one_line_block", "a.example.com [respond 1]", &["`}` has to stand on a line of its own"]),
    ("26_no_close", "a.example.com [respond 1]", &["the block that opens here is not closed"]),
    (
        "27_extra_close",
        "a.example.com [respond 1]",
        &["no block is open that this `}` could close"],
    ),
    ("28_brace_own_line", "a.example.com [respond 1]", &[]),
    (
        "29_glued_brace",
        "a.example.com [respond 1]",
        &["a blank is missing between this word and its `{`"],
    ),
    ("30_quoted_addr", "a.example.com [respond 1]", &[]),
    ("31_http_scheme_path", "http://a.example.com/foo [respond 1]", &[]),
    ("32_ipv6", "http://[::1]:8080 [respond 1]", &[]),
    ("33_unix", "a.example.com [reverse_proxy unix//run/gunicorn.sock]", &[]),
    ("34_php", "a.example.com [route [try_files {path} /index.html]]", &[]),
    ("35_crlf", "a.example.com [respond 1]", &[]),
    ("36_bom", "a.example.com [respond 1]", &[]),
    ("37_import_glob", "import sites/*.caddy", &[]),
    ("38_escaped_brace", "a.example.com [respond \\{]", &[]),
    (
        "39_named_route",
        "route app [reverse_proxy 127.0.0.1:8000] | a.example.com [invoke app]",
        &[],
    ),
    ("40_backslash_win", "a.example.com [root * C:\\srv]", &[]),
    ("41_empty", "", &[]),
    ("42_only_comment", "", &[]),
    (
        "43_expression",
        "a.example.com [@x expression {http.request.method} == \"GET\"; respond @x 1]",
        &[],
    ),
    ("44_env_space_default", "a.example.com [respond {$A:x y}]", &[]),
    ("45_unknown_directive", "a.example.com [nosuch 1; respond 1]", &[]),
    (
        "46_bad_mid",
        "a.example.com [respond unclosed] | b.example.com [respond 2]",
        &["the quote that opens here is not closed"],
    ),
    ("47_template_sum", "__DOMAIN__ [respond 1]", &[]),
    ("48_handle_errors", "a.example.com [handle_errors 404 [respond 1]]", &[]),
];

/// Those that Caddy refuses, by the release that does: Debian's 2.6.2, then 2.11.7 as well.
const REFUSED_BY_OLD: &[&str] = &["17_heredoc", "39_named_route", "48_handle_errors"];
const REFUSED: &[&str] = &[
    "09_env_addr_empty",
    "25_one_line_block",
    "26_no_close",
    "27_extra_close",
    "29_glued_brace",
    "45_unknown_directive",
    "46_bad_mid",
];

#[test]
fn every_edge_is_accepted_or_refused_as_recorded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/syntax/caddy/edges");
    for (name, ..) in EDGES {
        let text = fs::read_to_string(format!("{folder}/{name}.caddy")).unwrap();
        let refuses = |version| {
            let files = [("Caddyfile", text.as_str())];
            !config_of(&files, &Environment::default(), Some(version)).1.is_empty()
        };
        let by_all = REFUSED.contains(name);
        assert_eq!(refuses(Series::new(2, 11)), by_all, "{name}");
        let by_old = by_all || REFUSED_BY_OLD.contains(name);
        assert_eq!(refuses(Series::new(2, 6)), by_old, "{name}");
    }
}

#[test]
fn every_edge_is_read_as_recorded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/syntax/caddy/edges");
    let mut seen = Vec::new();
    for (name, expected, expected_problems) in EDGES {
        let text = fs::read_to_string(format!("{folder}/{name}.caddy")).unwrap();
        let (tree, problems) = tree(&text);
        assert_eq!(outline(&tree), *expected, "{name}");
        assert_eq!(problems, *expected_problems, "{name}");
        seen.push(format!("{name}.caddy"));
    }
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(seen, files);
}
