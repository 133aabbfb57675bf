//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::Deployment;
use crate::model::command::Step;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/flush-at-start",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/flush-at-start.md"),
};

/// Commands of manage.py after which the database has no rows: Django's own, and that of
/// django-extensions.
const EMPTYING: [&str; 2] = ["flush", "reset_db"];

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (process, container) in deployment.contained() {
        if deployment.is_job(&process.name) {
            continue;
        }
        for step in container.steps.iter().filter(|step| empties(step)) {
            // Whoever sets the variable that a script asks for wants it.
            if step.optional || said.contains(&step.place) {
                continue;
            }
            said.push(step.place);
            let finding = out.report(
                process,
                format!("every start of `{}` empties the database", process.name),
                step.started.program.label("deletes all rows of all tables, and asks nobody"),
            );
            finding
                .because(&process.declared)
                .help("take the line out: it is for a developer's own database");
            let edit = Edit::RemoveCommand { place: step.place };
            finding.mend(Safety::Unsafe, "take it out", Some(edit));
        }
    }
}

fn empties(step: &Step) -> bool {
    // Without it the command asks, and a container has nobody to answer.
    let asks_nobody = |word: &str| matches!(word, "--no-input" | "--noinput");
    EMPTYING.iter().any(|it| step.is_manage(it))
        && step.started.words.iter().any(|it| asks_nobody(&it.value))
}
