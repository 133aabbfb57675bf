//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::observed::{Observed, UnitState};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/contract-unit-differs",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["live/unit-not-running"],
    security: None,
    check: Check::Live(Area::Units, check),
    page: include_str!("../../../rules/live/contract-unit-differs.md"),
};

fn check(deployment: &Deployment, observed: &Observed, out: &mut Findings) {
    let Some(contract) = &deployment.contract else { return };
    for declared in contract.unit_names() {
        let name = &declared.value;
        match observed.units.get(name) {
            Some(Ok(state)) => judge(&declared, state, observed, out),
            Some(Err(unseen)) => {
                out.unknown(format!("whether `{name}` runs"), &unseen.why, unseen.remedy);
            }
            None => {}
        }
    }
}

fn judge(declared: &Fact<String>, state: &UnitState, observed: &Observed, out: &mut Findings) {
    let name = &declared.value;
    let active = state.active.value.as_str();
    let is_off = state.enabled.as_ref().filter(|it| it.value == "disabled" || it.value == "masked");
    let (said, at, help) = match (&state.unknown, is_off) {
        (Some(unknown), _) => (
            "is not installed",
            unknown.label("systemd knows no such unit"),
            format!("install it in `/etc/systemd/system`, or take `{name}` out of `kilter.toml`"),
        ),
        _ if active == "failed" => (
            "has failed",
            state.result.label("this is how it ended"),
            format!("`journalctl -u {name}` says why; then `systemctl restart {name}`"),
        ),
        _ if active == "inactive" && !may_rest(name, state, observed) => (
            "does not run",
            state.active.label("nothing runs"),
            format!("`systemctl enable --now {name}`"),
        ),
        (None, Some(off)) if !is_pulled_in(name, observed) => (
            "will not run after the next boot",
            off.label("nothing starts it by itself"),
            format!("`systemctl enable {name}`"),
        ),
        _ => return out.passed(format!("`{name}` is {active}")),
    };
    out.report(Subject::Process(name.clone()), format!("`{name}` is declared, and {said}"), at)
        .also(declared.label("is to run here"))
        .help(help);
}

/// Whether it comes and goes: what does one thing and ends, and what something else starts.
fn may_rest(name: &str, state: &UnitState, observed: &Observed) -> bool {
    let is_once = state.kind.as_ref().is_some_and(|it| it.value == "oneshot");
    is_once || is_pulled_in(name, observed)
}

/// Whether its socket, timer or path runs, which starts it (systemd.socket(5), systemd.timer(5),
/// systemd.path(5)).
fn is_pulled_in(name: &str, observed: &Observed) -> bool {
    let Some(stem) = name.strip_suffix(".service") else { return false };
    ["socket", "timer", "path"].iter().any(|kind| {
        let partner = observed.units.get(&format!("{stem}.{kind}"));
        partner.is_some_and(|it| it.as_ref().is_ok_and(|it| it.active.value == "active"))
    })
}
