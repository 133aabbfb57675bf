//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::{DATABASES, Deployment};
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
    for process in deployment.apps().filter(|it| it.kind.is_web()) {
        let Some(started) = &process.started else { continue };
        let app = process.fact();
        let Some(databases) = app.assigned(DATABASES) else { continue };
        // On a machine somebody may do it by hand, unless there is a script for new versions.
        let on_host = deployment.is_on_host(process);
        let brings = around.told.brings.filter(|_| on_host);
        let container = deployment.container(&process.name);
        let is_built = container.is_some_and(|it| it.image.is_some());
        let told = MIGRATING.iter().any(|it| around.documents_command(it));
        let untold = !is_built && brings.is_none() && on_host && !told;
        if !is_built && brings.is_none() && !untold || deployment.is_a_trial(process) {
            continue;
        }
        let at: Fact<()> = started.program.map(|_| ());
        let by_hand = told || untold;
        let at = match (told, untold) {
            (true, _) => {
                at.doubt(Certainty::Likely, "the documents tell somebody to do it by hand")
            }
            (_, true) => {
                at.doubt(Certainty::Likely, "somebody may do it by hand, and no text says so")
            }
            _ => at,
        };
        let finding = out.report(
            process,
            "nothing brings the database up to date when a new version starts",
            at.label("the server starts, whatever the tables look like"),
        );
        if let Some(place) = brings {
            finding.also(Fact::at((), place).label("a new version is taken, and not migrated"));
        }
        finding
            .also(databases.label("these are never migrated"))
            .because(&process.declared)
            .help("run `manage.py migrate` once before the new version starts");
        if by_hand {
            finding.at_most(Severity::Advice);
        }
        return;
    }
}
