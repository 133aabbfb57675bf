//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/source-conflict",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/source-conflict.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // In compose it is usual to lay `environment` over an env file; of systemd people believe the
    // opposite of what it does.
    for process in deployment.apps().filter(|process| deployment.unit(process).is_some()) {
        for it in process.conflicts() {
            let name = it.name;
            out.report(
                process,
                format!("`{name}` is given two values, and the unit's own does not count"),
                it.lost.label("replaced by the env file, whatever the order of the lines"),
            )
            .also(it.holds.label("this is what the process gets"))
            .help(format!("keep `{name}` in one of the two"));
        }
    }
}
