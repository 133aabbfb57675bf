//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{CELERY_BROKER_URL, Deployment, Process, ProcessKind, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/celery-worker-missing",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/celery-worker-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.webs().filter(|it| it.has_settings_to_judge()) {
        let app = process.fact();
        let Some(django) = &process.django else { continue };
        if !django.project.has_tasks || deployment.may_run(&django.project, is_worker) {
            continue;
        }
        let eager = app.setting("CELERY_TASK_ALWAYS_EAGER");
        if eager.is_some_and(|it| it.value.truth() != Some(false)) {
            continue;
        }
        let connections = app.connections();
        let broker = connections.iter().find(|it| it.setting == "CELERY_BROKER_URL");
        let Some(broker) = broker else { continue };
        let Some(Target::Service(service, _)) = deployment.target(process, broker) else {
            continue;
        };
        let at = app.assigned(CELERY_BROKER_URL).unwrap_or_else(|| broker.host.map(|_| ()));
        out.report(
            process,
            "tasks are sent to a broker, and no worker takes them from there",
            at.label("the broker of Celery"),
        )
        .also(service.name.label("tasks wait here for ever"))
        .because(&broker.known_by)
        .help("add a service that runs `celery worker`");
        return;
    }
}

fn is_worker(process: &Process) -> bool {
    process.kind == ProcessKind::Worker
}
