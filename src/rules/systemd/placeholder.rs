//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/placeholder",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/placeholder.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for unit in &deployment.units {
        let Some(placeholder) = unit.placeholder() else { continue };
        out.report(
            unit,
            format!("`{}` has a placeholder that nobody filled in", unit.name),
            placeholder.label(format!("`{placeholder}` stands for something else")),
        )
        .help("put in what it stands for, or call the file a template");
    }
}
