//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::compose::{Port, Service};
use crate::model::{Deployment, Site};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/https-not-published",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/https-not-published.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    if may_take_https(deployment) {
        return;
    }
    for site in &deployment.sites {
        by_itself(deployment, site, out);
    }
    for site in deployment.sites.iter().filter(|it| !it.is_template && !it.speaks_tls()) {
        let Some(service) = deployment.service_of(site) else { continue };
        let Some(way_in) = only_way_in(service, site) else { continue };
        let Some(redirect) = site.sends_all_to_https() else { continue };
        let redirect = redirect.doubt(Certainty::Likely, UNSEEN);
        let finding = out.report(site, MESSAGE, redirect.label("sends whatever comes to https"));
        finding.also(way_in.label("the only way in"));
        let name = &service.name.value;
        if let Some(listener) = inside(deployment, site) {
            finding.also(listener.label("listens for https, and nobody reaches it"));
            finding.help(format!("publish the port of `{name}` as well: `\"443:443\"`"));
        } else {
            finding.help(format!("give `{name}` a certificate and port 443, or end the redirect"));
        }
    }
}

/// Where Caddy sends to https unasked, as it does for each name that it obtains a certificate for.
fn by_itself(deployment: &Deployment, site: &Site, out: &mut Findings) {
    let Some(name) = site.obtained().filter(|_| !site.is_template) else { return };
    let Some(service) = deployment.service_of(site) else { return };
    let [port] = service.ports.as_slice() else { return };
    let is_way_in = port.is_published_as(80) && port.leads_to(80);
    let Some(way_in) = port.open().filter(|_| is_way_in) else { return };
    let name = name.doubt(Certainty::Likely, UNSEEN);
    out.report(site, MESSAGE, name.label("whatever comes by http is sent to https"))
        .also(way_in.label("the only way in"))
        .help(format!(
            "publish the port of `{}` as well: `\"443:443\"`, or write `http://` before the name",
            service.name.value
        ));
}

const MESSAGE: &str = "every visitor is sent to https, and no port is published for it";

const UNSEEN: &str = "what else may publish the port is not in view";

/// Whether something of the deployment takes connections at 443, or nobody can tell.
fn may_take_https(deployment: &Deployment) -> bool {
    let Some(project) = &deployment.compose else { return true };
    let may_be_443 = |port: &Port| port.published_range().is_none() || port.takes(443);
    let may_take = |it: &Service| it.network_mode.is_some() || it.ports.iter().any(may_be_443);
    project.services.iter().any(may_take)
        || deployment.sites.iter().any(|it| deployment.is_on_host_view(it))
}

/// Where everybody comes to a site, if the container has no other way in: behind a proxy of the machine
/// there would be one.
fn only_way_in(service: &Service, site: &Site) -> Option<Fact<()>> {
    let [port] = service.ports.as_slice() else { return None };
    let open = port.open().filter(|_| port.is_published_as(80))?;
    let leads = |it: u16| port.leads_to(it);
    site.listeners.iter().any(|it| it.value.port.is_some_and(leads)).then_some(open)
}

/// Where the same container listens with TLS.
fn inside(deployment: &Deployment, site: &Site) -> Option<Fact<()>> {
    let mut beside = deployment.sites.iter().filter(|it| it.view == site.view);
    beside.find_map(|it| Some(it.tls_listener()?.map(|_| ())))
}
