//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::command::Step;
use crate::model::{DATABASES, Deployment, Process};
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
    for (process, steps) in deployment.steps_of_starts() {
        if deployment.is_job(&process.name) || has_one_of_its_own(process) {
            continue;
        }
        for step in steps.iter().filter(|step| empties(step)) {
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
            // What is there to be looked at may well begin anew.
            if deployment.is_rehearsal() {
                finding.at_most(Severity::Warning);
            }
            let edit = Edit::RemoveCommand { place: step.place };
            finding.mend(Safety::Unsafe, "take it out", Some(edit));
        }
    }
}

/// Whether a process beside the site has a file for a database, as one has that is given none of the
/// site's variables: what the site keeps is elsewhere.
fn has_one_of_its_own(process: &Process) -> bool {
    let engine = process.fact().entry(DATABASES, &["default", "ENGINE"]);
    let is_a_file =
        engine.is_some_and(|it| it.value.text().is_some_and(|it| it.ends_with(".sqlite3")));
    is_a_file && !process.kind.is_web()
}

fn empties(step: &Step) -> bool {
    // Without it the command asks, and a container has nobody to answer.
    let asks_nobody = |word: &str| matches!(word, "--no-input" | "--noinput");
    EMPTYING.iter().any(|it| step.is_manage(it))
        && step.started.words.iter().any(|it| asks_nobody(&it.value))
}
