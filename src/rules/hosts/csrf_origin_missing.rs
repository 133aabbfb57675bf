//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::symbol::is_symbolic;
use crate::fact::{Certainty, Fact};
use crate::model::compose::Port;
use crate::model::middleware::CSRF;
use crate::model::urls::Resolved;
use crate::model::{
    CSRF_TRUSTED_ORIGINS, Deployment, Host, Listener, Process, Route, SECURE_PROXY_SSL_HEADER,
    SECURE_SSL_REDIRECT, Scheme, Site, SiteName,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/csrf-origin-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["proxy/scheme-lost"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/csrf-origin-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    'sites: for site in &deployment.sites {
        check_port(deployment, site, out);
        let Some(https) = deployment.reached_by_https(site) else { continue };
        // Which other port the server itself has is no question of the containers'.
        if https.evidence().place().is_none() || !site.listeners.iter().any(is_usual) {
            continue;
        }
        let Some(port) = deployment.public_port(site, HTTPS) else { continue };
        for route in &site.routes {
            let Some(app) = deployment.process(route) else { continue };
            let Some(lifting) = deployment.lifting(site, route) else { continue };
            let Some(origins) = app.get(CSRF_TRUSTED_ORIGINS) else { continue };
            // Redirected for ever, nobody gets as far as a form.
            let redirects = app.get(SECURE_SSL_REDIRECT).is_none_or(|it| it.value);
            if lifting.value.scheme == Scheme::Https || redirects || !checks_forms(&app) {
                continue;
            }
            for name in &site.names {
                let SiteName::Host(host) = &name.value else { continue };
                let Some(passed) = passes_forms(deployment, site, host, &app) else { continue };
                // Nobody knows which origins cover a name that is yet to be filled in.
                let open = is_symbolic(host);
                let netloc = match port {
                    HTTPS => host.clone(),
                    port => format!("{host}:{port}"),
                };
                let covered = |origin: &Fact<String>| open || covers(&origin.value, &netloc);
                if origins.value.iter().any(covered) {
                    continue;
                }
                let (shown, name) = match open {
                    false => (format!("forms of `https://{netloc}` are refused"), name.clone()),
                    true => {
                        let why = "a variable decides how the site is reached";
                        let name = name.clone().doubt(Certainty::Likely, why);
                        ("forms that come by https are refused".to_owned(), name)
                    }
                };
                let finding = out.report(
                    site,
                    format!("{shown}, as Django takes them for plain http"),
                    name.label("browsers send this name as their origin, with https"),
                );
                finding
                    .also(route.pass.label("passed on as plain http, for all that Django sees"))
                    .through(lifting.value.option.clone(), "the proxy is not believed")
                    .through(app.assigned(CSRF_TRUSTED_ORIGINS), "and the origin is not here")
                    .because(&https)
                    .because(&lifting)
                    .because(&origins)
                    .because(&passed)
                    .help(route.telling_of_https())
                    .mend(Safety::Unsafe, "set SECURE_PROXY_SSL_HEADER", app.trust_scheme(route));
                // One setting mends all names and routes.
                continue 'sites;
            }
        }
    }
}

/// A site that is published by another port than its own: browsers name it, and nginx's `$host` does not.
fn check_port(deployment: &Deployment, site: &Site, out: &mut Findings) {
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
    let compose = deployment.compose.as_ref()?;
    let service = deployment.service_of(site)?;
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

/// Whether the origin of forms matters: Django compares it, and somebody logs in.
fn checks_forms(app: &Fact<&Process>) -> bool {
    app.passes(CSRF).is_some() && app.checks_origin() && app.has_logins()
}

/// That forms come to Django under a host: all of a site does, or the admin's part of it.
fn passes_forms(
    deployment: &Deployment,
    site: &Site,
    host: &str,
    app: &Fact<&Process>,
) -> Option<Fact<()>> {
    let passes = |path: &str| {
        let answer = site.passes_at(host, path)?;
        let process = site.route_for(path).map(|route| deployment.process(route.value));
        let is_others =
            process.is_some_and(|it| it.is_none_or(|it| !std::ptr::eq(it.value, app.value)));
        (!is_others).then_some(answer)
    };
    let login = || {
        let urls = app.value.django.as_ref()?.urls.as_ref()?;
        let mut heads = urls.heads()?.into_iter().map(|head| format!("{head}login/"));
        heads.find_map(|path| match urls.resolve(&path) {
            Resolved::View(_, view) if view.is_checked == Some(true) => passes(&path),
            Resolved::View(..) | Resolved::Nothing | Resolved::Unknown(_) => None,
        })
    };
    passes(SAMPLE).or_else(login)
}

/// Names without a port (ngx_http_core_module, "Embedded Variables").
const WITHOUT: [&str; 2] = ["$host", "$server_name"];

/// The variable by which nginx-proxy is told of a container that it is to stand before.
const BEHIND: &str = "VIRTUAL_HOST";

/// A path of no location's own.
const SAMPLE: &str = "/kilter/sample";

/// The port that no origin names.
const HTTPS: u16 = 443;

fn is_usual(listener: &Fact<Listener>) -> bool {
    listener.value.tls && listener.value.port == Some(HTTPS)
}

/// `CsrfViewMiddleware._origin_verified`, of a host with its port where that is another than usual.
fn covers(origin: &str, host: &str) -> bool {
    let Some(trusted) = origin.strip_prefix("https://") else { return false };
    match trusted.strip_prefix('*') {
        Some(domain) => host == domain.trim_start_matches('.') || host.ends_with(domain),
        None => trusted == host || trusted.strip_suffix(":443") == Some(host),
    }
}
