//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{DEBUG, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/debug-fallback",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/debug-fallback.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let app = process.fact();
        let Some((name, default)) = app.debug_by_default() else { continue };
        out.report(
            process,
            format!("DEBUG is on wherever `{name}` is not set"),
            default.label(format!("holds if `{name}` is missing")),
        )
        .through(app.assigned(DEBUG), "and turns DEBUG on here")
        .help(format!("let a missing `{name}` mean False"));
    }
}
