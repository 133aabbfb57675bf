//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Line};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/return-before-access",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/return-before-access.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels() {
        let Some(deny) = level.own("deny").next() else { continue };
        let Some(answer) = level.own("return").find(|line| gives_something(line)) else { continue };
        let at = answer.fact(());
        out.report(
            &at,
            "this answers before `deny` is asked, so everybody gets it",
            at.label("rewriting comes before access"),
        )
        .also(deny.fact(()).label("never asked"))
        .help("answer from a file or another location, where access is checked first");
    }
}

fn gives_something(line: &Line) -> bool {
    let status = line.arg(0).and_then(|status| status.parse::<u16>().ok());
    status.is_none_or(|status| status < 400)
}
