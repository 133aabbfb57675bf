//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::symbol::CHECKOUT;
use crate::model::compose::MountKind;
use crate::model::{Deployment, Process, ProcessKind, Route, Storage};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "storage/media-ephemeral",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/media-ephemeral.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let services = deployment.services();
    for (service, process, container) in services {
        // One that is to do something else serves only because its command has no effect.
        let strays = container.is_deaf_to_command() && service.command.is_some();
        // A worker may run under other settings, and what takes the uploads may well keep them.
        if strays || !process.kind.is_web() || is_for_websockets(deployment, process) {
            continue;
        }
        let Some(field) = &container.uploads else { continue };
        let app = process.fact();
        let written = app.written_paths();
        let Some(root) = written.iter().find(|it| it.what == "MEDIA_ROOT") else { continue };
        let path = &root.path.value;
        let place = match path.strip_prefix(format!("/{CHECKOUT}")) {
            Ok(below) => format!("`{below}` of the project"),
            Err(_) => format!("`{path}`"),
        };
        // `up` hands it from one container to the next, and `down` takes it away.
        let passes_on = service.volumes.iter().any(|it| {
            let target = it.target.known().filter(|_| matches!(it.kind, MountKind::Anonymous));
            target.is_some_and(|at| path.starts_with(at.value.as_str()))
        });
        let finding = out.report(
            process,
            "uploads are lost with the container that took them",
            root.at.label(format!("uploads are kept in {place}")),
        );
        if passes_on {
            finding.at_most(Severity::Warning);
        }
        finding
            .also(service.name.label(format!("no named volume holds {place} here")))
            .also(field.label("takes uploads"))
            .because(&root.path)
            .help(match has_code(process, path) {
                true => "keep uploads in a folder of their own, and mount a named volume there: \
                         here it would hide the code"
                    .to_owned(),
                false => format!("mount a named volume at {place}"),
            });
        // The same uploads, in whichever service of the project.
        return;
    }
}

/// Whether a process starts within a folder, so that what is run lies there.
fn has_code(process: &Process, folder: &Utf8Path) -> bool {
    process.cwd.as_ref().is_some_and(|it| it.value.starts_with(folder))
}

/// Whether a server is there for WebSockets: it is passed nothing else, or another of the project keeps
/// what people upload, and this one speaks ASGI where that does not or is passed connections that upgrade.
fn is_for_websockets(deployment: &Deployment, process: &Process) -> bool {
    let routes = deployment.app_routes().into_iter();
    let routes: Vec<&Route> = routes
        .filter_map(|(_, route, to)| std::ptr::eq(to.value, process).then_some(route))
        .collect();
    let all = |fits: fn(&Route) -> bool| !routes.is_empty() && routes.iter().all(|it| fits(it));
    if all(Route::is_for_websockets) {
        return true;
    }
    let upgrades = all(|it| it.upgrades() && !it.for_everything);
    let mut beside = deployment.webs().filter(|it| it.has_project_of(process));
    beside.any(|it| {
        let is_other_server = it.kind == ProcessKind::Wsgi && process.kind == ProcessKind::Asgi;
        (upgrades || is_other_server) && keeps_uploads(deployment, it)
    })
}

/// Whether uploads outlive the container of a process.
fn keeps_uploads(deployment: &Deployment, process: &Process) -> bool {
    let written = process.fact().written_paths().into_iter();
    let mut roots = written.filter(|it| it.what == "MEDIA_ROOT");
    let view = deployment.view(process.view);
    roots.any(|root| {
        let dir = root.path.map(|path| view.dir(process.view, path));
        let storage = deployment.located(&dir);
        storage
            .is_some_and(|it| !matches!(it, Storage::Container { .. } | Storage::Temporary { .. }))
    })
}
