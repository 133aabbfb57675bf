//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::model::Deployment;
use crate::model::observed::Observed;
use crate::rules::{Check, Rule, drift};

pub(super) static RULE: Rule = Rule {
    id: "live/site-differs",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Files, check),
    page: include_str!("../../../rules/live/site-differs.md"),
};

const HELP: &str = "install the project's and reload nginx, or commit what was changed here";

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for drift in &observed.drifts.sites {
        drift::report(drift, Subject::Site(drift.name.clone()), HELP, out);
    }
}
