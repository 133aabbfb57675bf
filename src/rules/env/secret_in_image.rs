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
    for (service, process, container) in deployment.services() {
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
        // Of those that one instruction or several keep, the first is told with all of its kind.
        let kept = image.kept_arguments();
        let Some(((name, at, given), others)) = kept.split_first() else { continue };
        if said.contains(&at.evidence().place()) {
            continue;
        }
        said.push(at.evidence().place());
        let finding = out.report(
            process,
            format!("`{name}` is given to the build, and becomes part of the image"),
            at.label("`docker inspect` and `docker history` show it"),
        );
        finding.also(given.label("given here"));
        for (name, more, _) in others {
            finding.also(more.label(format!("and `{name}`")));
        }
        // What is not called anything goes to no registry.
        finding.at_most(match service.image.is_some() {
            true => Severity::Warning,
            false => Severity::Advice,
        });
        finding.because(&process.declared);
        finding.help(format!("give `{name}` to the container when it starts: `environment`"));
    }
}
