//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::fact::symbol::CHECKOUT;
use crate::model::{DATABASE_ROUTERS, DATABASES, Deployment, Process, Storage, Written};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "storage/sqlite-in-production",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/sqlite-in-production.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        if deployment.is_a_trial(process)
            || process.is_assumed()
            || has_no_tables(deployment, &app)
            || keeps_elsewhere(&app)
        {
            continue;
        }
        let Some(engine) = app.entry(DATABASES, &["default", "ENGINE"]) else { continue };
        if engine.value.text() != Some("django.db.backends.sqlite3") {
            continue;
        }
        let Some(at) = app.written(&engine) else { continue };
        if let Some((lost, here)) = lost(deployment, &app) {
            out.report(
                process,
                "the site's database is lost with the container that has it",
                lost.at.label(format!("the data is in `{}`", below_checkout(&lost.path.value))),
            )
            .also(here.label("no volume holds it here"))
            .because(&process.declared)
            .because(&lost.path)
            .because(&engine)
            .help("use PostgreSQL, or mount a named volume at a folder for the file");
            continue;
        }
        if writes_alone(deployment, process) {
            continue;
        }
        let finding = out.report(
            process,
            "the site keeps its data in SQLite, which one process at a time can write",
            at.label("the database of the site"),
        );
        finding.because(&engine).at_most(Severity::Warning);
        finding.help("use PostgreSQL, or run one worker and keep backups of the file");
        let workers = process.started.as_ref().and_then(|started| started.workers.as_ref());
        if let Some(workers) = workers.filter(|workers| workers.value > 1) {
            finding.also(workers.label(format!("{workers} processes write to it")));
        }
    }
}

/// Whether no application that is installed has anything to keep: the project has no models, and uses
/// none of what Django brings, or has never made tables for it in its container.
fn has_no_tables(deployment: &Deployment, app: &Fact<&Process>) -> bool {
    const WITH_TABLES: [&str; 4] = ["auth", "sessions", "contenttypes", "sites"];
    let Some(django) = &app.value.django else { return false };
    let keeps = |it: &Fact<String>| {
        let name = it.value.strip_prefix("django.contrib.");
        name.is_some_and(|name| WITH_TABLES.iter().any(|it| name.starts_with(it)))
    };
    let container = deployment.container(&app.value.name);
    let is_bare = container.is_some_and(|it| it.image.is_some() && !it.manages("migrate"));
    !django.project.code.has_models
        && (is_bare || app.installed_apps().is_some_and(|it| !it.value.iter().any(keeps)))
}

/// Whether routers may lead all that the site keeps to another database.
fn keeps_elsewhere(app: &Fact<&Process>) -> bool {
    let routers = app.get(DATABASE_ROUTERS);
    app.assigned(DATABASE_ROUTERS).is_some() && routers.is_none_or(|it| !it.value.is_empty())
}

/// Whether its command asks for one worker, whose threads take turns, or for no number, and nothing else
/// in view writes to the database.
fn writes_alone(deployment: &Deployment, process: &Process) -> bool {
    let Some(started) = &process.started else { return false };
    // Whoever sets WEB_CONCURRENCY does it in an env file that nobody sees here, or on a platform.
    let workers = started.workers.as_ref();
    let is_one = workers.map_or_else(|| started.has_told_workers(), |it| it.value == 1);
    is_one && deployment.beside(process).is_none()
}

/// The file of the database, where a container surely keeps it in its own layer, and what starts that: the
/// layer goes whenever the image or the configuration changes.
fn lost(deployment: &Deployment, app: &Fact<&Process>) -> Option<(Written, Fact<()>)> {
    // Litestream gets it back from a bucket when the next container starts.
    if deployment.surroundings.has_replicas {
        return None;
    }
    let view = deployment.view(app.value.view);
    view.container.as_ref()?;
    let file = app.written_paths().into_iter().find(|it| it.what == DATABASES.name)?;
    if deployment.compose.is_none() {
        let forgets = deployment.forgets.clone()?;
        return (!view.may_lie_on_a_mount(&file.path.value)).then_some((file, forgets));
    }
    let dir = file.path.map(|path| view.dir(app.value.view, path));
    let is_own = matches!(deployment.located(&dir), Some(Storage::Container { .. }));
    is_own.then(|| (file, app.value.declared.clone()))
}

/// Where a platform has the code, nobody needs to know.
fn below_checkout(path: &Utf8Path) -> &Utf8Path {
    let below = path.strip_prefix("/").and_then(|it| it.strip_prefix(CHECKOUT));
    below.unwrap_or(path)
}
