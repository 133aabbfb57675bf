//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::middleware::{CSRF, WHITENOISE};
use crate::model::{
    Deployment, Engine, MIDDLEWARE, Process, Route, SECURE_HSTS_SECONDS, SECURE_PROXY_SSL_HEADER,
    SECURE_SSL_REDIRECT, STATIC_URL, Site, is_own_url,
};
use crate::rules::several::each;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/forwarded-proto-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/forwarded-proto-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let Some(https) = site.https().filter(|https| https.value) else { continue };
        // Consumers of Channels lie outside Django's middleware, and ask nothing of the scheme.
        let for_sockets = |route: &Route| route.upgrades() && !route.for_everything;
        let asks = |route: &&Route| !for_sockets(route) && !is_for_files(route, &app);
        // Where the header is not there, Django asks the server (`HttpRequest.scheme`), and that is told
        // in HTTPS by nginx's own `uwsgi_params`.
        let is_told = |route: &&Route| route.pass.value.starts_with("uwsgi:");
        let routes = deployment.routes_of(site, app.value);
        let routes: Vec<&Route> = routes.filter(|it| !is_told(it)).filter(asks).collect();
        judge(site, &https, &app, &routes, out);
    }
}

/// Whether WhiteNoise answers all of a route, which asks for no scheme, and nothing before it redirects.
fn is_for_files(route: &Route, app: &Fact<&Process>) -> bool {
    let url = app.get(STATIC_URL).filter(|url| is_own_url(&url.value));
    let below = |url: Fact<String>| route.part().is_some_and(|part| part.starts_with(&url.value));
    url.is_some_and(below)
        && app.passes(WHITENOISE).is_some()
        && app.live(SECURE_SSL_REDIRECT).is_some_and(|it| !it.value)
}

/// Routes of one site that send the same too little are one thing to mend.
fn judge(
    site: &Site,
    https: &Fact<bool>,
    app: &Fact<&Process>,
    routes: &[&Route],
    out: &mut Findings,
) {
    let Some(trusted) = app.live(SECURE_PROXY_SSL_HEADER) else { return };
    let Some(header) = header_name(&trusted.value.0) else { return };
    let missing = routes.iter().filter_map(|it| Some((*it, it.does_not_send(&header)?)));
    let missing: Vec<(&Route, Fact<()>)> = missing.collect();
    let Some(((_, first), more)) = missing.split_first() else { return };
    let finding = out.report(
        site,
        format!("`{header}` tells Django of https, and the proxy does not send it"),
        first.label(format!("passed on without `{header}`")),
    );
    for (_, place) in more {
        finding.also(place.label("and here"));
    }
    // Another name for the same, as gunicorn's and nginx's guides had several.
    if let Some(other) = missing.iter().find_map(|(it, _)| told_otherwise(it)) {
        finding.also(other.label("tells of https under another name"));
    }
    // Meant for Django, and written as what is added to its answers.
    for level in missing.iter().filter_map(|(it, _)| site.level(it)) {
        for name in level.own("add_header").filter_map(|line| line.args.first()) {
            if name.value.eq_ignore_ascii_case(&header) {
                finding.also(name.label("goes to the browser"));
            }
        }
    }
    let shown: Vec<String> = missing.iter().map(|(it, _)| it.shown.value.clone()).collect();
    let help = match site.engine() {
        Engine::Caddy { .. } => {
            format!("add `transparent` to {}, which sends `X-Forwarded-Proto`", each(&shown))
        }
        Engine::Traefik { .. } => {
            "name `X-Forwarded-Proto` there, which Traefik sends by itself".to_owned()
        }
        Engine::Nginx { .. } => {
            format!("add `proxy_set_header {header} $scheme;` to {}", each(&shown))
        }
    };
    finding
        .also(trusted.label("a request without this header is plain http to Django"))
        .because(https)
        .help(help);
    let mut lines: Vec<_> = missing
        .iter()
        .filter(|_| trusted.value.1 == "https")
        .filter_map(|(it, _)| site.level(it)?.send(&header, "$scheme"))
        .collect();
    lines.dedup();
    finding.mend(Safety::Safe, format!("send `{header} $scheme`"), lines);
    match app.live(SECURE_SSL_REDIRECT).filter(|it| it.value) {
        Some(redirects) => {
            finding.also(redirects.label("so it redirects them to https, again and again"));
        }
        None if reads_scheme(app) => _ = finding.at_most(Severity::Warning),
        None => _ = finding.at_most(Severity::Advice),
    }
}

/// The header in which a route tells of https instead, as far as it has the request's own scheme.
fn told_otherwise(route: &Route) -> Option<&Fact<String>> {
    let names = ["x-forwarded-proto", "x-forwarded-protocol", "x-forwarded-scheme", "x-scheme"];
    let sent = names.into_iter().filter_map(|it| route.sends(it));
    sent.into_iter().find(|it| matches!(it.value.as_str(), "$scheme" | "https"))
}

/// Whether Django itself asks for the scheme, as far as its settings tell: to compare the origin of
/// forms, and to send HSTS. Else only links that are written out in full tell the difference.
fn reads_scheme(app: &Fact<&Process>) -> bool {
    let checks_forms = app.get(MIDDLEWARE).is_none() || app.passes(CSRF).is_some();
    let sends_hsts = app.live(SECURE_HSTS_SECONDS).is_none_or(|it| it.value > 0);
    checks_forms || sends_hsts
}

/// The header of a key of `request.META`: `HTTP_X_FORWARDED_PROTO` is `X-Forwarded-Proto`.
fn header_name(key: &str) -> Option<String> {
    let words = key.strip_prefix("HTTP_")?.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    });
    Some(words.collect::<Vec<_>>().join("-"))
}
