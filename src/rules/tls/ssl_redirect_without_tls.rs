//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, SECURE_SSL_REDIRECT, middleware};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/ssl-redirect-without-tls",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["tls/cookies-secure-on-http"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/ssl-redirect-without-tls.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        let Some(redirect) = app.get(SECURE_SSL_REDIRECT).filter(|it| it.value) else { continue };
        let Some(at) = app.assigned(SECURE_SSL_REDIRECT) else { continue };
        let Some(security) = app.passes(middleware::SECURITY) else { continue };
        let Some(plain) = deployment.plain_only(&app) else { continue };
        out.report(
            app.value,
            "every visitor is sent to https, where nothing listens",
            at.given(&redirect).label("redirects whatever comes by plain http"),
        )
        .through(app.supplied(SECURE_SSL_REDIRECT), "turned on here")
        .also(plain.label("the only way in, without TLS"))
        .because(&security)
        .help(
            "add a certificate and `listen 443 ssl`, or turn the redirect off until there is one",
        );
    }
}
