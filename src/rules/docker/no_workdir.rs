//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::image::Image;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/no-workdir",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/no-workdir.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        let Some(copy) = container.image.as_ref().and_then(Image::copies_into_root) else {
            continue;
        };
        let place = copy.evidence().place();
        if said.contains(&place) {
            continue;
        }
        said.push(place);
        out.report(
            process,
            "the project is copied into the root of the image's file system",
            copy.label("lands in `/`, beside `/etc` and `/usr`"),
        )
        .because(&process.declared)
        .help("put `WORKDIR /app` before it");
    }
}
