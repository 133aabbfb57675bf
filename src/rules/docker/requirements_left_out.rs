//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/requirements-left-out",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/requirements-left-out.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        for left in &container.contents.lists_left_out {
            let place = left.at.evidence().place();
            if said.contains(&place) {
                continue;
            }
            said.push(place);
            let path = &left.in_tree;
            let finding = out.report(
                process,
                format!("pip is to read `{}`, which the image does not have", left.at),
                left.at.label("pip ends here, and no image is built"),
            );
            finding.because(&process.declared);
            match &left.brought {
                Some(copy) => {
                    finding.also(copy.label("brings the list without the one that it names"));
                    finding.help(format!("copy `{path}` beside it before this step"));
                }
                None => _ = finding.help(format!("copy `{path}` before this step")),
            }
        }
    }
}
