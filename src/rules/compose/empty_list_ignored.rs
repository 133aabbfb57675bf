//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::compose::FaultKind;
use crate::rules::compose::{faults, report};
use crate::rules::{Check, Rule};
use crate::source::Place;

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
    let is_held_back = |place: Place| {
        let services = deployment.compose.iter().flat_map(|it| &it.services);
        let mut around = services.filter(|it| {
            it.place.file == place.file
                && it.place.span.start <= place.span.start
                && place.span.end <= it.place.span.end
        });
        let is_started = |name: &str| deployment.processes.iter().any(|it| it.name == name);
        around.any(|it| !it.profiles.is_empty() && !is_started(&it.name.value))
    };
    let found = faults(deployment, FaultKind::Emptied);
    for fault in found.filter(|it| !is_held_back(it.problem.place)) {
        report(fault, "adds nothing", out)
            .help("write `!reset []`, or leave the list out of the file before");
    }
}
