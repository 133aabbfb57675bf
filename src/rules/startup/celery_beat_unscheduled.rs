//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Process};
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

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|it| it.has_settings_to_judge()) {
        let Some(django) = &process.django else { continue };
        // What the application says itself comes in place of this.
        if django.project.entries.iter().any(|it| it.schedule.is_some()) {
            continue;
        }
        let timeless = process.fact().timeless_tasks();
        let Some((first, more)) = timeless.split_first() else { continue };
        let message = match more.len() {
            0 => format!("`{first}` is in beat's schedule without a time, and never runs"),
            _ => {
                format!("{} entries of beat's schedule have no time, and never run", timeless.len())
            }
        };
        let finding = out.report(process, message, first.label("has no `schedule`"));
        for other in more {
            finding.also(other.label("nor has this"));
        }
        finding.because(first);
        if !deployment.may_run(&django.project, Process::runs_beat) {
            finding.at_most(Severity::Warning);
        }
        finding.help("give each a time: `\"schedule\": crontab(hour=4, minute=0)`, or seconds");
        return;
    }
}
