//! A site that is published by another port than its own: browsers name it, and nginx's `$host` does not.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::compose::Port;
use crate::model::{CSRF_TRUSTED_ORIGINS, Deployment, Host, Route, SECURE_PROXY_SSL_HEADER, Site};
use crate::rules::hosts::csrf_origin_missing::{checks_forms, passes_forms};

/// Names without a port (ngx_http_core_module, "Embedded Variables").
const WITHOUT: [&str; 2] = ["$host", "$server_name"];

/// The variable by which nginx-proxy is told of a container that it is to stand before.
const BEHIND: &str = "VIRTUAL_HOST";

pub(super) fn check(deployment: &Deployment, site: &Site, out: &mut Findings) {
    let Some((port, published)) = published(deployment, site) else { return };
    for route in &site.routes {
        if judge(deployment, (site, route), (port, published), out).is_some() {
            // One line mends all of a site, or each is like the first.
            return;
        }
    }
}

/// The port of the host that leads to a site which takes plain http alone, if it is not the usual one.
fn published<'d>(deployment: &'d Deployment, site: &Site) -> Option<(u16, &'d Port)> {
    let container = deployment.view(site.view).container.as_ref()?;
    let compose = deployment.compose.as_ref()?;
    let service = compose.service(container)?;
    let takes_usual = |it: &Port| it.is_published_as(80) || it.is_published_as(443);
    let is_behind = service.environment.iter().any(|it| it.name.value == BEHIND)
        || service.is_routed_by_traefik()
        || compose.services.iter().any(|it| it.ports.iter().any(takes_usual))
        || deployment.reached_by_https(site).is_some();
    if site.speaks_tls() || is_behind {
        return None;
    }
    let own = site.listeners.first()?.value.port?;
    let port = deployment.public_port(site, own).filter(|it| ![own, 80, 443].contains(it))?;
    let entry = service.ports.iter().find(|it| it.leads_to(own) && it.is_published_as(port))?;
    entry.open().map(|_| (port, entry))
}

fn judge(
    deployment: &Deployment,
    (site, route): (&Site, &Route),
    (port, published): (u16, &Port),
    out: &mut Findings,
) -> Option<()> {
    let app = deployment.process(route)?;
    let name = route.sends("host").filter(|it| WITHOUT.contains(&it.value.as_str()))?;
    let passed = passes_forms(deployment, site, site.host(), &app)?;
    let origins = app.get(CSRF_TRUSTED_ORIGINS)?;
    let told = app.missing(SECURE_PROXY_SSL_HEADER)?;
    let named = |origin: &Fact<String>| origin.value.ends_with(&format!(":{port}"));
    if !checks_forms(&app) || origins.value.iter().any(named) {
        return None;
    }
    // What takes https of the site would be named there.
    let is_local = |it: &Fact<String>| {
        let host = it.value.split("://").last().unwrap_or_default();
        matches!(Host::parse(host.split(':').next().unwrap_or_default()), Host::Loopback)
    };
    if !origins.value.iter().all(is_local) {
        return None;
    }
    let at = Fact::at((), published.place);
    let why = "another server in front of it may answer at the usual port";
    let finding = out.report(
        site,
        format!("forms are refused where the site is asked for by port {port}"),
        name.clone().doubt(Certainty::Likely, why).label("passes the name on without the port"),
    );
    finding
        .also(at.label("browsers come by this port, and name it in `Origin`"))
        .because(&passed)
        .because(&origins)
        .because(&told)
        .because(&app)
        .at_most(Severity::Warning)
        .help(format!("pass `$host:{port}` on, or list the origin in CSRF_TRUSTED_ORIGINS"));
    let edit = name.written_at().map(|it| Edit::replace(it, format!("$host:{port}")));
    finding.mend(Safety::Unsafe, format!("write `$host:{port}`"), edit);
    Some(())
}
