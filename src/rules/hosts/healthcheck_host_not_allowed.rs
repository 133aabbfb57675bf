//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::middleware::COMMON;
use crate::model::{ALLOWED_HOSTS, DEBUG, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/healthcheck-host-not-allowed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/healthcheck-host-not-allowed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (probe, app) in deployment.probes().filter(|(it, _)| it.fails) {
        let Some(allowed) = app.refuses(&probe) else { continue };
        let host = probe.url.value.host.as_str();
        // With DEBUG an empty list stands for this machine.
        let debug = app.get(DEBUG);
        if allowed.value.is_empty() && debug.is_none_or(|it| it.value) {
            continue;
        }
        // This one asks every request for its host.
        let Some(asked) = app.comes_to(COMMON) else {
            continue;
        };
        let entry = allowed.value.first();
        let supplied = entry.and_then(|entry| app.outside(entry));
        let written = || entry.map_or_else(|| allowed.map(|_| ()), |it| it.map(|_| ()));
        let at = supplied.unwrap_or_else(written);
        out.report(
            app.value,
            format!("the health check asks for `{host}`, which Django answers with 400"),
            probe.url.label(format!("asks for `{host}`")),
        )
        .also(at.label(format!("`{host}` is not among these")))
        .through(app.assigned(ALLOWED_HOSTS), "which become ALLOWED_HOSTS here")
        .because(&allowed)
        .because(&asked)
        .because(&app)
        .help(format!("send a `Host` that is allowed, or add `{host}` to ALLOWED_HOSTS"))
        .mend(
            Safety::Unsafe,
            format!("allow `{host}`"),
            app.add_beside(&allowed.value, host),
        );
    }
}
