//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::{Deployment, Listener, Process, SECURE_SSL_REDIRECT, Site, SiteName};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/http-not-redirected",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("4.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/http-not-redirected.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        inner(deployment, site, &app, out);
        // One with TLS as well redirects by an `if`, or not.
        let Some(plain) = site.plain_listener() else { continue };
        let Some(redirects) = app.get(SECURE_SSL_REDIRECT).filter(|it| !it.value) else { continue };
        for name in &site.names {
            let SiteName::Host(host) = &name.value else { continue };
            let Some(secure) = tls_listener(deployment, site, host) else { continue };
            let whole = site.passes_host(host);
            let part = if whole.is_some() { None } else { site.passed_part(host) };
            let Some(passed) = whole.or_else(|| Some(part.as_ref()?.map(|_| ()))) else { continue };
            let below = part.as_ref().map_or("", |it| it.value.as_str());
            let finding = out.report(
                site,
                format!("`http://{host}{below}` is answered, and not redirected to https"),
                plain.label("requests without TLS reach Django from here"),
            );
            if let Some(part) = &part {
                finding.also(part.label("these are passed on"));
            }
            finding
                .also(secure.label("the same name is answered by TLS here"))
                .also(redirects.label("and Django does not redirect it"))
                .because(&passed)
                .because(&app)
                .help(match site.is_of_traefik() {
                    true => "redirect the entry point or the router, or set SECURE_SSL_REDIRECT",
                    false => {
                        "`return 301 https://$host$request_uri;` here, or set SECURE_SSL_REDIRECT"
                    }
                })
                // Somebody may ask by http on purpose, as a health check does.
                .mend(Safety::Unsafe, "redirect to https", redirect(site));
            break;
        }
    }
}

/// A site that one with TLS passes on to, and that listens for everybody: they come past the first.
fn inner(deployment: &Deployment, site: &Site, app: &Fact<&Process>, out: &mut Findings) {
    // What a container has open is nobody's until a port of it is published.
    if deployment.compose.is_some() || site.speaks_tls() {
        return;
    }
    let open = site.listeners.iter().filter(|it| !it.value.loopback);
    let mut open = open.filter_map(|it| Some((it, it.value.port.filter(|it| *it != 80)?)));
    let Some((open, port)) = open.next() else { return };
    let Some(redirects) = app.get(SECURE_SSL_REDIRECT).filter(|it| !it.value) else { return };
    let mut fronts = deployment.passing_on_to(site);
    let secure = fronts.find_map(|(front, passed)| Some((passed, front.tls_listener()?)));
    let Some((passed, secure)) = secure else { return };
    let why = "a firewall may keep others from its port";
    out.report(
        site,
        format!("whoever asks for port {port} reaches Django past TLS"),
        open.label("listens on every address"),
    )
    .also(passed.label("only this server is to ask there"))
    .also(secure.label("and this is where it takes TLS"))
    .because(&open.map(|_| ()).doubt(Certainty::Likely, why))
    .because(&redirects)
    .because(app)
    .help(format!("`listen 127.0.0.1:{port};` here, and pass on to that"));
}

/// Where the name is answered by TLS beside a site without.
fn tls_listener<'d>(
    deployment: &'d Deployment,
    plain: &Site,
    host: &str,
) -> Option<&'d Fact<Listener>> {
    let named = |site: &&Site| {
        let is = |name: &Fact<SiteName>| matches!(&name.value, SiteName::Host(it) if it == host);
        site.names.iter().any(is) && !site.is_instead_of(plain)
    };
    deployment.sites.iter().filter(named).find_map(Site::tls_listener)
}

/// In the location for everything alone, so that challenges of ACME are answered as before.
fn redirect(site: &Site) -> Option<Edit> {
    let route = site.routes.iter().find(|route| route.for_everything)?;
    site.before_pass(route, "return 301 https://$host$request_uri;")
}
