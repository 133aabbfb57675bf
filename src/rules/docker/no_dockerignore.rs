//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/no-dockerignore",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/no-dockerignore.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        let Some(copy) = &container.contents.unfiltered else { continue };
        let place = copy.evidence().place();
        if said.contains(&place) {
            continue;
        }
        said.push(place);
        out.report(
            process,
            "everything in the build's folder becomes part of the image",
            copy.label("copies all there is, and no `.dockerignore` leaves anything out"),
        )
        .because(&process.declared)
        .help("write a `.dockerignore` with `.git`, `.env*`, databases, uploads and virtualenvs");
    }
}
