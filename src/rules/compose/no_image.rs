//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::compose::FaultKind;
use crate::rules::compose::{faults, report};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/no-image",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/no-image.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for fault in faults(deployment, FaultKind::NoImage) {
        report(fault, "compose refuses the project for it", out)
            .help("say its `image`, or where it is built with `build`");
    }
}
