//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::{DATABASES, Deployment, Process, Value};
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

/// Django's own, now and before 1.7, and that of django-tenants, which does it in each schema.
const MIGRATING: [&str; 3] = ["migrate", "syncdb", "migrate_schemas"];

fn check(deployment: &Deployment, out: &mut Findings) {
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
        let told = MIGRATING.iter().any(|it| around.documents_command(it));
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

/// Whether the settings may name a database out of view, and the project has migrations for it.
fn keeps_unseen_tables(app: &Fact<&Process>) -> bool {
    let is_hidden = || {
        let databases = app.setting(DATABASES.name);
        databases.is_none_or(|it| matches!(it.value, Value::Unknown { .. }))
    };
    app.value.django.as_ref().is_some_and(|it| it.project.has_migrations) && is_hidden()
}
