//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/config-file-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/config-file-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(started) = &process.started else { continue };
        let Some(absent) = &started.config_absent else { continue };
        out.report(
            process,
            format!("`{}` does not start: there is no `{}`", process.name, absent.value),
            absent.label("the server ends if it cannot read this"),
        )
        .because(&process.declared)
        .help("add the file, or take the option away");
    }
}
