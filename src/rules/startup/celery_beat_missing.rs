//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::command::{Celery, Program, Step};
use crate::model::{CELERY_BEAT_SCHEDULE, Deployment, INSTALLED_APPS, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/celery-beat-missing",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/celery-beat-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|it| it.runs_celery()) {
        let Some(django) = process.django.as_ref().filter(|_| process.has_settings_to_judge())
        else {
            continue;
        };
        // A script that somebody starts by hand is no unit.
        let by_hand = deployment.compose.is_none() && deployment.surroundings.told.starts_beat;
        let Some(none) = deployment.runs_none(&django.project, Process::runs_beat) else {
            continue;
        };
        if by_hand {
            continue;
        }
        let app = process.fact();
        let Some((at, what)) = scheduled(&app) else { continue };
        let finding = out.report(
            process,
            format!("{what}, and no `celery beat` starts them"),
            at.label("tasks for certain times"),
        );
        finding
            .also(process.declared.label("only does what it is sent"))
            .because(&none)
            .help("run `celery beat` once beside the workers");
        if let Some((before, beat)) = deployment.held_up(&django.project, is_beat)
            && let Some(started) = &before.started
        {
            finding
                .also(beat.started.program.label("only run once the program before it has ended"))
                .also(started.program.label("goes on until the container stops"));
        }
        return;
    }
}

fn is_beat(step: &Step) -> bool {
    step.started.program.value == Program::Celery(Celery::Beat)
}

/// What says that there are tasks for certain times.
fn scheduled(app: &Fact<&Process>) -> Option<(Fact<()>, &'static str)> {
    let schedule = app.get(CELERY_BEAT_SCHEDULE);
    if schedule.is_some_and(|it| it.value.truth() == Some(true)) {
        let at = app.assigned(CELERY_BEAT_SCHEDULE)?;
        return Some((at, "CELERY_BEAT_SCHEDULE has tasks"));
    }
    let entries = app.value.django.iter().flat_map(|it| &it.project.entries);
    if let Some(place) = entries.filter_map(|it| it.schedule).next() {
        return Some((Fact::at((), place), "the application gives Celery tasks for certain times"));
    }
    let apps = app.members(INSTALLED_APPS);
    let beat = apps.iter().find(|it| it.value == "django_celery_beat")?;
    Some((beat.map(|_| ()), "the database may have tasks for certain times"))
}
