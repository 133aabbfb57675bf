//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Context, Line};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/if-in-location",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/if-in-location.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| level.context() == Context::LocationIf) {
        let Some(line) = level.lines().iter().find(|line| !is_safe(line)) else { continue };
        let at = line.fact(());
        out.report(
            &at,
            format!("`{}` in an `if` may do other than it seems to", line.name),
            at.label("the block becomes a location of its own"),
        )
        .also(level.fact(()).label("if this is so"))
        .help("use a `map`, or a location of its own");
    }
}

/// What only rewrites, and is finished before anything else happens.
fn is_safe(line: &Line) -> bool {
    match line.name.as_str() {
        "return" | "set" => true,
        "rewrite" => line.arg(2) != Some("break"),
        _ => false,
    }
}
