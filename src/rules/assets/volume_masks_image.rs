//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Container, Deployment, ProcessKind, Storage};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

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
    code(deployment, out);
    static_files(deployment, out);
}

/// The code itself: whoever mounts a volume over it has the first image's for good.
fn code(deployment: &Deployment, out: &mut Findings) {
    if drops_volumes(deployment) {
        return;
    }
    let mut said: Vec<&str> = Vec::new();
    for (_, process, container) in deployment.services() {
        let (Some(_), Some(cwd)) = (&process.django, &process.cwd) else { continue };
        let view = deployment.view(process.view);
        let Some(mount) = view.mount(&cwd.value) else { continue };
        let Storage::Volume { name, .. } = &mount.value.from else { continue };
        let at = &mount.value.at;
        let homes = &container.contents.homes;
        let is_hidden = !homes.is_empty() && homes.iter().all(|it| it.starts_with(at));
        if !is_hidden
            || said.contains(&name.as_str())
            || is_filled_otherwise(deployment, name, container)
        {
            continue;
        }
        let Some(copied) = container.image.as_ref().and_then(|it| it.copied_to(at)) else {
            continue;
        };
        said.push(name);
        let finding = out.report(
            process,
            "a new image's code never runs: the volume keeps that of the first",
            mount
                .map(|_| ())
                .label(format!("lies over `{at}`, and was filled once, when it was new")),
        );
        finding
            .also(copied.label("the image has the code there"))
            .because(&process.declared)
            .help("take the volume away, and mount one only at what must survive the container");
    }
}

/// Whether something in view deletes volumes, which the next start fills from the new image.
fn drops_volumes(deployment: &Deployment) -> bool {
    let usage = deployment.compose.as_ref().map(|it| &it.usage);
    usage.is_some_and(|it| it.drops_volumes.is_some()) || deployment.surroundings.told.drops_volumes
}

/// Whether something may bring files into a volume when containers start: one of another image that
/// may write to it and is no web server, or a step that copies or pulls, or a script that nobody saw.
fn is_filled_otherwise(deployment: &Deployment, volume: &str, own: &Container) -> bool {
    const BRINGS: [&str; 6] = ["git", "cp", "rsync", "tar", "unzip", "mv"];
    // Who made it may fill it as well.
    let mut declared = deployment.compose.iter().flat_map(|it| &it.volumes);
    if declared.any(|it| it.external && it.key.value == volume) {
        return true;
    }
    deployment.services().into_iter().any(|(_, process, container)| {
        let is_it = |from: &Storage| matches!(from, Storage::Volume { name, .. } if name == volume);
        let mounts = &deployment.view(process.view).mounts;
        let mut over = mounts.iter().filter(|it| is_it(&it.value.from) && !it.value.read_only);
        let brings = container.steps.iter().any(|step| {
            let program = Utf8Path::new(&step.started.executable.value).file_name();
            program.is_none_or(|it| BRINGS.contains(&it) || it.ends_with("sh"))
        });
        let is_other = container.dockerfile != own.dockerfile && process.kind != ProcessKind::Proxy;
        over.next().is_some() && (brings || is_other)
    })
}

fn static_files(deployment: &Deployment, out: &mut Findings) {
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
            Storage::Volume { .. } if drops_volumes(deployment) => continue,
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
