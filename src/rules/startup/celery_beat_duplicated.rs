//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::command::{Celery, Program, Started};
use crate::model::{Container, Deployment, Process};
use crate::rules::{Check, Rule};
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    id: "startup/celery-beat-duplicated",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/celery-beat-duplicated.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let beats: Vec<&Process> = deployment
        .processes
        .iter()
        .filter(|it| it.runs_beat() && !locks(it) && it.django.is_some())
        .collect();
    for (index, beat) in beats.iter().enumerate() {
        if let Some(first) = beats[..index].iter().find(|it| are_one(it, beat)) {
            out.report(
                *beat,
                format!("`{}` and `{}` both send each scheduled task", first.name, beat.name),
                at(beat).label("sends them"),
            )
            .also(at(first).label("and so does this"))
            .help("run `celery beat` once");
        }
    }
    for (service, process, container) in deployment.services() {
        in_one_container(process, container, out);
        let Some(replicas) = service.replicas.as_ref().filter(|it| it.value > 1) else { continue };
        if beats.iter().any(|it| std::ptr::eq(*it, process)) {
            out.report(
                process,
                format!(
                    "`{}` runs {} times, and sends each scheduled task as often",
                    process.name, replicas.value
                ),
                replicas.label("so many schedulers"),
            )
            .also(at(process).label("runs `celery beat`"))
            .help("give `celery beat` a service of its own that runs once");
        }
    }
}

/// `celery worker -B &` and `celery beat` in one start.
fn in_one_container(process: &Process, container: &Container, out: &mut Findings) {
    let mut beats = container.steps.iter().filter(|it| !it.conditional && sends(&it.started));
    if let (Some(first), Some(second)) = (beats.next(), beats.next()) {
        out.report(
            process,
            format!("`{}` starts two schedulers, and both send each scheduled task", process.name),
            second.started.executable.label("sends them"),
        )
        .also(first.started.executable.label("and so does this"))
        .because(&process.declared)
        .help("run `celery beat` once");
    }
}

fn sends(started: &Started) -> bool {
    let is_beat =
        matches!(started.program.value, Program::Celery(Celery::Beat | Celery::WorkerAndBeat));
    is_beat && !is_locked(started)
}

/// Whether its scheduler lets only one send at a time, as redbeat does.
fn locks(process: &Process) -> bool {
    process.started.as_ref().is_some_and(is_locked)
}

fn is_locked(started: &Started) -> bool {
    let scheduler = started.scheduler.as_ref();
    scheduler.is_some_and(|it| it.value.to_ascii_lowercase().contains("redbeat"))
}

/// Whether both run one project under one settings module, from one folder. Units of one name, however
/// it is written, take each other's place, and of two managers of processes a server has one.
fn are_one(a: &Process, b: &Process) -> bool {
    let (Some(one), Some(two)) = (&a.django, &b.django) else { return false };
    let cwd = |it: &Process| it.cwd.as_ref().map(|it| it.value.clone());
    let is_unit = |it: &Process| it.name.ends_with(".service");
    // Of two environments on one machine each has its own site.
    let program = |it: &Process| {
        let executable = it.started.as_ref().map(|it| it.executable.value.clone());
        executable.filter(|it| it.starts_with('/'))
    };
    let name = |it: &Process| it.name.replace(['-', '_'], "");
    name(a) != name(b)
        && keep_one_list(a, b)
        && is_unit(a) == is_unit(b)
        && Arc::ptr_eq(&one.project, &two.project)
        && one.module.value == two.module.value
        && cwd(a) == cwd(b)
        && (program(a) == program(b) || program(a).is_none() || program(b).is_none())
}

/// Whether both send the same tasks: what is in the database only its own scheduler sends, and what
/// the settings list each sends (django-celery-beat takes that list over).
fn keep_one_list(a: &Process, b: &Process) -> bool {
    let from_database = |it: &Process| {
        let of_command = it.started.as_ref().and_then(|it| it.scheduler.as_ref());
        let named = of_command.map(|it| it.value.clone()).or_else(|| {
            let set = it.fact().setting("CELERY_BEAT_SCHEDULER")?;
            Some(set.value.text()?.to_owned())
        });
        named.is_some_and(|it| it.contains("DatabaseScheduler"))
    };
    from_database(a) == from_database(b) || a.fact().listed_schedule().is_some()
}

fn at(process: &Process) -> crate::fact::Fact<()> {
    let started = process.started.as_ref();
    started.map_or_else(|| process.declared.clone(), |it| it.executable.map(|_| ()))
}
