//! See the page.

use crate::diagnostic::{Diagnostic, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::middleware::SECURITY;
use crate::model::{
    Deployment, Lifting, Listener, Process, Route, SECURE_SSL_REDIRECT, Scheme, Site,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/ssl-redirect-loop",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["proxy/scheme-lost"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/ssl-redirect-loop.md"),
};

const HEADLINE: &str = "https requests are redirected to themselves, as Django takes them for http";

fn check(deployment: &Deployment, out: &mut Findings) {
    let is_all_plain = !deployment.sites.iter().any(Site::speaks_tls);
    for site in &deployment.sites {
        let https = site.https().filter(|https| https.value).map(|it| it.map(|_| ()));
        let plain = site.plain_listener().filter(|_| is_all_plain && !site.is_local());
        for route in &site.routes {
            match (&https, plain) {
                (Some(https), _) => report(deployment, site, route, https, out),
                (None, Some(plain)) => report_before(deployment, site, route, plain, out),
                (None, None) => {}
            }
        }
    }
}

fn report(
    deployment: &Deployment,
    site: &Site,
    route: &Route,
    https: &Fact<()>,
    out: &mut Findings,
) {
    let Some((app, at)) = redirecting(deployment, route) else { return };
    let Some(lifting) = deployment.lifting(site, route) else { return };
    if lifting.value.scheme == Scheme::Https {
        return;
    }
    let finding = out.report(site, HEADLINE, at.label("what is not https is redirected"));
    finding
        .also(route.pass.label("passed on as plain http, for all that Django sees"))
        .because(https)
        .because(&lifting)
        .help(route.telling_of_https())
        .mend(Safety::Safe, "set SECURE_PROXY_SSL_HEADER", app.trust_scheme(route));
    explain_disbelief(finding, &app, &lifting);
}

/// Where no server in view has TLS, one before them does or nobody reaches the site: whichever header
/// that one sends, nothing behind believes it.
fn report_before(
    deployment: &Deployment,
    site: &Site,
    route: &Route,
    plain: &Fact<Listener>,
    out: &mut Findings,
) {
    let Some((app, at)) = redirecting(deployment, route) else { return };
    let Some(believed) = deployment.believing(site, route) else { return };
    if believed.value.scheme == Scheme::Https || deployment.plain_only(&app).is_some() {
        return;
    }
    let plain = plain.map(|_| ()).doubt(Certainty::Likely, "what takes TLS is not in view");
    let finding = out.report(site, HEADLINE, at.label("what is not https is redirected"));
    finding
        .also(plain.label("whatever takes TLS passes on plain http to here"))
        .also(route.pass.label("and this to Django, which is told by no header that it reads"))
        .because(&believed)
        .help(
            "name the header that tells of https in SECURE_PROXY_SSL_HEADER, and pass it on here",
        );
    explain_disbelief(finding, &app, &believed);
}

/// The application that a route leads to and where it redirects to https. Without the middleware
/// nothing does; exempt paths are the few.
fn redirecting<'d>(
    deployment: &'d Deployment,
    route: &Route,
) -> Option<(Fact<&'d Process>, Fact<()>)> {
    let app = deployment.process(route)?;
    let redirect = app.redirects_to_https().filter(|it| it.value)?;
    app.passes(SECURITY)?;
    let at = app.assigned(SECURE_SSL_REDIRECT).unwrap_or_else(|| redirect.map(|_| ()));
    Some((app, at.given(&redirect)))
}

fn explain_disbelief(finding: &mut Diagnostic, app: &Fact<&Process>, lifting: &Fact<Lifting>) {
    match &lifting.value.option {
        Some(option) => _ = finding.also(option.label("another proxy is believed")),
        None => _ = finding.through(bound(app), "the proxy is not believed here"),
    }
}

/// Where the server listens, which decides whom it believes.
fn bound(app: &Fact<&Process>) -> Option<Fact<()>> {
    let listens = app.value.listens.first().filter(|it| it.evidence().is_written());
    Some(listens.map_or_else(|| app.value.declared.clone(), |it| it.map(|_| ())))
}
