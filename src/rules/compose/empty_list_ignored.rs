//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::compose::{FaultKind, Service};
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
    // What a profile keeps from being started listens nowhere, whatever the list still has.
    let is_started = |name: &str| deployment.processes.iter().any(|it| it.name == name);
    let services: Vec<_> = deployment.compose.iter().flat_map(|it| &it.services).collect();
    let held_back = |it: &&&Service| !it.profiles.is_empty() && !is_started(&it.name.value);
    let held_back: Vec<_> = services.iter().filter(held_back).map(|it| it.place).collect();
    let found = faults(deployment, FaultKind::Emptied);
    for fault in found.filter(|it| !held_back.iter().any(|own| own.contains(it.problem.place))) {
        report(fault, "adds nothing", out)
            .help("write `!reset []`, or leave the list out of the file before");
    }
}
