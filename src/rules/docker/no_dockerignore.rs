//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::contents::Unfiltered;
use crate::model::{Deployment, Process};
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
    for (process, container) in deployment.contained() {
        let Some(context) = &container.contents.unfiltered else { continue };
        let place = context.copy.evidence().place();
        if said.contains(&place) {
            continue;
        }
        said.push(place);
        let finding = out.report(
            process,
            "everything in the build's folder becomes part of the image",
            context.copy.label("copies all there is, and no `.dockerignore` leaves anything out"),
        );
        let cure = format!("write a `.dockerignore` with {}", kept_out(context));
        finding.because(&process.declared).help(match gets_nothing(deployment, process) {
            true => format!("{cure}; `env_file` can give what it reads from a copied `.env`"),
            false => cure,
        });
        if context.is_part {
            finding.at_most(Severity::Advice);
        }
    }
}

/// Whether a service gives a Django no variable, which may have them from a file in the image then.
fn gets_nothing(deployment: &Deployment, process: &Process) -> bool {
    let service = deployment.compose.as_ref().and_then(|it| it.service(&process.name));
    process.django.is_some()
        && service.is_some_and(|it| it.environment.is_empty() && it.env_files.is_empty())
}

/// What usually lies where such an image is built.
fn kept_out(context: &Unfiltered) -> &'static str {
    match (context.has_django, context.has_npm) {
        (true, false) => "`.git`, `.env*`, databases, uploads and virtualenvs",
        (true, true) => "`.git`, `.env*`, databases, uploads, virtualenvs and `node_modules`",
        (false, true) => "`.git`, `.env*` and `node_modules`",
        (false, false) => "`.git`, `.env*` and all that the image can do without",
    }
}
