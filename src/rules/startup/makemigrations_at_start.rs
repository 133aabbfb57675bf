//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/makemigrations-at-start",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/makemigrations-at-start.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        if deployment.is_job(&process.name) {
            continue;
        }
        for step in container.steps.iter().filter(|step| step.is_manage("makemigrations")) {
            if said.contains(&step.place) {
                continue;
            }
            said.push(step.place);
            let finding = out.report(
                process,
                format!("`{}` makes migrations where it starts", process.name),
                step.started.program.label("migrations are written into the container here"),
            );
            finding.because(&process.declared);
            if deployment.surroundings.told.ignores_migrations {
                finding.help(
                    "take the migrations out of .gitignore and commit them; then run only `migrate` here",
                );
                continue;
            }
            finding
                .help("make migrations while developing, commit them, and run only `migrate` here")
                // Where none are committed, there would be no tables.
                .mend(Safety::Unsafe, "take it out", [Edit::RemoveCommand { place: step.place }]);
        }
    }
}
