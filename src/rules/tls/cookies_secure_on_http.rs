//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, INSTALLED_APPS, SESSION_COOKIE_SECURE};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/cookies-secure-on-http",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/cookies-secure-on-http.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        let Some(secure) = app.get(SESSION_COOKIE_SECURE).filter(|it| it.value) else { continue };
        // Without sessions nobody logs in.
        let apps = app.members(INSTALLED_APPS);
        if !apps.is_empty() && !apps.iter().any(|it| it.value.contains("session")) {
            continue;
        }
        let Some(at) = app.assigned(SESSION_COOKIE_SECURE) else { continue };
        let Some(plain) = deployment.plain_only(&app) else { continue };
        out.report(
            app.value,
            "nobody can log in: browsers do not send the session's cookie by plain http",
            at.given(&secure).label("for https only"),
        )
        .through(app.supplied(SESSION_COOKIE_SECURE), "turned on here")
        .also(plain.label("the only way in, without TLS"))
        .help("add a certificate and `listen 443 ssl`: passwords travel in the open until then");
    }
}
