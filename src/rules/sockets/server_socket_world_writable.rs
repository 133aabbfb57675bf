//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::command::{Program, Started};
use crate::model::{Deployment, Endpoint, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/server-socket-world-writable",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("4.4"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/server-socket-world-writable.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|it| deployment.is_on_host(it)) {
        let Some(started) = &process.started else { continue };
        let Some(open) = opened(started).filter(|_| !is_shut_in(deployment, process)) else {
            continue;
        };
        let Some(bind) = process
            .listens
            .iter()
            .find(|it| !it.value.activated && matches!(it.value.endpoint, Endpoint::Unix(_)))
        else {
            continue;
        };
        out.report(
            process,
            format!("every user of the machine may connect to the socket of `{}`", process.name),
            open.label("lets everybody write"),
        )
        .also(bind.label("to this socket"))
        .help("let the group write and no others, and give the socket the proxy's group")
        // The proxy may be one of the others.
        .mend(Safety::Unsafe, "let the group write and no others", shut(started, &open));
    }
}

/// The option that opens the socket to everybody; a default is nobody's wish.
fn opened(started: &Started) -> Option<Fact<()>> {
    let (option, open) = match started.program.value {
        Program::Gunicorn => {
            let umask = started.umask.as_ref()?;
            (umask, umask.value & 0o002 == 0)
        }
        Program::Uwsgi => {
            let mode = started.socket_mode.as_ref()?;
            (mode, mode.value & 0o002 != 0)
        }
        _ => return None,
    };
    open.then(|| option.map(|_| ()))
}

/// Whether the directory that systemd makes for it keeps others out.
fn is_shut_in(deployment: &Deployment, process: &Process) -> bool {
    let mode = deployment.unit(process).and_then(|it| it.get("Service", "RuntimeDirectoryMode"));
    mode.is_some_and(|it| it.value.ends_with('0'))
}

/// In place of the option's own digits.
fn shut(started: &Started, open: &Fact<()>) -> Option<Edit> {
    let place = open.written_at().filter(|it| it.span.len() <= "0777".len())?;
    let text = if started.program.value == Program::Gunicorn { "007" } else { "660" };
    Some(Edit::replace(place, text))
}
