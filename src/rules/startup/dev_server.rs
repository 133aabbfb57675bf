//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/dev-server",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/dev-server.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|it| it.is_for_developers()) {
        let Some(started) = &process.started else { continue };
        let finding = out.report(
            process,
            format!("`{}` runs Django's development server", process.name),
            started.program.label("made for one developer, not for the internet"),
        );
        finding.because(&process.declared).help("run gunicorn, uvicorn or daphne here");
        if is_for_this_machine(deployment, process) {
            finding.at_most(Severity::Warning);
        }
    }
}

/// Whether only the machine itself connects to it, and no site in view passes requests on: the
/// supervisord that starts it may be a developer's. A unit is of a server.
fn is_for_this_machine(deployment: &Deployment, process: &Process) -> bool {
    deployment.is_on_host(process)
        && deployment.unit(process).is_none()
        && !process.listens.is_empty()
        && process.listens.iter().all(|it| it.value.endpoint.is_loopback())
        && deployment.sites_before(process).next().is_none()
}
