//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::middleware::SECURITY;
use crate::model::{Deployment, Process, SECURE_SSL_REDIRECT, Scheme};
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

fn check(deployment: &Deployment, out: &mut Findings) {
    for site in &deployment.sites {
        let Some(https) = site.https().filter(|https| https.value) else { continue };
        for route in &site.routes {
            let Some(app) = deployment.process(route) else { continue };
            let Some(redirect) = app.redirects_to_https().filter(|it| it.value) else { continue };
            let Some(lifting) = deployment.lifting(site, route) else { continue };
            // Without the middleware nothing redirects; exempt paths are the few.
            let surely = app.passes(SECURITY).is_some();
            if lifting.value.scheme == Scheme::Https || !surely {
                continue;
            }
            let at = app.assigned(SECURE_SSL_REDIRECT).unwrap_or_else(|| redirect.map(|_| ()));
            let finding = out.report(
                site,
                "https requests are redirected to themselves, as Django takes them for http",
                at.given(&redirect).label("what is not https is redirected"),
            );
            finding
                .also(route.pass.label("passed on as plain http, for all that Django sees"))
                .because(&https)
                .because(&lifting)
                .help("set SECURE_PROXY_SSL_HEADER to the header that the proxy sends")
                .mend(Safety::Safe, "set SECURE_PROXY_SSL_HEADER", app.trust_scheme(route));
            match &lifting.value.option {
                Some(option) => _ = finding.also(option.label("another proxy is believed")),
                None => _ = finding.through(bound(&app), "the proxy is not believed here"),
            }
        }
    }
}

/// Where the server listens, which decides whom it believes.
fn bound(app: &Fact<&Process>) -> Option<Fact<()>> {
    let listens = app.value.listens.first().filter(|it| it.evidence().is_written());
    Some(listens.map_or_else(|| app.value.declared.clone(), |it| it.map(|_| ())))
}
