//! The documentation's site: everything has a page, and nobody else is asked for anything.

use super::{ROOT, run};
use crate::rules;
use crate::tests::tools;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

#[test]
fn the_site_has_a_page_for_every_rule_and_asks_nobody_else() {
    let out = TempDir::new().unwrap();
    let mut build = Command::new(Path::new(ROOT).join("packages/site/build"));
    // Links that lead nowhere, to pages or within them, end it.
    let said = run(build.arg(out.path()).env("KILTER_TOOLS", tools()), 0);
    let mut pages = 0;
    for rule in rules::all() {
        let page = out.path().join("rules").join(rule.id).join("index.html");
        let text = fs::read_to_string(&page).unwrap_or_else(|_| panic!("no page for {}", rule.id));
        assert!(text.contains(rule.id), "{}", rule.id);
        loads_nothing_from_elsewhere(&text);
        pages += 1;
    }
    for guide in ["", "configuration", "ci", "doctor", "trace", "comparison", "keys", "rules"] {
        let text = fs::read_to_string(out.path().join(guide).join("index.html")).unwrap();
        loads_nothing_from_elsewhere(&text);
    }
    println!("{pages} pages of rules\n{said}");
}

/// Links may lead away; scripts, styles, fonts and pictures are the site's own.
fn loads_nothing_from_elsewhere(page: &str) {
    for tag in page.split('<').filter(|it| {
        [
            "script",
            "img",
            "iframe",
            "link rel=\"stylesheet\"",
            "link rel=\"preconnect\"",
            "link href",
        ]
        .iter()
        .any(|start| it.starts_with(start))
    }) {
        let tag = tag.split('>').next().unwrap();
        assert!(!tag.contains("http://") && !tag.contains("https://"), "<{tag}>");
    }
}
