//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::compose::FaultKind;
use crate::rules::compose::{faults, report};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/empty-list-ignored",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/empty-list-ignored.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for fault in faults(deployment, FaultKind::Emptied) {
        report(fault, "adds nothing", out)
            .help("write `!reset []`, or leave the list out of the file before");
    }
}
