//! See the page.

use crate::diagnostic::{Area, Findings, Severity};
use crate::model::compose::Service;
use crate::model::observed::{ContainerState, Observed};
use crate::model::{Deployment, Process, ProcessKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/container-not-running",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Services, check),
    page: include_str!("../../../rules/live/container-not-running.md"),
};

fn check(deployment: &Deployment, observed: &Observed, out: &mut Findings) {
    if observed.containers.is_empty() {
        return;
    }
    for (service, process, _) in deployment.services() {
        let name = &process.name;
        let mut of_service = observed.containers.iter().filter(|it| it.service == *name).peekable();
        if of_service.peek().is_none() {
            absent(service, process, out);
        }
        for container in of_service {
            judge(service, process, container, out);
        }
    }
}

/// Others of the project were made, and this one was not.
fn absent(service: &Service, process: &Process, out: &mut Findings) {
    if is_daemon(service, process) && service.profiles.is_empty() {
        let name = &process.name;
        out.report(
            process,
            format!("`{name}` has no container, and others of its project have"),
            service.name.label("was never started"),
        )
        .at_most(Severity::Warning)
        .help(format!("`docker compose up -d {name}`"));
    }
}

fn judge(service: &Service, process: &Process, container: &ContainerState, out: &mut Findings) {
    let (name, state) = (&process.name, &container.state);
    let ended_well = state.value == "exited" && container.code == Some(0);
    let said = match state.value.as_str() {
        "running" => match &container.health {
            Some(health) if health.value == "unhealthy" => {
                out.report(
                    process,
                    format!("`{name}` runs, and its health check fails"),
                    health.label("this is what Docker thinks of it"),
                )
                .also(service.name.label("the service"))
                .help(format!("`docker inspect {}` has what the check said", container.name));
                return;
            }
            _ => return out.passed(format!("`{name}` runs in `{}`", container.name)),
        },
        "restarting" => "ends again and again",
        "exited" | "dead" if !ended_well || is_daemon(service, process) => "does not run",
        // Made and not started yet, paused by somebody, or done with what it was for.
        _ => return,
    };
    out.report(process, format!("`{name}` {said}"), state.label("its container is not running"))
        .also(service.name.label("the service"))
        .help(format!("`docker logs {}` says why", container.name));
}

/// Whether it should run all the time: by what it is, or because it is started again whenever it
/// ends.
fn is_daemon(service: &Service, process: &Process) -> bool {
    !service.stays_down() || !matches!(process.kind, ProcessKind::OneOff | ProcessKind::Other)
}
