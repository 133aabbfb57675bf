//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::command::{Program, Step};
use crate::model::{
    CELERY_BEAT_SCHEDULE, CELERY_BROKER_URL, Deployment, Process, ProcessKind, Target,
};
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
        let Some(none) = deployment.runs_none(&django.project, is_worker) else { continue };
        if !django.project.has_tasks
            || deployment.surroundings.sends_no_tasks() && !is_scheduled(&app)
        {
            continue;
        }
        let eager = app.setting("CELERY_TASK_ALWAYS_EAGER");
        if eager.is_some_and(|it| it.value.truth() != Some(false)) {
            continue;
        }
        let said = behind_another(deployment, process, &none, out).or_else(|| {
            match deployment.is_of_several_units() {
                true => on_a_machine(deployment, process, out),
                false => beside_a_broker(deployment, process, &none, out),
            }
        });
        if said.is_some() {
            return;
        }
    }
}

/// In a script that has one behind a program which does not end.
fn behind_another(
    deployment: &Deployment,
    process: &Process,
    none: &Fact<()>,
    out: &mut Findings,
) -> Option<()> {
    let project = &process.django.as_ref()?.project;
    let runs = |step: &Step, kind: ProcessKind| {
        matches!(step.started.program.value, Program::Celery(_)) && step.started.kind(false) == kind
    };
    let is_worker = |step: &Step| runs(step, ProcessKind::Worker);
    let is_beat = |step: &Step| runs(step, ProcessKind::Scheduler);
    let (before, worker) = deployment.held_up(project, is_worker)?;
    let finding = out.report(
        before,
        MESSAGE,
        worker.started.program.label("only run once the program before it has ended"),
    );
    finding
        .also(before.started.as_ref()?.program.label("goes on until the container stops"))
        .because(none)
        .help("run `celery worker` in a service of its own");
    if let Some((_, beat)) = deployment.held_up(project, is_beat) {
        finding.also(beat.started.program.label("and so is this"));
    }
    Some(())
}

/// In a compose file that has the broker as a service.
fn beside_a_broker(
    deployment: &Deployment,
    process: &Process,
    none: &Fact<()>,
    out: &mut Findings,
) -> Option<()> {
    let app = process.fact();
    let broker = process.broker()?;
    let Some(Target::Service(service, _)) = deployment.target(process, &broker) else {
        return None;
    };
    let at = app.assigned(CELERY_BROKER_URL).unwrap_or_else(|| broker.host.map(|_| ()));
    out.report(process, MESSAGE, at.label("the broker of Celery"))
        .also(service.name.label("tasks wait here for ever"))
        .because(&broker.known_by)
        .because(none)
        .help("add a service that runs `celery worker`");
    Some(())
}

/// Where units run the site, and code sends tasks.
fn on_a_machine(deployment: &Deployment, process: &Process, out: &mut Findings) -> Option<()> {
    let app = process.fact();
    let around = &deployment.surroundings;
    if around.told.starts_workers || !(around.sends_tasks() || is_scheduled(&app)) {
        return None;
    }
    let at = app.assigned(CELERY_BROKER_URL)?;
    let at = at.doubt(Certainty::Likely, "a unit that is not in view may run one");
    out.report(process, MESSAGE, at.label("the broker of Celery"))
        .also(process.declared.label("runs the site, and no unit beside it a worker"))
        .help("add a unit that runs `celery worker`");
    Some(())
}

/// Whether beat is told to send tasks.
fn is_scheduled(app: &Fact<&Process>) -> bool {
    app.get(CELERY_BEAT_SCHEDULE).is_some_and(|it| it.value.truth() == Some(true))
}

const MESSAGE: &str = "tasks are sent to a broker, and no worker takes them from there";

fn is_worker(process: &Process) -> bool {
    process.kind == ProcessKind::Worker
}
