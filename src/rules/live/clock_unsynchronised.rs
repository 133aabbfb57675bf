//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::model::Deployment;
use crate::model::observed::Observed;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/clock-unsynchronised",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Machine, check),
    page: include_str!("../../../rules/live/clock-unsynchronised.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    match &observed.clock_is_set {
        None => {}
        Some(is_set) if is_set.value => out.passed("the clock was set by a time server"),
        Some(is_set) => {
            let said = "systemd-timesyncd has not set the clock since it was started";
            out.report(Subject::Nothing, said.to_owned(), is_set.label("reaches no time server"))
                .help("`timedatectl timesync-status` says which server is asked; UDP port 123 has to be open");
        }
    }
}
