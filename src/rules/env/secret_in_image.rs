//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/secret-in-image",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("7.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/secret-in-image.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        let Some(image) = &container.image else { continue };
        for (name, at) in image.written_secrets() {
            let place = at.evidence().place();
            if said.contains(&place) {
                continue;
            }
            said.push(place);
            out.report(
                process,
                format!("`{name}` is a secret, and part of the image"),
                at.label("whoever can pull the image reads it"),
            )
            .because(&process.declared)
            .help(format!("give `{name}` to the container when it starts, and change its value"));
        }
    }
}
