//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{ALLOWED_HOSTS, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/allowed-not-served",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/allowed-not-served.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        let Some(allowed) = app.get(ALLOWED_HOSTS) else { continue };
        for (index, entry) in allowed.value.iter().enumerate() {
            // An address to listen on: no browser sends it.
            if entry.value != "0.0.0.0" {
                continue;
            }
            let at = app.outside(entry).unwrap_or_else(|| entry.map(|_| ()));
            out.report(
                app.value,
                "nobody asks for `0.0.0.0`: that is an address to listen on",
                at.label("allows nothing that is asked for"),
            )
            .because(&allowed)
            .help("take it out")
            .mend(Safety::Safe, "take it out", app.drop_entry(&allowed.value, index));
        }
    }
}
