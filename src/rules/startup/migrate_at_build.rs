//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{BuildStep, DATABASES, Deployment, Process, ProcessKind};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "startup/migrate-at-build",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/migrate-at-build.md"),
};

/// Whether a step of the build has a file for a database, by its own settings or variables.
fn is_of_sqlite(process: &Process, step: &BuildStep) -> bool {
    let Some(django) = &step.django else { return false };
    let in_build = process.under(django);
    let engine = in_build.fact().entry(DATABASES, &["default", "ENGINE"]);
    engine.is_some_and(|it| it.value.text().is_some_and(|it| it.ends_with("sqlite3")))
}

/// Whether the file of a database lies on what is mounted, and outlives the container.
fn keeps_database(deployment: &Deployment, process: &Process) -> bool {
    let view = deployment.view(process.view);
    let app = process.fact();
    let name = app.entry(DATABASES, &["default", "NAME"]);
    let path = name.as_ref().and_then(|it| it.value.text());
    path.is_some_and(|it| view.mount(Utf8Path::new(it)).is_some())
}

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (service, process, container) in deployment.begun() {
        let app = process.fact();
        let engine = app.entry(DATABASES, &["default", "ENGINE"]);
        let engine = engine.as_ref().and_then(|it| it.value.text());
        // One that lies elsewhere may be reached from where images are built as well.
        let has_own = deployment.processes.iter().any(|it| it.kind == ProcessKind::Database);
        let is_file = engine.is_some_and(|it| it.ends_with("sqlite3"));
        let label = match (is_file, has_own) {
            (true, _) => "makes a file of the image, which each new container begins with",
            (false, true) => "no database of the deployment is there to migrate",
            (false, false) => "migrates what the build reaches, and before the image is used",
        };
        for step in container.build.iter().filter(|it| it.ran.is_manage("migrate")) {
            if step.ran.optional || said.contains(&step.place) {
                continue;
            }
            // What the build needs a database for may be done with one of its own.
            if !is_file && is_of_sqlite(process, step) {
                continue;
            }
            // One that is mounted is not the image's, and each start brings it up to date. What no file starts may
            // be given a folder for it by hand.
            let is_kept = || service.is_none() || keeps_database(deployment, process);
            if is_file && process.way().prepares("migrate").next().is_some() && is_kept() {
                continue;
            }
            said.push(step.place);
            let finding = out.report(
                process,
                format!("the image of `{}` is migrated while it is built", process.name),
                step.ran.started.program.label(label),
            );
            if !is_file && !has_own {
                finding.at_most(Severity::Warning);
            }
            finding
                .because(&process.declared)
                .help("run `migrate` where the container starts, or as a step of the deployment");
        }
    }
}
