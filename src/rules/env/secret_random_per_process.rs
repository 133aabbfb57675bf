//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::fact::secret::is_secret_name;
use crate::model::{Asked, Deployment, Process, SECRET_KEY, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/secret-random-per-process",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/secret-random-per-process.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        let possible = app.outcomes(SECRET_KEY);
        let Some(random) = possible.iter().find(|it| it.value.is_random()) else { continue };
        let Some(at) = app.written(random).or(app.assigned(SECRET_KEY)) else { continue };
        // What is kept in a file is the same the next time.
        if app.value.django.as_ref().is_some_and(|it| it.faults.writes) {
            continue;
        }
        let surely = possible.len() == 1;
        if !surely && (!is_for_want_of_a_key(&app) || is_for_developers(&app)) {
            continue;
        }
        let beside = deployment.beside(app.value);
        let message = match (surely, &beside) {
            (true, Some(_)) => {
                "each process signs with a key of its own: sessions get lost at random"
            }
            (true, None) => "every restart logs everybody out: the key is another one then",
            (false, _) => "without a variable, each process and each restart has a key of its own",
        };
        let finding =
            out.report(app.value, message, at.label("another key each time it is loaded"));
        if let Some(beside) = beside.as_ref().filter(|_| surely) {
            finding.also(beside.label(&beside.value));
        }
        let asked = asked_for_key(&app).map_or("SECRET_KEY", |it| it.name.as_str());
        finding.because(random).help(format!("demand the variable: `os.environ[\"{asked}\"]`"));
        if !surely || beside.is_none() {
            finding.at_most(Severity::Warning);
        }
    }
}

/// Whether the key is another one where no variable is set at all: the random one is for a DEBUG that
/// somebody has to turn on.
fn is_for_developers(app: &Fact<&Process>) -> bool {
    let unset = app.value.django.as_ref().and_then(|it| it.trials.unset.as_ref());
    let key = unset.and_then(|it| it.get(SECRET_KEY.name));
    key.is_some_and(|it| !it.value.is_random() && !matches!(it.value, Value::Unknown(_)))
}

/// Whether the settings ask for a key, and have no text for the case that there is none. A switch
/// that asks for a new key is somebody's choice.
fn is_for_want_of_a_key(app: &Fact<&Process>) -> bool {
    asked_for_key(app).is_some()
}

fn asked_for_key<'p>(app: &Fact<&'p Process>) -> Option<&'p Asked> {
    let mut reads = app.value.django.iter().flat_map(|it| &it.evaluation.reads);
    reads.find(|read| {
        let text = read.default.as_ref().and_then(|it| it.text.as_deref());
        is_secret_name(&read.name) && text.is_none_or(|it| it == "None" || it.len() < 3)
    })
}
