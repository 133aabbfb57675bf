//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Listener, Process, Route, SECURE_PROXY_SSL_HEADER, Site, SiteName};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/forwarded-proto-spoofable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/forwarded-proto-spoofable.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let routes = deployment.app_routes().into_iter();
    // What answers WebSockets asks nobody by what scheme they came.
    for (site, route, app) in routes.filter(|(_, route, _)| !route.is_for_websockets()) {
        let Some(plain) = plain_listener(site) else { continue };
        let Some(trusted) = app.live(SECURE_PROXY_SSL_HEADER) else { continue };
        let Some(header) = trusted.value.0.strip_prefix("HTTP_") else { continue };
        let header = header.replace('_', "-");
        let Some(unchanged) = passes_unchanged(route, &header) else { continue };
        let Some(edge) = own_word(deployment, site, &app, &header) else { continue };
        let scheme = match route.sends(&header) {
            Some(sent) => sent.written_at().map(|place| Edit::replace(place, "$scheme")),
            None => site.level(route).and_then(|level| level.send(&header, "$scheme")),
        };
        let scheme = scheme.filter(|_| trusted.value.1 == "https");
        let finding = out.report(
            site,
            "whoever comes by plain http may say that it is https, and Django believes it",
            unchanged.label("the client's own header is passed on from here"),
        );
        finding
            .also(plain.label("everybody gets here without TLS"))
            .also(edge.label("for https the proxy says it itself, so nobody else stands before it"))
            .also(trusted.label("and this header is believed"))
            .because(&app)
            .help("send the header here as well, or redirect to https instead of passing on")
            .mend(Safety::Safe, "send `$scheme`", scheme);
        // Nothing is kept from who comes by http that way.
        if app.redirects_to_https().is_none_or(|it| !it.value) {
            finding.at_most(Severity::Warning);
        }
    }
}

/// Where a site is reached without TLS, and only so, with the client's own headers.
fn plain_listener(site: &Site) -> Option<&Fact<Listener>> {
    // Caddy replaces what clients send.
    site.level_of_server().filter(|_| !site.is_template)?;
    site.plain_listener()
}

/// That a client's header reaches the application as it is.
fn passes_unchanged(route: &Route, header: &str) -> Option<Fact<()>> {
    let variable = format!("$http_{}", header.to_ascii_lowercase().replace('-', "_"));
    match route.sends(header) {
        Some(sent) => sent.try_map(|value| (*value == variable).then_some(())),
        None => route.does_not_send(header),
    }
}

/// The line of the same name's site with TLS that sends its own scheme to the same process: it does
/// not take another proxy's word, so there is none.
fn own_word<'d>(
    deployment: &'d Deployment,
    plain: &Site,
    app: &Fact<&Process>,
    header: &str,
) -> Option<&'d Fact<String>> {
    let shares_name = |site: &Site| {
        let named = |name: &Fact<SiteName>| {
            matches!(name.value, SiteName::Host(_))
                && plain.names.iter().any(|it| it.value == name.value)
        };
        site.names.iter().any(named)
    };
    let routes = deployment.sites.iter().filter(|site| {
        let has_tls = site.listeners.iter().any(|it| it.value.tls && !it.value.loopback);
        has_tls && site.view == plain.view && shares_name(site)
    });
    let mut routes = routes.flat_map(|site| &site.routes);
    routes.find_map(|route| {
        let process = deployment.process(route)?;
        let sent = route.sends(header).filter(|it| it.evidence().is_written())?;
        let own = matches!(sent.value.as_str(), "$scheme" | "https");
        (own && std::ptr::eq(process.value, app.value)).then_some(sent)
    })
}
