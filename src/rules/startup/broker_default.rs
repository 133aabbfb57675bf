//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{CELERY_BROKER_URL, Deployment, ProcessKind};
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
        let Some(broker) = app.get(CELERY_BROKER_URL) else { continue };
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
