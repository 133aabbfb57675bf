//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/bind-source-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/bind-source-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let consequence = if deployment.is_stack() {
        "does not exist, so Swarm starts no task that mounts it"
    } else {
        "docker makes a folder of this name and mounts that"
    };
    for (_, process, container) in deployment.services() {
        for missing in &container.contents.unmounted {
            let path = &missing.value;
            out.report(
                process,
                format!("`{path}` is mounted, and is not there"),
                missing.label(consequence),
            )
            .because(&process.declared)
            .help("name the file that is there, or commit the one that is meant");
        }
    }
}
