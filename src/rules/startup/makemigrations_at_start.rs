//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::command::Step;
use crate::model::{Deployment, MigrationFiles, Mount, Process, Storage};
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

/// Whether some process does it on the way to its server.
fn where_it_starts(deployment: &Deployment, out: &mut Findings) -> bool {
    let mut said = Vec::new();
    for (process, steps) in deployment.steps_of_starts() {
        if deployment.is_job(&process.name) {
            continue;
        }
        // Whoever sets the variable that a script asks for wants them.
        let steps = steps.iter().filter(|it| makes_migrations(it));
        let steps: Vec<_> = steps.filter(|it| !it.optional && !said.contains(&it.place)).collect();
        if let [step, again @ ..] = steps.as_slice() {
            said.extend(steps.iter().map(|it| it.place));
            let finding = out.report(
                process,
                format!("`{}` makes migrations where it starts", process.name),
                step.started.program.label(written_to(deployment, process)),
            );
            for more in again {
                finding.also(more.started.program.label("and again here"));
            }
            finding.because(&process.declared);
            finding.help(help(deployment));
            // Where none are committed, there would be no tables.
            if deployment.surroundings.told.migrations == MigrationFiles::Committed {
                let edits = steps.iter().map(|it| Edit::RemoveCommand { place: it.place });
                finding.mend(Safety::Unsafe, "take it out", edits);
            }
        }
    }
    !said.is_empty()
}

/// Whether a step writes migrations of what the models are now: those that `--merge` makes only join two that
/// are there (django-admin's documentation, `makemigrations`).
fn makes_migrations(step: &Step) -> bool {
    let merges = step.started.words.iter().any(|it| it.value == "--merge");
    step.is_manage("makemigrations") && !merges
}

/// Where migrations end up: what is mounted over the code outlives the container.
fn written_to(deployment: &Deployment, process: &Process) -> &'static str {
    const CHECKOUT: &str = "migrations are written into the server's own checkout here";
    if deployment.is_on_host(process) {
        return CHECKOUT;
    }
    let view = deployment.view(process.view);
    let start = process.cwd.as_ref().map(|it| it.value.as_path());
    // An app may be mounted by itself; what is collected or uploaded is no code.
    let is_code = |it: &Mount| {
        let name = it.at.file_name().unwrap_or_default();
        let is_filled =
            ["static", "media", "log", "data", "upload"].iter().any(|word| name.contains(word));
        matches!(it.from, Storage::Checkout(_)) && !is_filled
    };
    let is_around = |it: &&Mount| {
        start.is_some_and(|at| at.starts_with(&it.at) || it.at.starts_with(at) && is_code(it))
    };
    let mounts = view.mounts.iter().map(|it| &it.value).filter(is_around);
    let mut mounted = mounts.map(|it| &it.from).peekable();
    if mounted.peek().is_none() {
        return "migrations are written into the container here";
    }
    match mounted.any(|it| matches!(it, Storage::Checkout(_))) {
        true => CHECKOUT,
        false => "migrations are written on this server alone here",
    }
}

fn help(deployment: &Deployment) -> &'static str {
    match deployment.surroundings.told.migrations {
        MigrationFiles::Ignored => {
            "take the migrations out of .gitignore and commit them; then run only `migrate` here"
        }
        MigrationFiles::Lacking => {
            "make the migrations and commit them, as there are none; then run only `migrate` here"
        }
        MigrationFiles::Committed => {
            "make migrations while developing, commit them, and run only `migrate` here"
        }
    }
}
