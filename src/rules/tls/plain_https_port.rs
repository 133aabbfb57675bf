//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::compose::Port;
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
    for site in deployment.sites.iter().filter(|site| !site.is_template) {
        let plain = |it: &&Fact<Listener>| !it.value.loopback && !it.value.tls;
        let mut listeners = site.listeners.iter().filter(plain);
        let way = listeners.find_map(|it| Some((it, way(deployment, site, it.value.port?)?)));
        let Some((listener, way)) = way else { continue };
        // nginx has one protocol for a socket, and whichever server asks for TLS decides.
        let beside = deployment.sites.iter().filter(|it| it.view == site.view);
        let beside = beside.flat_map(|it| &it.listeners);
        let mut beside = beside.filter(|it| it.value.port == listener.value.port && it.value.tls);
        let is_of_ipv4 = |it: &&Fact<Listener>| !it.value.ipv6;
        let by_ipv4 = beside.clone().find(is_of_ipv4).filter(|_| listener.value.ipv6);
        if beside.any(|it| it.value.ipv6 == listener.value.ipv6) {
            continue;
        }
        let finding = out.report(
            site,
            match by_ipv4 {
                Some(_) => "https fails over IPv6: the server speaks plain http there",
                None => "https fails: the server speaks plain http on its port",
            },
            listener.label("without `ssl`, no browser understands the answer"),
        );
        if let Some(by_ipv4) = by_ipv4 {
            finding.also(by_ipv4.label("this is another socket"));
        }
        if let Way::Led(port) = way {
            let port = port.doubt(Certainty::Likely, WHY);
            finding.also(port.label("what comes to port 443 of the host is led there"));
        }
        finding.help("add `ssl` with a certificate, or take the line away");
    }
}

const WHY: &str = "something outside may take TLS and pass it on to this port";

/// How what comes to the port for https gets to a port of a site.
enum Way {
    /// It is that port.
    Same,
    /// Compose leads it to another.
    Led(Fact<()>),
}

fn way(deployment: &Deployment, site: &Site, port: u16) -> Option<Way> {
    let same = (port == HTTPS).then_some(Way::Same);
    let Some(service) = deployment.view(site.view).container.as_deref() else { return same };
    let service = deployment.compose.as_ref()?.service(service)?;
    let leads = |it: &&Port| it.leads_to(port) && it.is_published_as(HTTPS);
    let published = service.ports.iter().find(leads)?;
    same.or_else(|| published.open().map(Way::Led))
}
