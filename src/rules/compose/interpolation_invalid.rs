//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::compose::FaultKind;
use crate::rules::compose::{faults, report};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/interpolation-invalid",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/interpolation-invalid.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for fault in faults(deployment, FaultKind::Interpolation) {
        report(fault, "compose stops here, and starts no service", out)
            .help("write `$$` for the character itself");
    }
}
