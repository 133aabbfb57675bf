//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::compose::FaultKind;
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
    let faults = deployment.compose.iter().flat_map(|it| &it.faults);
    for fault in faults.filter(|it| it.kind == FaultKind::Emptied) {
        let here = Fact::at((), fault.problem.place);
        let finding = out.report(&here, &fault.problem.message, here.label("adds nothing"));
        if let Some((place, text)) = &fault.problem.also {
            finding.also(Fact::at((), *place).label(text));
        }
        finding.help("write `!reset []`, or leave the list out of the file before");
    }
}
