//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::fact::Certainty;
use crate::model::Deployment;
use crate::model::observed::{Firewall, Observed, Open};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/firewall-open",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("7.5"),
    check: Check::Live(Area::Sockets, check),
    page: include_str!("../../../rules/live/firewall-open.md"),
};

/// Whoever publishes these means everybody.
const OF_THE_WEB: &[u16] = &[80, 443];

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    let (Some(firewall), Ok(open)) = (&observed.firewall, &observed.open) else { return };
    let by_docker = |it: &&Open| it.program.as_deref() == Some("docker-proxy") && it.is_public();
    let mut ports = Vec::new();
    for open in open.iter().filter(by_docker) {
        // Docker listens for IPv4 and IPv6 apart.
        let port = open.endpoint.value.port().filter(|it| !ports.contains(it));
        let Some(port) = port.filter(|it| !OF_THE_WEB.contains(it)) else { continue };
        ports.push(port);
        judge(port, open, firewall, out);
    }
}

fn judge(port: u16, open: &Open, firewall: &Firewall, out: &mut Findings) {
    match firewall.lets_in(port) {
        Ok(Some(_)) => out.passed(format!("ufw lets everybody in to port {port}, as Docker does")),
        Ok(None) => {
            let why = "a firewall may stand before the machine";
            let at = open.endpoint.clone().doubt(Certainty::Likely, why);
            out.report(
                Subject::Nothing,
                format!("port {port} is open to everybody, and ufw lets nobody in to it"),
                at.label("published by Docker, whose rules come before those of ufw"),
            )
            .also(firewall.on.label("is on, and does not stop it"))
            .help(format!("publish it as `127.0.0.1:{port}:…`, or not at all: containers of one project need no port"));
        }
        Err(unseen) => {
            out.unknown(
                format!("whether ufw lets anybody in to port {port}"),
                &unseen.why,
                unseen.remedy,
            );
        }
    }
}
