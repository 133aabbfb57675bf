//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::django::Entry;
use crate::model::{BROKER_URL, CELERY_BROKER_URL, Deployment, Process, ProcessKind};
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
        if is_unread(deployment, process, out) {
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

/// Whether the settings name the broker as Celery's guide for Django has it, and the application reads them
/// without that namespace: without a broker, Celery takes `amqp://guest@localhost`.
fn is_unread(deployment: &Deployment, process: &Process, out: &mut Findings) -> bool {
    let app = process.fact();
    let Some(django) = &process.django else { return false };
    let mut of_celery = django.project.entries.iter().filter(|it| it.kind == Entry::Celery);
    let (Some(entry), None) = (of_celery.next(), of_celery.next()) else { return false };
    let Some(call) = entry.plain_names else { return false };
    let Some(at) = app.assigned(CELERY_BROKER_URL).filter(|_| !app.may_assign(BROKER_URL)) else {
        return false;
    };
    // Celery itself takes the variable of that name before any setting.
    let name = CELERY_BROKER_URL.name;
    let is_listed = deployment.surroundings.env_files.iter().any(|it| it.lists(name).is_some());
    let is_read = process.asks_for(name);
    let is_told = process.started.as_ref().is_some_and(|started| {
        started.words.iter().any(|it| it.value.starts_with("-b") || it.value.contains("--broker"))
    });
    if is_listed || is_read || is_told || !process.environment.layers(name).is_empty() {
        return false;
    }
    out.report(
        process,
        format!(
            "`{}` waits at a broker of its own machine, as Celery is told of none",
            process.name
        ),
        at.label("this name is not read"),
    )
    .also(Fact::at((), call).label("has it read names without `CELERY_`, as BROKER_URL"))
    .because(&process.declared)
    .because(&django.module)
    .help("add `namespace=\"CELERY\"` there");
    true
}
