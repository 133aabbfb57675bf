//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Deployment, Endpoint};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/private-tmp-socket",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["sockets/socket-in-tmp"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/private-tmp-socket.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(unit) = deployment.unit(process) else { continue };
        let Some(private) = unit.flag("Service", "PrivateTmp").filter(|it| it.value) else {
            continue;
        };
        for listening in process.listens.iter().filter(|it| !it.value.activated) {
            let Endpoint::Unix(path) = &listening.value.endpoint else { continue };
            if !path.starts_with("/tmp") && !path.starts_with("/var/tmp") {
                continue;
            }
            let mut upstreams = deployment
                .sites
                .iter()
                .flat_map(|site| &site.routes)
                .flat_map(|route| &route.upstreams);
            let Some(upstream) = upstreams.find(|it| it.value == listening.value.endpoint) else {
                continue;
            };
            out.report(
                process,
                format!("nobody finds the socket of `{}`: its `/tmp` is its own", process.name),
                listening.label("makes a socket in `/tmp`"),
            )
            .also(private.label("which only this service sees"))
            .also(upstream.label("the proxy looks in the machine's `/tmp`"))
            .help("make the socket in a directory of `RuntimeDirectory=`")
            .mend(
                Safety::Safe,
                "make it below `/run`",
                deployment.move_socket(process, listening),
            );
        }
    }
}
