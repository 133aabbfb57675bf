//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::contents::Unmet;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/copy-source-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/copy-source-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        for unmet in &container.contents.unmet {
            let place = unmet.evidence().place();
            if said.contains(&place) {
                continue;
            }
            said.push(place);
            let (message, label, help) = match &unmet.value {
                Unmet::Absent(source) => (
                    format!("`{source}` is copied into an image, and is not there"),
                    "the context of the build has nothing of this name",
                    "name what is there, from the folder that is the context".to_owned(),
                ),
                Unmet::Excluded(source) => (
                    format!("`{source}` is copied into an image, and kept from its build"),
                    "the ignore file leaves this out of the context",
                    format!("add `!{source}` to the ignore file"),
                ),
                Unmet::NoStage(name) => (
                    format!("no stage is called `{name}`"),
                    "taken for the name of an image, which is pulled",
                    "name a stage of this file".to_owned(),
                ),
            };
            out.report(process, message, unmet.label(label)).because(&process.declared).help(help);
        }
    }
}
