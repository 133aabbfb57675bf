//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/autoindex",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/exposure/autoindex.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| level.unseen().is_none()) {
        let Some(line) = level.own("autoindex").last().filter(|it| it.arg(0) == Some("on")) else {
            continue;
        };
        if !level.restrictions().is_empty() {
            continue;
        }
        let at = line.fact(());
        out.report(
            &at,
            "folders without an index are listed to everybody",
            at.label("names files that no page links to"),
        )
        .help("leave out `autoindex on`")
        // A folder may be meant to be listed.
        .replace(&at, "autoindex off", Safety::Unsafe);
    }
}
