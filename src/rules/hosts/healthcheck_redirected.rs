//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::middleware::SECURITY;
use crate::model::{Deployment, Probe, Process, SECURE_PROXY_SSL_HEADER, SECURE_SSL_REDIRECT};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/healthcheck-redirected",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/healthcheck-redirected.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (probe, app) in deployment.probes().filter(|(it, _)| it.fails && !it.url.value.https) {
        let Some(redirect) = app.get(SECURE_SSL_REDIRECT).filter(|it| it.value) else {
            continue;
        };
        let Some(asked) = app.comes_to(SECURITY) else { continue };
        if says_https(&app, &probe) || app.redirects(&probe.url.value.path) != Some(true) {
            continue;
        }
        // The redirect asks for the host first (`SecurityMiddleware.process_request`), and one that
        // is not allowed is answered with 400.
        let refused = app.refuses(&probe).map(|it| it.map(|_| ()));
        if refused.as_ref().is_some_and(|it| it.evidence().doubt().is_none()) {
            continue;
        }
        let at = app.assigned(SECURE_SSL_REDIRECT).unwrap_or_else(|| redirect.map(|_| ()));
        let (message, label) = match probe.follows {
            true => ("follows a redirect to https, which nobody answers", "fails on TLS"),
            false => ("takes a redirect for an answer, so it tests nothing", "content with 301"),
        };
        let finding =
            out.report(app.value, format!("the health check {message}"), probe.url.label(label));
        finding
            .also(at.given(&redirect).label("what is not https is redirected"))
            .because(&asked)
            .because(&app)
            .help(match lacks_slash(app.value, &probe.url.value.path) {
                false => "send the header of SECURE_PROXY_SSL_HEADER, or exempt the path",
                true => {
                    "ask with the slash that the route ends in, and send the header of \
                     SECURE_PROXY_SSL_HEADER or exempt the path"
                }
            });
        // The server may well know other hosts than an example of its variables does.
        if let Some(refused) = &refused {
            finding.because(refused);
        }
        if !probe.follows {
            finding.at_most(Severity::Warning);
        }
    }
}

/// Whether a route is what is asked for with a slash behind it, to which APPEND_SLASH redirects.
fn lacks_slash(process: &Process, path: &str) -> bool {
    let django = process.django.as_ref();
    let routes = django.into_iter().flat_map(|it| &it.project.code.paths);
    let ends_in_route = |asked: &str| routes.clone().any(|it| it.len() > 1 && asked.ends_with(it));
    ends_in_route(&format!("{path}/")) && !ends_in_route(path)
}

/// Whether the request claims that it came by https.
fn says_https(app: &Fact<&Process>, probe: &Probe) -> bool {
    let named = app.get(SECURE_PROXY_SSL_HEADER).map(|it| {
        let name = it.value.0.trim_start_matches("HTTP_").replace('_', "-");
        name.to_ascii_lowercase()
    });
    probe.sets("x-forwarded-proto") || named.is_some_and(|name| probe.sets(&name))
}
