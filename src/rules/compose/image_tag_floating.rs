//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::compose::MountKind;
use crate::model::image::Reference;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/image-tag-floating",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/image-tag-floating.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        let Some(image) = service.image.as_ref().filter(|_| service.build.is_none()) else {
            continue;
        };
        // Where data depends on it, storage/datastore-tag-floating says so.
        let kept = service.volumes.iter().any(|it| matches!(it.kind, MountKind::Volume(_)));
        let datastore = container.role().is_some_and(|role| role.value.keeps_data());
        let Some(name) = image.known() else { continue };
        let floats = Reference::parse(&name.value).is_some_and(|it| it.is_floating());
        if !floats || kept && datastore {
            continue;
        }
        out.report(
            process,
            format!("the next pull may bring another version of `{}`", process.name),
            name.label("no tag says which version"),
        )
        .help("name a version");
    }
}
