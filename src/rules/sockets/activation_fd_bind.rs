//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::command::{Bind, Program};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/activation-fd-bind",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/activation-fd-bind.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(started) = &process.started else { continue };
        if started.program.value != Program::Gunicorn {
            continue;
        }
        let descriptor = started.binds.iter().find(|it| matches!(it.value, Bind::Descriptor(_)));
        let activated = process.listens.iter().find(|it| it.value.activated);
        let (Some(bind), Some(socket)) = (descriptor, activated) else { continue };
        out.report(
            process,
            format!("`{}` binds a descriptor that it is handed, and ends at start", process.name),
            bind.label("gunicorn cannot be told of the descriptor"),
        )
        .also(socket.label("systemd hands over this socket"))
        .help("leave `--bind` out: gunicorn takes the sockets of systemd by itself");
    }
}
