//! See the page.

use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::Observed;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/unit-stale",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Units, check),
    page: include_str!("../../../rules/live/unit-stale.md"),
};

fn check(deployment: &Deployment, observed: &Observed, out: &mut Findings) {
    for unit in &deployment.units {
        let name = unit.name.to_string();
        let Some(Ok(state)) = observed.units.get(&name) else { continue };
        let (at, said) = match (&state.unknown, &state.stale) {
            (Some(unknown), _) => (unknown.label("no such unit is loaded"), "was never loaded"),
            (None, Some(stale)) => {
                (stale.label("its files were changed after they were read"), "is not what runs")
            }
            (None, None) => {
                out.passed(format!("`{name}` is as systemd has it"));
                continue;
            }
        };
        out.report(unit, format!("`{name}` {said}: systemd has another text"), at)
            .also(unit.head("Unit").label("what is on the disk"))
            .help(format!("`systemctl daemon-reload && systemctl restart {name}`"));
    }
}
