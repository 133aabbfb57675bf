//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::command::Step;
use crate::model::{DATABASES, Deployment, MIGRATING, Process, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/migrate-never",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/migrate-never.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    without_migrations(deployment, out);
    let around = &deployment.surroundings;
    if MIGRATING.iter().any(|it| around.runs_command(it)) {
        return;
    }
    // What is called a developer's may be what is started all the same.
    if MIGRATING.iter().any(|it| deployment.manages_in_container(it)) {
        return;
    }
    let is_released = MIGRATING.iter().any(|it| around.releases_with(it));
    for process in deployment.apps().filter(|it| it.kind.is_web()) {
        let Some(started) = &process.started else { continue };
        let app = process.fact();
        let databases = app.assigned(DATABASES);
        if databases.is_none() && !keeps_unseen_tables(&app) {
            continue;
        }
        // On a machine somebody may do it by hand, unless there is a script for new versions.
        let on_host = deployment.is_on_host(process);
        let brings = around.told.brings.filter(|_| on_host);
        let container = deployment.container(&process.name);
        let is_built = container.is_some_and(|it| it.image.is_some());
        // What the platform runs that the Procfile is for, nobody runs for a container of compose.
        let is_composed = is_built && deployment.alone.is_none();
        if is_released && !is_composed {
            continue;
        }
        let told = around.documents_migrations();
        let is_bare = !is_built && brings.is_none();
        if is_bare && (told || !on_host) || deployment.is_a_trial(process) {
            continue;
        }
        let by_hand = match (told, is_bare) {
            (true, _) => Some("the documents tell somebody to do it by hand"),
            (_, true) => Some("somebody may do it by hand, and no text says so"),
            _ => None,
        };
        let at: Fact<()> = started.program.map(|_| ());
        let at = by_hand.map_or(at.clone(), |why| at.doubt(Certainty::Likely, why));
        let at = match databases {
            Some(_) => at,
            None => at.doubt(Certainty::Likely, "which database the settings name is not known"),
        };
        let finding = out.report(
            process,
            "nothing brings the database up to date when a new version starts",
            at.label("the server starts, whatever the tables look like"),
        );
        if let Some(place) = brings {
            finding.also(Fact::at((), place).label("a new version is taken, and not migrated"));
        }
        if let Some(databases) = databases {
            finding.also(databases.label("these are never migrated"));
        }
        finding
            .because(&process.declared)
            .help("run `manage.py migrate` once before the new version starts");
        if by_hand.is_some() {
            finding.at_most(Severity::Advice);
        }
        return;
    }
}

/// What migrates where the code is built from a checkout that has no migrations of an app: its tables
/// are never made.
fn without_migrations(deployment: &Deployment, out: &mut Findings) {
    let around = &deployment.surroundings;
    let Some(app) = &around.told.unmigrated else { return };
    if around.runs_command("makemigrations") || around.documents_command("makemigrations") {
        return;
    }
    for process in deployment.apps().filter(|it| it.kind.is_web()) {
        let Some(container) = deployment.container(&process.name) else { continue };
        let settings = process.fact();
        let is_installed = settings.installed_apps().is_some_and(|it| {
            it.value.iter().any(|it| it.value.split('.').any(|it| *it == app.value))
        });
        // What is mounted over the code may be a folder that has them.
        let view = deployment.view(process.view);
        let is_copied = container.image.is_some()
            && process.cwd.as_ref().is_some_and(|it| view.mount(&it.value).is_none());
        if !is_installed || !is_copied || settings.assignment("MIGRATION_MODULES").is_some() {
            continue;
        }
        // `--run-syncdb` makes the tables of apps that have no migrations.
        let is_plain = |it: &&Step| {
            let words = &it.started.words;
            it.is_manage("migrate") && words.iter().all(|it| !it.value.starts_with("--run-syncdb"))
        };
        let Some(step) = container.steps.iter().find(is_plain) else { continue };
        let why = "an image that is built in a folder where they were made has them";
        let at: Fact<()> = step.started.program.map(|_| ());
        out.report(
            process,
            format!("nothing makes the tables of `{app}`: git ignores its migrations"),
            at.doubt(Certainty::Likely, why).label("runs the migrations that there are"),
        )
        .also(app.label("has no table where the repository was cloned"))
        .because(&process.declared)
        .help("take the migrations out of .gitignore and commit them");
        return;
    }
}

/// Whether the settings may name a database out of view, and the project has migrations for it.
fn keeps_unseen_tables(app: &Fact<&Process>) -> bool {
    let is_hidden = || {
        let databases = app.setting(DATABASES.name);
        databases.is_none_or(|it| matches!(it.value, Value::Unknown { .. }))
    };
    app.value.django.as_ref().is_some_and(|it| it.project.has_migrations) && is_hidden()
}
