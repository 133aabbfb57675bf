//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/events-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/events-missing.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let Some((http, brought)) = config.without_events() else { return };
    out.report(
        &http,
        "nginx does not start: its main file has no `events` block",
        http.label("no `events { }` stands beside it"),
    )
    .also(brought.label("takes the place of the file that has one"))
    .help("write `events {}` before it; an empty one leaves everything at its default")
    .insert_before(&http, "events {}", Safety::Safe);
}
