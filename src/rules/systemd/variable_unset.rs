//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/variable-unset",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/variable-unset.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for unit in &deployment.units {
        for unset in unit.unset_variables() {
            let (key, name) = (unset.key, &unset.name);
            let finding = out.report(
                unit,
                format!("`{}` asks for `{}`, which nothing sets", unit.name, name.value),
                name.label("comes to an empty text"),
            );
            // A service may well run that cannot be asked to stop.
            if key != "ExecStart" {
                finding.at_most(Severity::Warning);
            }
            finding.help(format!(
                "set `Environment={}=…`, or write what is meant in its place",
                name.value
            ));
        }
    }
}
