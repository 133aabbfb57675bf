//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Process};
use crate::python::Value;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/celery-beat-unscheduled",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/celery-beat-unscheduled.md"),
};

/// With Celery's namespace, and as it was called before version 4.
const SCHEDULES: [&str; 2] = ["CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE"];

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|it| it.has_settings_to_judge()) {
        let Some(django) = &process.django else { continue };
        // What the application says itself comes in place of this.
        if django.project.entries.iter().any(|it| it.schedule.is_some()) {
            continue;
        }
        let app = process.fact();
        let schedule = SCHEDULES.iter().find_map(|name| app.setting(name));
        let Some(schedule) = schedule else { continue };
        let timeless = timeless(&schedule);
        let Some(((name, first), more)) = timeless.split_first() else { continue };
        let message = match more.len() {
            0 => format!("`{name}` is in beat's schedule without a time, and never runs"),
            _ => {
                format!("{} entries of beat's schedule have no time, and never run", timeless.len())
            }
        };
        let finding = out.report(process, message, first.label("has no `schedule`"));
        for (_, other) in more {
            finding.also(other.label("nor has this"));
        }
        finding.because(&schedule.map(|_| ()));
        if !deployment.may_run(&django.project, Process::runs_beat) {
            finding.at_most(Severity::Warning);
        }
        finding.help("give each a time: `\"schedule\": crontab(hour=4, minute=0)`, or seconds");
        return;
    }
}

/// The entries that surely say nothing of when.
fn timeless(schedule: &Fact<Value>) -> Vec<(&str, Fact<()>)> {
    let Value::Dict(entries) = &schedule.value else { return Vec::new() };
    let found = entries.entries.iter().filter(|it| !it.perhaps).filter_map(|entry| {
        let Value::Dict(inner) = &entry.value.value else { return None };
        let keys: Vec<&str> = inner.entries.iter().filter_map(|it| it.key.text()).collect();
        let is_whole = inner.more.is_none() && keys.len() == inner.entries.len();
        let is_timeless = is_whole && keys.contains(&"task") && !keys.contains(&"schedule");
        is_timeless.then(|| Some((entry.key.text()?, entry.value.map(|_| ()))))?
    });
    found.collect()
}
