//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::Storage;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/volume-masks-image",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/volume-masks-image.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let services = deployment.services();
    let collects = services.iter().any(|(_, _, container)| container.starts_collecting());
    if collects || deployment.surroundings.told.collects {
        return;
    }
    let mut said = Vec::new();
    for (_, process, container) in services {
        let Some(step) = container.build.iter().find(|it| it.ran.is_manage("collectstatic")) else {
            continue;
        };
        let app = process.fact();
        let Some(root) = app.collects_into() else { continue };
        let view = deployment.view(process.view);
        let Some(dir) = app.dir(view, &root) else { continue };
        let Some(mount) = view.mount(&dir.value.path) else { continue };
        let what = match &mount.value.from {
            Storage::Volume { .. } => "a volume takes the image's files once, when it is empty",
            Storage::Checkout(_) | Storage::Host(_) => "this folder hides what the image has there",
            Storage::Container { .. } | Storage::Temporary { .. } => continue,
        };
        let place = mount.evidence().place();
        if said.contains(&(step.place, place)) {
            continue;
        }
        said.push((step.place, place));
        out.report(
            process,
            "static files of a new image never reach the site",
            step.ran
                .started
                .program
                .label(format!("files are collected into `{}` here", dir.value.path)),
        )
        .also(mount.map(|_| ()).label(what))
        .because(&dir)
        .help("collect where the container starts, or take the volume away");
    }
}
