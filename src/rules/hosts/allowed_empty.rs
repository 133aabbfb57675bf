//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{ALLOWED_HOSTS, DEBUG, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/allowed-empty",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/allowed-empty.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        let Some(debug) = app.get(DEBUG).filter(|debug| !debug.value) else { continue };
        let Some(allowed) = app.get(ALLOWED_HOSTS) else { continue };
        if allowed.value.iter().any(|it| !it.value.is_empty()) {
            continue;
        }
        // What is said of each name says this as well.
        if deployment.sites_before(process).any(|site| !site.names.is_empty()) {
            continue;
        }
        let Some(at) = app.assigned(ALLOWED_HOSTS).or(app.assigned(DEBUG)) else { continue };
        out.report(
            process,
            "no host is in ALLOWED_HOSTS, so Django answers 400 to every request",
            at.given(&allowed).label("names no host"),
        )
        .through(app.supplied(ALLOWED_HOSTS), "empty here")
        .because(&debug)
        .help("name the hosts that the site is reached by");
    }
}
