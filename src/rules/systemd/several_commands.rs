//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::{Deployment, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/several-commands",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/several-commands.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let services = deployment.units.iter().filter(|unit| unit.is(UnitKind::Service));
    for unit in services.filter(|unit| unit.is_as_written()) {
        let starts = unit.starts();
        let [first, second, ..] = starts.as_slice() else { continue };
        let is_certain = |it: &Fact<()>| it.evidence().certainty() == Certainty::Certain;
        if !starts.iter().all(is_certain) {
            continue;
        }
        let kind = unit.get("Service", "Type");
        let is_said = unit.all("Service", "Type").next().is_some();
        match &kind {
            Some(kind) if kind.value == "oneshot" => continue,
            None if is_said => continue,
            _ => {}
        }
        let finding = out.report(
            unit,
            format!("`{}` has more than one `ExecStart=`, so systemd refuses it", unit.name),
            second.label("a second command"),
        );
        finding.also(first.label("the first"));
        if let Some(kind) = kind {
            finding.also(kind.label("only `oneshot` may have several"));
        }
        finding.help(
            "clear the first with an empty `ExecStart=`, start one with `ExecStartPre=`, or write a unit for each",
        );
    }
}
