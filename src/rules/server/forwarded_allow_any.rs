//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Endpoint, Host};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "server/forwarded-allow-any",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/server/forwarded-allow-any.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|it| deployment.is_on_host(it)) {
        let started = process.started.as_ref().filter(|_| process.kind.is_web());
        let Some(any) = started.and_then(|it| it.forwarded_allow_ips.as_ref()) else { continue };
        if !any.value.split(',').any(|it| it.trim() == "*") {
            continue;
        }
        // Nobody but the machine itself connects to a socket file or to loopback.
        let open = process.listens.iter().find(|it| {
            matches!(&it.value.endpoint, Endpoint::Tcp { host: Host::Any | Host::Address(_), .. })
        });
        let Some(open) = open else { continue };
        out.report(
            process,
            format!("`{}` believes anybody who claims to be the proxy", process.name),
            any.label("takes `X-Forwarded-*` from every address"),
        )
        .also(open.label("and every address can connect"))
        .help("listen at `127.0.0.1`, or name the proxy's address");
    }
}
