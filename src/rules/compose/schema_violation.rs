//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::compose::FaultKind;
use crate::rules::compose::report;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/schema-violation",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/schema-violation.md"),
};

/// Further places of one mistake that are pointed at.
const MOST_ALIKE: usize = 3;

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(project) = &deployment.compose else { return };
    let mut said: Vec<&str> = Vec::new();
    for fault in &project.faults {
        // One mistake in several services is read of once, with the others beside it.
        let message = fault.problem.message.as_str();
        if said.contains(&message) {
            continue;
        }
        said.push(message);
        const REFUSED: &str = "compose refuses this";
        let (label, help) = match fault.kind {
            FaultKind::Schema => {
                (REFUSED, "see the Compose Specification for what is expected here")
            }
            FaultKind::FirstFormat => (
                "the format of version 1, which compose v2 refuses",
                "put them below `services:`; docker-compose before 1.27 wants `version: \"2\"` as well",
            ),
            FaultKind::Merged => {
                (REFUSED, "merge what is a whole service, or merge this below its own key")
            }
            _ => continue,
        };
        let finding = report(fault, label, out);
        let alike = project.faults.iter().filter(|it| it.problem.message == message);
        for again in alike.skip(1).take(MOST_ALIKE) {
            finding.also(Fact::at((), again.problem.place).label("and this"));
        }
        finding.help(help);
    }
}
