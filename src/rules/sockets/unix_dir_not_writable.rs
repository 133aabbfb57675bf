//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Endpoint, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/unix-dir-not-writable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/unix-dir-not-writable.md"),
};

/// Directories that belong to root on every Linux, whose others may not write there.
const OF_ROOT: [&str; 9] =
    ["/", "/run", "/var", "/var/run", "/var/lib", "/etc", "/usr", "/srv", "/opt"];

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(user) = process.user.as_ref().filter(|it| it.value != "root" && it.value != "0")
        else {
            continue;
        };
        let Some(unit) = deployment.unit(process) else { continue };
        for listening in process.listens.iter().filter(|it| !it.value.activated) {
            let Endpoint::Unix(path) = &listening.value.endpoint else { continue };
            let Some(folder) = path.parent().filter(|it| OF_ROOT.contains(&it.as_str())) else {
                continue;
            };
            if unit.prepares(path) || makes_one_below(process) {
                continue;
            }
            let name = user.value.as_str();
            out.report(
                process,
                format!("`{}` is to make its socket in `{folder}`, where `{name}` may not", process.name),
                listening.label(format!("makes a socket in `{folder}`")),
            )
            .also(user.label(format!("as `{name}`")))
            .help(
                "give the unit a `RuntimeDirectory=`, and make the socket in that directory of `/run`",
            );
        }
    }
}

/// Whether the server itself starts as root and changes its user after it made the socket.
fn makes_one_below(process: &Process) -> bool {
    process.started.as_ref().is_some_and(|it| it.user.is_some())
}
