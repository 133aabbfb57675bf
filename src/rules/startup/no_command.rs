//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::compose::{MountKind, Service};
use crate::model::image::Stage;
use crate::model::text::Text;
use crate::rules::{Check, Rule};
use std::ptr;

pub(super) static RULE: Rule = Rule {
    id: "startup/no-command",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/no-command.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // What is only built is told elsewhere what to run.
    if deployment.compose.as_ref().is_some_and(|it| it.usage.is_only_built) {
        return;
    }
    for (service, process, container) in deployment.services() {
        if service.interactive {
            continue;
        }
        let Some(program) = container.runs_its_base(service) else { continue };
        if fills_a_volume(deployment, service) || is_built_upon(deployment, service) {
            continue;
        }
        let Some(flavour) = &container.flavour else { continue };
        out.report(
            process,
            format!("`{}` has nothing to run and stops at once", process.name),
            service.name.label("no `command` is given here"),
        )
        .also(flavour.label(format!("nor by the Dockerfile, so `{program}` of this image runs")))
        .because(&program)
        .because(&process.declared)
        .help("give the service a `command`, or the Dockerfile a `CMD`");
    }
}

/// Whether a service is there to have its image built, which others are built upon or run.
fn is_built_upon(deployment: &Deployment, service: &Service) -> bool {
    let name = |it: &Text| it.to_string().trim_end_matches(":latest").to_owned();
    let Some(tag) = service.image.as_ref().map(name) else { return false };
    let is_tag = |it: &Text| name(it) == tag;
    let is_base = |it: &Stage| it.named_base().is_some_and(is_tag);
    let mut others = deployment.services().into_iter().filter(|(it, ..)| !ptr::eq(*it, service));
    others.any(|(it, _, container)| {
        let mut stages = container.image.iter().flat_map(|it| &it.stages);
        it.image.as_ref().is_some_and(is_tag) || stages.any(is_base)
    })
}

/// Whether a service is there for what its image puts into a volume that others read: it may stop.
fn fills_a_volume(deployment: &Deployment, service: &Service) -> bool {
    let volumes = |of: &Service| -> Vec<String> {
        let named = of.volumes.iter().filter_map(|mount| match &mount.kind {
            MountKind::Volume(name) => Some(name.to_string()),
            _ => None,
        });
        named.collect()
    };
    let own = volumes(service);
    let mut others = deployment.services().into_iter().filter(|(it, ..)| !ptr::eq(*it, service));
    others.any(|(it, ..)| volumes(it).iter().any(|name| own.contains(name)))
}
