//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::compose::FaultKind;
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
    let faults = deployment.compose.iter().flat_map(|it| &it.faults);
    for fault in faults.filter(|it| it.kind == FaultKind::Interpolation) {
        let here = Fact::at((), fault.problem.place);
        let finding = out.report(
            &here,
            &fault.problem.message,
            here.label("compose stops here, and starts no service"),
        );
        finding.help("write `$$` for the character itself");
        if let Some(fix) = &fault.problem.fix {
            finding.fix((**fix).clone());
        }
    }
}
