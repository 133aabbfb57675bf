//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Process, Storage};
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
    if where_it_starts(deployment, out) {
        return;
    }
    let made = deployment.surroundings.told.makes_migrations;
    let served = deployment.webs().find(|it| it.started.is_some());
    if let (Some(place), Some(process)) = (made, served) {
        let finding = out.report(
            process,
            "migrations are made where new versions are deployed",
            Fact::at((), place).label("what is written here no other checkout has"),
        );
        finding.help(help(deployment));
    }
}

/// Whether some container does it on the way to its server.
fn where_it_starts(deployment: &Deployment, out: &mut Findings) -> bool {
    let mut said = Vec::new();
    for (process, container) in deployment.contained() {
        if deployment.is_job(&process.name) {
            continue;
        }
        // Whoever sets the variable that a script asks for wants them.
        let steps = container.steps.iter().filter(|it| it.is_manage("makemigrations"));
        let steps: Vec<_> = steps.filter(|it| !it.optional && !said.contains(&it.place)).collect();
        if let [step, again @ ..] = steps.as_slice() {
            said.extend(steps.iter().map(|it| it.place));
            let finding = out.report(
                process,
                format!("`{}` makes migrations where it starts", process.name),
                step.started.program.label(match in_checkout(deployment, process) {
                    true => "migrations are written into the server's own checkout here",
                    false => "migrations are written into the container here",
                }),
            );
            for more in again {
                finding.also(more.started.program.label("and again here"));
            }
            finding.because(&process.declared);
            finding.help(help(deployment));
            // Where none are committed, there would be no tables.
            if !deployment.surroundings.told.ignores_migrations {
                let edits = steps.iter().map(|it| Edit::RemoveCommand { place: it.place });
                finding.mend(Safety::Unsafe, "take it out", edits);
            }
        }
    }
    !said.is_empty()
}

/// Whether the checkout is mounted where the process starts, so that they outlive the container.
fn in_checkout(deployment: &Deployment, process: &Process) -> bool {
    let mount = process.cwd.as_ref().and_then(|it| deployment.view(process.view).mount(&it.value));
    mount.is_some_and(|it| matches!(it.value.from, Storage::Checkout(_)))
}

fn help(deployment: &Deployment) -> &'static str {
    match deployment.surroundings.told.ignores_migrations {
        true => {
            "take the migrations out of .gitignore and commit them; then run only `migrate` here"
        }
        false => "make migrations while developing, commit them, and run only `migrate` here",
    }
}
