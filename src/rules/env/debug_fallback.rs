//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
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
        // What is decided is on or off, and not this rule's.
        if app.get(DEBUG).is_some() {
            continue;
        }
        for debug in app.possible(DEBUG).iter().filter(|debug| debug.value) {
            let Some(read) = app.default_in(debug) else { continue };
            let Some(default) = &read.default else { continue };
            // A default may as well decide something that turns DEBUG off.
            if !read.name.contains("DEBUG") || read.default_switch() != Some(true) {
                continue;
            }
            let Some(place) = default.evidence.place() else { continue };
            let name = &read.name;
            out.report(
                process,
                format!("DEBUG is on wherever `{name}` is not set"),
                Fact::at((), place).label(format!("holds if `{name}` is missing")),
            )
            .through(app.assigned(DEBUG), "and turns DEBUG on here")
            .because(debug)
            .help(format!("let a missing `{name}` mean False"));
        }
    }
}
