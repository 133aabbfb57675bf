//! See the page.

use crate::diagnostic::{Area, Findings, Severity};
use crate::model::observed::Observed;
use crate::model::units::Unit;
use crate::model::{Deployment, ProcessKind, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/unit-not-running",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["live/port-not-listening"],
    security: None,
    check: Check::Live(Area::Units, check),
    page: include_str!("../../../rules/live/unit-not-running.md"),
};

fn check(deployment: &Deployment, observed: &Observed, out: &mut Findings) {
    for unit in &deployment.units {
        let name = unit.name.to_string();
        let state = match observed.units.get(&name) {
            Some(Ok(state)) => state,
            Some(Err(unseen)) => {
                out.unknown(format!("whether `{name}` runs"), &unseen.why, unseen.remedy);
                continue;
            }
            None => continue,
        };
        if state.unknown.is_some() {
            continue;
        }
        let runs = runs(deployment, unit);
        let failed = state.active.value == "failed";
        // Who disabled it and stopped it means it, unless somebody waits for its answers.
        let is_off = state.enabled.as_ref().is_some_and(|it| it.value == "disabled")
            && !deployment.is_waited_for(unit);
        let idle = runs && !failed && !is_off && !deployment.is_started_by_socket(unit);
        if failed || (idle && matches!(state.active.value.as_str(), "inactive" | "deactivating")) {
            let said = if failed { "has failed" } else { "does not run" };
            let at = if failed { &state.result } else { &state.active };
            let shown = at.label(if failed { "this is how it ended" } else { "nothing runs" });
            out.report(unit, format!("`{name}` {said}"), shown)
                .also(unit.head("Unit").label("the unit"))
                .help(format!("`journalctl -u {name}` says why; then `systemctl restart {name}`"));
            continue;
        }
        if is_off && state.active.value != "active" {
            continue;
        }
        if let Some(enabled) = state.enabled.as_ref().filter(|it| it.value == "disabled")
            && unit.is_installable()
            && !deployment.is_pulled_in(unit)
        {
            out.report(
                unit,
                format!("`{name}` runs, and will not after the next boot"),
                enabled.label("nothing starts it by itself"),
            )
            .at_most(Severity::Warning)
            .also(unit.head("Install").label("what `systemctl enable` would act on"))
            .help(format!("`systemctl enable {name}`"));
            continue;
        }
        out.passed(format!("`{name}` is {}", state.active.value));
    }
}

/// Whether it should be active all the time: what a timer or a person starts comes and goes.
fn runs(deployment: &Deployment, unit: &Unit) -> bool {
    match unit.name.kind {
        UnitKind::Socket | UnitKind::Timer | UnitKind::Path => true,
        _ => deployment.process_of(unit).is_some_and(|process| {
            !matches!(process.kind, ProcessKind::OneOff | ProcessKind::Other)
        }),
    }
}
