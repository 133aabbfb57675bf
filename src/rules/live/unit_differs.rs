//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::model::Deployment;
use crate::model::observed::Observed;
use crate::rules::{Check, Rule, drift};

pub(super) static RULE: Rule = Rule {
    id: "live/unit-differs",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Units, check),
    page: include_str!("../../../rules/live/unit-differs.md"),
};

const HELP: &str =
    "install the project's and `systemctl daemon-reload`, or commit what was changed here";

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for drift in &observed.drifts.units {
        drift::report(drift, Subject::Process(drift.name.clone()), HELP, out);
    }
}
