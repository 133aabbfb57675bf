//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/secret-in-compose",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("6.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/secret-in-compose.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, _) in deployment.services() {
        for (name, at) in service.written_secrets() {
            out.report(
                process,
                format!("`{name}` is a secret, and stands in the compose file"),
                at.label("whoever reads the repository has it"),
            )
            .help(format!("write `${{{name}:?}}`, and keep the value in a file that git ignores"))
            // It has to be in that file before.
            .replace(&at, format!("${{{name}:?}}"), Safety::Unsafe);
        }
    }
}
