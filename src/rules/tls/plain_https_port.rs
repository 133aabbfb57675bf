//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Listener, Site};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/plain-https-port",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["tls/no-tls-listener"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/plain-https-port.md"),
};

const HTTPS: u16 = 443;

fn check(deployment: &Deployment, out: &mut Findings) {
    let at_https = |listener: &Listener| listener.port == Some(HTTPS);
    for site in deployment.sites.iter().filter(|site| !site.is_template) {
        // nginx has one protocol for a socket, and whichever server asks for TLS decides.
        let beside = deployment.sites.iter().filter(|it| it.view == site.view);
        let mut listeners = beside.flat_map(|it| &it.listeners);
        let plain = |it: &&Fact<Listener>| at_https(&it.value) && !it.value.loopback;
        let Some(listener) = site.listeners.iter().find(plain) else { continue };
        if listeners.any(|it| at_https(&it.value) && it.value.tls) || !is_open(deployment, site) {
            continue;
        }
        out.report(
            site,
            "https fails: the server speaks plain http on its port",
            listener.label("without `ssl`, no browser understands the answer"),
        )
        .help("add `ssl` with a certificate, or take the line away");
    }
}

/// Whether what comes to the port for https is what the site gets.
fn is_open(deployment: &Deployment, site: &Site) -> bool {
    let Some(service) = deployment.view(site.view).container.as_deref() else { return true };
    let service = deployment.compose.as_ref().and_then(|it| it.service(service));
    service.is_some_and(|service| {
        service.ports.iter().any(|port| port.leads_to(HTTPS) && port.is_published_as(HTTPS))
    })
}
