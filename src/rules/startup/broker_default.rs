//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::{CELERY_BROKER_URL, Deployment, Process, ProcessKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/broker-default",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/broker-default.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|it| it.kind == ProcessKind::Worker) {
        let app = process.fact();
        if !process.runs_celery() {
            continue;
        }
        let known = app.get(CELERY_BROKER_URL);
        let Some(broker) = known.or_else(|| unless_told(deployment, &app)) else { continue };
        if !broker.value.starts_with("memory://") {
            continue;
        }
        let at = app.assigned(CELERY_BROKER_URL).unwrap_or_else(|| broker.map(|_| ()));
        out.report(
            process,
            format!("no task ever comes to `{}`: the broker is in its own memory", process.name),
            at.given(&broker).label("every process has a broker of its own"),
        )
        .also(process.declared.label("waits for tasks"))
        .help("name a broker that all processes reach, such as Redis");
    }
}

/// What the settings fall back to, where no example of an env file tells anybody of the variable.
fn unless_told(deployment: &Deployment, app: &Fact<&Process>) -> Option<Fact<String>> {
    app.where_nothing_is_set(CELERY_BROKER_URL).filter(|it| it.value.starts_with("memory://"))?;
    let mut possible = app.possible(CELERY_BROKER_URL).into_iter();
    let fallback = possible.find(|it| it.value.starts_with("memory://"))?;
    let name = &app.default_in(&fallback)?.name;
    let mut listed = deployment.surroundings.env_files.iter();
    let why = format!("`{name}` may be set where nobody sees it");
    let is_told = listed.any(|it| it.lists(name).is_some());
    (!is_told).then(|| fallback.doubt(Certainty::Likely, &why))
}
