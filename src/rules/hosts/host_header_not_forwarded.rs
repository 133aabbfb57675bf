//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{ALLOWED_HOSTS, DEBUG, Deployment, USE_X_FORWARDED_HOST, allows};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/host-header-not-forwarded",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/host-header-not-forwarded.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for site in &deployment.sites {
        for route in &site.routes {
            let Some(app) = deployment.process(route) else { continue };
            if !app.value.has_settings_to_judge() {
                continue;
            }
            let Some(sent) = route.sends("host").filter(|it| it.value == "$proxy_host") else {
                continue;
            };
            // Django then asks another header, which this proxy or the one before it sends.
            let is_told = route.sends("x-forwarded-host").is_some()
                || deployment.behind_traefik(site).is_some();
            if is_told && app.get(USE_X_FORWARDED_HOST).is_none_or(|it| it.value) {
                continue;
            }
            let Some(name) = proxy_host(&route.pass.value) else { continue };
            let Some(debug) = app.get(DEBUG).filter(|it| !it.value) else { continue };
            let Some(allowed) = app.get(ALLOWED_HOSTS) else { continue };
            let host = name.split(':').next().unwrap_or_default();
            // A name with an underscore is refused before ALLOWED_HOSTS is asked
            // (`django.http.request.host_validation_re`).
            let passes =
                !host.contains('_') && allowed.value.iter().any(|it| allows(&it.value, host));
            let message = match passes {
                true => format!("the site goes by the name of its upstream: `{name}`"),
                false => format!("every request is refused: Django gets `{name}` as the host"),
            };
            let finding = out.report(
                site,
                message,
                route.pass.label(format!("nginx sends `Host: {name}` if nothing else is said")),
            );
            let entry = allowed.value.first().map(|it| it.map(|_| ()));
            let at = entry.or_else(|| app.assigned(ALLOWED_HOSTS));
            match (passes, at) {
                (false, Some(at)) => {
                    _ = finding.also(at.label(format!("`{host}` is none of these")))
                }
                (true, _) => _ = finding.at_most(Severity::Warning),
                (false, None) => {}
            }
            finding
                .because(sent)
                .because(&allowed)
                .because(&debug)
                .because(&app)
                .help("add `proxy_set_header Host $host;`");
            // Where the upstream's name is allowed, Django would learn another one.
            let safety = if passes { Safety::Unsafe } else { Safety::Safe };
            let line = site.level(route).and_then(|level| level.send("Host", "$host"));
            finding.mend(safety, "send `Host $host`", line);
            break;
        }
    }
}

/// `$proxy_host`: name and port as `proxy_pass` has them; `localhost` for a Unix socket.
fn proxy_host(url: &str) -> Option<String> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    if rest.starts_with("unix:") {
        return Some("localhost".to_owned());
    }
    let name = rest.split('/').next()?;
    (!name.is_empty() && !name.contains('$')).then(|| name.to_owned())
}
