//! See the page.

mod port;

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::symbol::is_symbolic;
use crate::fact::{Certainty, Fact};
use crate::model::middleware::CSRF;
use crate::model::urls::Resolved;
use crate::model::{
    CSRF_TRUSTED_ORIGINS, Deployment, Listener, Process, SECURE_SSL_REDIRECT, Scheme, Site,
    SiteName,
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
        port::check(deployment, site, out);
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
                    .help("set SECURE_PROXY_SSL_HEADER to the header that the proxy sends")
                    .mend(Safety::Unsafe, "set SECURE_PROXY_SSL_HEADER", app.trust_scheme(route));
                // One setting mends all names and routes.
                continue 'sites;
            }
        }
    }
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
