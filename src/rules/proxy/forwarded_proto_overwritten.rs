//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Route, SECURE_PROXY_SSL_HEADER, Site};
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
    let secure = |site: &Site| site.listeners.iter().any(|listener| listener.value.tls);
    // Certificates that are obtained on the machine make a server for https of this one.
    if deployment.surroundings.tls.of_certificates || deployment.sites.iter().any(secure) {
        return;
    }
    for (site, route, app) in deployment.app_routes() {
        let Some(listener) = site.listeners.first() else { continue };
        let Some(trusted) = app.get(SECURE_PROXY_SSL_HEADER) else { continue };
        // What is sent is what it takes for https.
        if trusted.value.1 == "http" {
            continue;
        }
        let Some(sent) = own_scheme(route, &trusted.value.0) else { continue };
        out.report(
            site,
            "whatever takes https in front is overwritten: Django is told `http` each time",
            sent.label("always `http`, as this server takes nothing else"),
        )
        .also(listener.label("listens without TLS"))
        .also(trusted.label("waits for the scheme that an outer proxy saw"))
        .because(&app)
        .help("pass on what came: `$http_x_forwarded_proto`, if nobody else can reach this server")
        .replace(sent, variable(&trusted.value.0), Safety::Unsafe);
        break;
    }
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
