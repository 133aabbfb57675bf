//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::compose::Port;
use crate::model::{
    ALLOWED_HOSTS, CORS_ALLOWED_ORIGINS, CORS_ORIGIN_WHITELIST, CSRF_TRUSTED_ORIGINS, Deployment,
    Listener, Process, SECURE_PROXY_SSL_HEADER, SECURE_SSL_REDIRECT, Site, SiteName,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/no-tls-listener",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/no-tls-listener.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let told = &deployment.surroundings.tls;
    if told.of_certificates || told.of_outer_proxy || deployment.sites.iter().any(Site::speaks_tls)
    {
        return;
    }
    for (site, app) in deployment.proxied() {
        let Some(listener) = public(deployment, site, &app) else { continue };
        if site.is_template || site.is_behind_another() || expects_https(&app) {
            continue;
        }
        // A guide that gives its address by https knows what takes that.
        if site.hosts().any(|it| told.https_names.contains(&it.value)) {
            continue;
        }
        // A load balancer or a tunnel may take https, and no file has to tell of it.
        let why = "a server that is not in view may take TLS";
        let listener = listener.clone().doubt(Certainty::Likely, why);
        let at = match listener.evidence().is_written() {
            true => listener.label("the only way in, and it is plain http"),
            false => site.declared.label("has no `listen`: the only way in is plain http"),
        };
        out.report(
            site,
            "the site is served without TLS: passwords and sessions can be read on the way",
            at,
        )
        .because(&listener)
        .because(&app)
        .help("listen on 443 with a certificate, or say in the repository what takes https");
        break;
    }
}

/// Where everybody reaches a site by plain http, under a name that is not a machine's own.
fn public<'s>(
    deployment: &Deployment,
    site: &'s Site,
    app: &Fact<&Process>,
) -> Option<&'s Fact<Listener>> {
    let private = |name: &Fact<SiteName>| match &name.value {
        SiteName::Host(host) => {
            let addresses = ["127.", "10.", "192.168."];
            host == "localhost"
                || is_of_private_zone(host)
                || addresses.iter().any(|it| host.starts_with(it))
        }
        SiteName::Many(_) => false,
    };
    // A name says nothing where no other server takes the rest, and the settings know what that is for.
    let is_private = !site.names.is_empty() && site.names.iter().all(private);
    if is_private && !(deployment.sites.len() == 1 && is_for_public_hosts(app)) {
        return None;
    }
    let mut listeners = site.listeners.iter().filter(|it| !it.value.loopback);
    // The port of an image that nobody is seen to run may be published as any, behind what has the
    // site's name.
    if site.of_image {
        return None;
    }
    let Some(service) = deployment.view(site.view).container.as_deref() else {
        // Where nobody listens at 80, one of these is what people are given (IANA's register has the
        // last two as http-alt).
        let is_usual = |it: &&Fact<Listener>| it.value.port == Some(80);
        let is_other = |it: &Fact<Listener>| matches!(it.value.port, Some(8000 | 8008 | 8080));
        let mut all = deployment.sites.iter().flat_map(|it| &it.listeners);
        let at_another =
            !all.any(|it| is_usual(&it)) && !site.hosts().any(|it| is_sample(&it.value));
        return listeners.find(|it| is_usual(it) || at_another && is_other(it));
    };
    let service = deployment.compose.as_ref()?.service(service)?;
    let usual = |port: &&Port| port.open().is_some() && port.is_published_as(80);
    listeners.find(|listener| {
        let of = |port: &Port| listener.value.port.is_some_and(|it| port.leads_to(it));
        service.ports.iter().filter(usual).any(of)
    })
}

/// Whether a name is of a zone that is nobody's.
fn is_of_private_zone(host: &str) -> bool {
    [".local", ".localhost", ".test", ".internal", ".lan"].iter().any(|it| host.ends_with(it))
}

/// Whether the settings surely name hosts that others look up.
fn is_for_public_hosts(app: &Fact<&Process>) -> bool {
    let hosts = app.get(ALLOWED_HOSTS);
    let is_sure = |it: &Fact<Vec<Fact<String>>>| it.evidence().certainty() == Certainty::Certain;
    let is_public = |it: &Fact<String>| {
        let name = it.value.trim_start_matches('.');
        name.contains('.')
            && name.ends_with(|last: char| last.is_ascii_alphabetic())
            && !is_of_private_zone(name)
            && !is_sample(name)
    };
    hosts.filter(is_sure).is_some_and(|it| it.value.iter().any(is_public))
}

/// Whether a name is one that examples have (RFC 2606), and nobody has filled in.
fn is_sample(host: &str) -> bool {
    host.split('.').any(|label| label == "example")
}

/// Whether the settings are made for a site that is reached by https, by whatever way.
fn expects_https(app: &Fact<&Process>) -> bool {
    let redirects = app.get(SECURE_SSL_REDIRECT).is_none_or(|it| it.value);
    let origins = app.get(CSRF_TRUSTED_ORIGINS);
    let trusts = origins.is_none_or(|it| it.value.iter().any(|it| it.value.starts_with("https:")));
    // A page that came by https is kept from calling what answers by http (W3C, "Mixed Content").
    // Some list both, and may mean either.
    let callers = [CORS_ALLOWED_ORIGINS, CORS_ORIGIN_WHITELIST].into_iter();
    let callers: Vec<_> = callers.flat_map(|it| app.members(it)).collect();
    let is_plain_as_well = |host: &str| {
        callers.iter().any(|it| it.value.strip_prefix("http:").is_some_and(|it| it == host))
    };
    let mut secure = callers.iter().filter_map(|it| it.value.strip_prefix("https:"));
    let is_called = secure.any(|host| !is_plain_as_well(host));
    redirects || trusts || is_called || app.missing(SECURE_PROXY_SSL_HEADER).is_none()
}
