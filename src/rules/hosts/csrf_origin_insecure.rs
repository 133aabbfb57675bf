//! See the page.

use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::fact::Fact;
use crate::model::{
    CSRF_TRUSTED_ORIGINS, Deployment, Process, SECURE_PROXY_SSL_HEADER, SECURE_SSL_REDIRECT, Site,
};
use crate::rules::{Check, Rule};
use std::net::IpAddr;

pub(super) static RULE: Rule = Rule {
    id: "hosts/csrf-origin-insecure",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("3.1"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/csrf-origin-insecure.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        if trusts(deployment, &app, out).is_none()
            && let Some(documented) = app.value.documented()
            && let Some(finding) = trusts(deployment, &documented.fact(), out)
        {
            finding.at_most(Severity::Advice);
        }
    }
}

/// Reports the first origin without https, if all visitors have it.
fn trusts<'o>(
    deployment: &Deployment,
    app: &Fact<&Process>,
    out: &'o mut Findings,
) -> Option<&'o mut Diagnostic> {
    let origins = app.get(CSRF_TRUSTED_ORIGINS).filter(|_| app.checks_origin())?;
    let first = origins.value.iter().find(|it| travels_in_clear(&it.value))?;
    let (https, text) = https(deployment, app)?;
    let at = app.outside(first).unwrap_or_else(|| first.map(|_| ()));
    let finding = out.report(
        app.value,
        "forms are taken from a page that anybody on the way could have written",
        at.given(&origins).label(format!("`{}` is no https origin", first.value)),
    );
    finding
        .through(app.assigned(CSRF_TRUSTED_ORIGINS), "trusted here")
        .also(https.label(text))
        .help("trust the https origins of the site only");
    Some(finding)
}

/// Whether pages of an origin come over a wire by http: those of the visitor's own machine do not
/// (Secure Contexts, 3.1), nor does `0.0.0.0`, by which a system means itself where it connects.
fn travels_in_clear(origin: &str) -> bool {
    let Some(rest) = origin.strip_prefix("http://") else { return false };
    let host = match rest.split_once(']') {
        Some((ipv6, _)) => ipv6.trim_start_matches('['),
        None => rest.split([':', '/']).next().unwrap_or(rest),
    };
    let is_own = |it: IpAddr| it.is_loopback() || it.is_unspecified();
    !host.parse().is_ok_and(is_own) && host != "localhost" && !host.ends_with(".localhost")
}

/// What says that all visitors come by https.
fn https(deployment: &Deployment, app: &Fact<&Process>) -> Option<(Fact<()>, &'static str)> {
    if let Some(redirect) = app.get(SECURE_SSL_REDIRECT).filter(|it| it.value) {
        let at = app.assigned(SECURE_SSL_REDIRECT)?;
        return Some((at.given(&redirect), "the site itself is reached by https"));
    }
    let presumed = app.get(SECURE_PROXY_SSL_HEADER);
    if let Some(header) = presumed.filter(|_| deployment.sites_before(app.value).next().is_none()) {
        return Some((header.map(|_| ()), "a proxy tells of https by this header"));
    }
    let all = deployment.sites_before(app.value).all(Site::speaks_tls);
    let (_, https) = deployment.https_sites(app.value).into_iter().next().filter(|_| all)?;
    Some((https, "the site itself is reached by https"))
}
