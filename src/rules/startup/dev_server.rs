//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
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
    }
}
