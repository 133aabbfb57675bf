//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{
    CSRF_COOKIE_SECURE, CSRF_TRUSTED_ORIGINS, Deployment, Process, Route, SECURE_PROXY_SSL_HEADER,
    SECURE_SSL_REDIRECT, SESSION_COOKIE_SECURE, Site,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/forwarded-proto-overwritten",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/forwarded-proto-overwritten.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, route, app) in deployment.app_routes() {
        let Some(listener) = site.listeners.first() else { continue };
        let Some(trusted) = app.get(SECURE_PROXY_SSL_HEADER) else { continue };
        // What is sent is what it takes for https.
        if trusted.value.1 == "http" {
            continue;
        }
        // Consumers of Channels lie outside Django's middleware, and ask nothing of the scheme.
        if route.upgrades() && !route.for_everything {
            continue;
        }
        let Some(sent) = own_scheme(route, &trusted.value.0) else { continue };
        let told = told_in_front(deployment, [&listener.map(|_| ()), &trusted.map(|_| ())]);
        let Some((sign, text)) = told.or_else(|| https(deployment, site, &app)) else { continue };
        out.report(
            site,
            "whatever takes https in front is overwritten: Django is told `http` each time",
            sent.label("always `http`, as this server takes nothing else"),
        )
        .also(listener.label("listens without TLS"))
        .also(trusted.label("waits for the scheme that an outer proxy saw"))
        .also(sign.label(text))
        .because(&app)
        .help("pass on what came: `$http_x_forwarded_proto`, if nobody else can reach this server")
        .replace(sent, variable(&trusted.value.0), Safety::Unsafe);
        break;
    }
}

/// Where the server's own file, or the settings that trust the header, say that https ends in front: what
/// else speaks of certificates then is for another time or another machine.
fn told_in_front(deployment: &Deployment, own: [&Fact<()>; 2]) -> Option<(Fact<()>, &'static str)> {
    let file = |it: &Fact<()>| it.evidence().place().map(|it| it.file);
    let told = &deployment.surroundings.tls.told_in_front;
    let line = told.iter().find(|line| own.iter().any(|it| file(it) == Some(line.file)))?;
    let is_plain = !deployment.sites.iter().any(Site::speaks_tls);
    is_plain.then(|| (Fact::at((), *line), "says that https ends in front of it"))
}

/// What says that https is taken in front of a site, and not by this server: the header alone may be
/// set for another deployment of the project.
fn https(
    deployment: &Deployment,
    site: &Site,
    app: &Fact<&Process>,
) -> Option<(Fact<()>, &'static str)> {
    if let Some(service) = deployment.behind_traefik(site).filter(|_| !site.speaks_tls()) {
        return Some((service.https_of_traefik()?, "browsers come to Traefik by https"));
    }
    // Certificates that are obtained on the machine make a server for https of this one.
    if deployment.surroundings.tls.of_certificates || deployment.sites.iter().any(Site::speaks_tls)
    {
        return None;
    }
    let switches = [SECURE_SSL_REDIRECT, SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE];
    let on = switches.into_iter().find_map(|setting| {
        let value = app.get(setting).filter(|it| it.value)?;
        Some((app.assigned(setting)?.given(&value), "made for visitors who come by https"))
    });
    on.or_else(|| {
        let origins = app.get(CSRF_TRUSTED_ORIGINS)?;
        let secure = origins.value.iter().find(|it| it.value.starts_with("https://"))?;
        let at = app.outside(secure).unwrap_or_else(|| secure.map(|_| ()));
        Some((at.given(&origins), "pages that come by https"))
    })
}

/// The line that sends this server's own scheme under a key of `request.META`.
fn own_scheme<'r>(route: &'r Route, key: &str) -> Option<&'r Fact<String>> {
    let header = key.strip_prefix("HTTP_")?.replace('_', "-");
    let sent = route.sends(&header)?;
    let written = sent.evidence().is_written();
    (written && matches!(sent.value.as_str(), "$scheme" | "http")).then_some(sent)
}

/// nginx's variable for a key of `request.META`.
fn variable(key: &str) -> String {
    format!("${}", key.to_ascii_lowercase())
}
