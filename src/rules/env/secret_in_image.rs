//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::compose::Service;
use crate::model::{Deployment, Process};
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

/// A variable of an image, where it is set, and what gives its value.
type Kept = (String, Fact<()>, Fact<()>);

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
        let kept = image.kept_arguments();
        let place = kept.first().map(|(_, at, _)| at.evidence().place());
        if place.is_some_and(|it| !said.contains(&it)) {
            said.extend(place);
            report_kept(process, service, &kept, out);
        }
    }
}

/// Secrets that are given to the build: the first is told with all of its kind, whichever instructions keep
/// them.
fn report_kept(process: &Process, service: &Service, kept: &[Kept], out: &mut Findings) {
    let Some(((name, at, given), others)) = kept.split_first() else { return };
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
