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
        if trusts(deployment, &app, From::Network, out).is_some() {
            continue;
        }
        // What answers there is rarely another's.
        if let Some(finding) = trusts(deployment, &app, From::OwnMachine, out) {
            finding.at_most(Severity::Advice);
            continue;
        }
        if let Some(documented) = app.value.documented()
            && let Some(finding) = trusts(deployment, &documented.fact(), From::Network, out)
        {
            finding.at_most(Severity::Advice);
        }
    }
}

/// Reports the first origin without https of these, if all visitors have it.
fn trusts<'o>(
    deployment: &Deployment,
    app: &Fact<&Process>,
    from: From,
    out: &'o mut Findings,
) -> Option<&'o mut Diagnostic> {
    // One of them is enough, whatever else a variable puts beside it.
    let origins = app.checks_origin().then(|| app.members(CSRF_TRUSTED_ORIGINS))?;
    let first = origins.iter().find(|it| From::of(&it.value) == Some(from))?;
    let (https, text) = https(deployment, app)?;
    let at = app.outside(first).unwrap_or_else(|| first.map(|_| ()));
    let message = match from {
        From::Network => "forms are taken from a page that anybody on the way could have written",
        From::OwnMachine => "forms are taken from whatever runs on the visitor's own machine",
    };
    let finding = out.report(
        app.value,
        message,
        at.given(first).label(format!("`{}` is no https origin", first.value)),
    );
    finding
        .through(app.assigned(CSRF_TRUSTED_ORIGINS), "trusted here")
        .also(https.label(text))
        .help("trust the https origins of the site only");
    Some(finding)
}

/// Where pages of an origin by plain http come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// Over a wire.
    Network,
    /// The visitor's own machine, to which nobody is on the way (Secure Contexts, 3.1), or `0.0.0.0`, by
    /// which a system means itself where it connects.
    OwnMachine,
}

impl From {
    fn of(origin: &str) -> Option<Self> {
        let rest = origin.strip_prefix("http://")?;
        // Browsers leave the port out that is http's own, and no origin is this one (URL Standard, "Origin").
        if rest.trim_end_matches('/').ends_with(":80") {
            return None;
        }
        let host = match rest.split_once(']') {
            Some((ipv6, _)) => ipv6.trim_start_matches('['),
            None => rest.split([':', '/']).next().unwrap_or(rest),
        };
        let is_own = |it: IpAddr| it.is_loopback() || it.is_unspecified();
        let is_local = host == "localhost" || host.ends_with(".localhost");
        Some(match is_local || host.parse().is_ok_and(is_own) {
            true => Self::OwnMachine,
            false => Self::Network,
        })
    }
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
