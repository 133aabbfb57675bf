//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "exposure/env-file-in-image",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["docker/no-dockerignore"],
    security: Some("7.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/env-file-in-image.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said: Vec<&Utf8Path> = Vec::new();
    for (_, process, container) in deployment.services() {
        for baked in &container.contents.baked {
            let path = baked.path.as_path();
            // Images of one tree have one cause.
            if said.contains(&path) {
                continue;
            }
            said.push(path);
            let message = match baked.expected {
                None => format!("`{path}` with its secrets becomes part of the image"),
                Some(_) => format!("`{path}` becomes part of each image that is built beside it"),
            };
            let finding = out.report(process, message, baked.copy.label("copies it"));
            if let Some(expected) = &baked.expected {
                finding.at_most(Severity::Warning);
                finding.also(expected.label("is there when the service starts"));
            }
            finding.because(&process.declared).help(match &baked.taken_back {
                Some(line) => format!("take `{line}` out of `.dockerignore`"),
                None => format!("name `{}` in `.dockerignore`", baked.below),
            });
        }
    }
}
