//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Deployment, SECURE_PROXY_SSL_HEADER, SECURE_SSL_REDIRECT};
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
    for site in &deployment.sites {
        let Some(https) = site.https().filter(|https| https.value) else { continue };
        for route in &site.routes {
            let Some(app) = deployment.process(route) else { continue };
            let Some(trusted) = app.get(SECURE_PROXY_SSL_HEADER) else { continue };
            let Some(header) = header_name(&trusted.value.0) else { continue };
            let Some(missing) = route.does_not_send(&header) else { continue };

            let redirects = app.get(SECURE_SSL_REDIRECT).filter(|it| it.value);
            let finding = out.report(
                site,
                format!("`{header}` tells Django of https, and the proxy does not send it"),
                missing.label(format!("passed on without `{header}`")),
            );
            finding
                .also(trusted.label("a request without this header is plain http to Django"))
                .because(&https)
                .help(format!("add `proxy_set_header {header} $scheme;` to {}", route.shown));
            let line = site.level(route).and_then(|level| level.send(&header, "$scheme"));
            let line = line.filter(|_| trusted.value.1 == "https");
            finding.mend(Safety::Safe, format!("send `{header} $scheme`"), line);
            match redirects {
                Some(redirects) => _ = finding.because(&redirects),
                None => _ = finding.at_most(Severity::Warning),
            }
        }
    }
}

/// The header of a key of `request.META`: `HTTP_X_FORWARDED_PROTO` is `X-Forwarded-Proto`.
fn header_name(key: &str) -> Option<String> {
    let words = key.strip_prefix("HTTP_")?.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    });
    Some(words.collect::<Vec<_>>().join("-"))
}
