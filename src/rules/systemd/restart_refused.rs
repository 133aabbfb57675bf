//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/restart-refused",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/restart-refused.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for unit in deployment.units.iter().filter(|unit| unit.is(UnitKind::Service)) {
        let Some(kind) = unit.get("Service", "Type").filter(|it| it.value == "oneshot") else {
            continue;
        };
        let Some(restart) = unit.get("Service", "Restart") else { continue };
        if !["always", "on-success"].contains(&restart.value.as_str()) {
            continue;
        }
        out.report(
            unit,
            format!("`{}` is to be run again after its end, so systemd refuses it", unit.name),
            restart.label("not for a service that ends"),
        )
        .also(kind.label("it is done once its command has ended"))
        .help("write `Restart=on-failure`, or another `Type=` if it goes on running");
    }
}
