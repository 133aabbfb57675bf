//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/timer-without-trigger",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/timer-without-trigger.md"),
};

const TRIGGERS: [&str; 8] = [
    "OnCalendar",
    "OnActiveSec",
    "OnBootSec",
    "OnStartupSec",
    "OnUnitActiveSec",
    "OnUnitInactiveSec",
    "OnClockChange",
    "OnTimezoneChange",
];

fn check(deployment: &Deployment, out: &mut Findings) {
    for timer in deployment.units.iter().filter(|unit| unit.is(UnitKind::Timer)) {
        let Some(none) = timer.absent_all("Timer", &TRIGGERS) else { continue };
        if !timer.has("Timer") {
            continue;
        }
        out.report(
            timer,
            format!("`{}` never fires", timer.name),
            timer.head("Timer").label("no line says when"),
        )
        .because(&none)
        .help("say when, with `OnCalendar=daily` for instance");
    }
}
