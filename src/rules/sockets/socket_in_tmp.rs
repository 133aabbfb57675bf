//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Deployment, Endpoint};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/socket-in-tmp",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("4.4"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/socket-in-tmp.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|it| deployment.is_on_host(it)) {
        if !process.kind.is_web() {
            continue;
        }
        for listening in &process.listens {
            let Endpoint::Unix(path) = &listening.value.endpoint else { continue };
            let Some(folder) =
                ["/tmp", "/var/tmp"].iter().find(|it| path.parent().is_some_and(|at| at == **it))
            else {
                continue;
            };
            out.report(
                process,
                format!(
                    "any user of the machine can take the place of the socket of `{}`",
                    process.name
                ),
                listening.label(format!("everybody may make files in `{folder}`")),
            )
            .help("make the socket in a directory of `/run` that belongs to the server")
            // Until both are started again, they do not find each other.
            .mend(
                Safety::Unsafe,
                "make it below `/run`",
                deployment.move_socket(process, listening),
            );
        }
    }
}
