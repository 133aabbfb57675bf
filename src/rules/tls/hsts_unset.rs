//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::compose::Service;
use crate::model::nginx::Level;
use crate::model::{Deployment, Process, SECURE_HSTS_SECONDS, SECURE_PROXY_SSL_HEADER, Site};
use crate::rules::{Check, Rule};
use camino::Utf8PathBuf;

pub(super) static RULE: Rule = Rule {
    id: "tls/hsts-unset",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("3.7"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/hsts-unset.md"),
};

const HSTS: &str = "strict-transport-security";
const MESSAGE: &str = "the site has https, and tells no browser to keep to it";

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.live().filter(|app| app.value.kind.is_web()) {
        let sites: Vec<&Site> = deployment.sites_before(app.value).collect();
        if sites.iter().any(|it| deployment.may_add(it, HSTS)) || is_behind_nginx_proxy(deployment)
        {
            continue;
        }
        let https = deployment.https_sites(app.value);
        let open = |site: &Site| site.may_be_public() && !is_tried_out(site);
        let https: Vec<_> = https.into_iter().filter(|(site, _)| open(site)).collect();
        match https.is_empty() {
            true => presumed(deployment, &app, out),
            false if app.may_send(HSTS) => {}
            false => seen(&app, &https, out),
        }
    }
}

/// Whether nginx-proxy makes the sites of this project: it sends the header with each that has https,
/// but for `HSTS=off` (its documentation, "SSL Support").
fn is_behind_nginx_proxy(deployment: &Deployment) -> bool {
    const OF_IT: [&str; 2] = ["nginxproxy/nginx-proxy", "jwilder/nginx-proxy"];
    let Some(project) = &deployment.compose else { return false };
    let is_it = |text: String| OF_IT.iter().any(|it| text.starts_with(it));
    let is_off = |service: &Service| {
        let mut variables = service.environment.iter();
        variables.any(|it| it.name.value == "HSTS")
    };
    let by_name =
        |service: &Service| service.image.as_ref().is_some_and(|it| is_it(it.to_string()));
    let by_base = |service: &Service| {
        let container = deployment.container(&service.name.value);
        let base = container.and_then(|it| it.image.as_ref()?.base());
        base.is_some_and(|it| is_it(it.to_string()))
    };
    !project.services.iter().any(is_off)
        && project.services.iter().any(|it| by_name(it) || by_base(it))
}

/// Where a site takes https, and neither it nor Django sends the header.
fn seen(app: &Fact<&Process>, https: &[(&Site, Fact<()>)], out: &mut Findings) {
    let Some((site, listens)) = https.first() else { return };
    let mut listens = listens.clone();
    if site.is_behind_another() || is_for_one_client(site) {
        let why = "the server in front of this one may send the header";
        listens = listens.doubt(Certainty::Likely, why);
    }
    let finding = out.report(
        *site,
        MESSAGE,
        listens.label("browsers come by https here, and no `Strict-Transport-Security` is sent"),
    );
    for (_, more) in &https[1..] {
        finding.through(Some(more.clone()), "and here");
    }
    finding.through(app.assigned(SECURE_HSTS_SECONDS), "Django sends none where this is 0");
    if let Some(seconds) = app.setting(SECURE_HSTS_SECONDS.name) {
        finding.because(&seconds);
    }
    finding.because(app).help(help(app));
}

/// Whether its certificate is one that browsers warn of, and could be clicked away no more.
fn is_tried_out(site: &Site) -> bool {
    let words = ["localhost", "self-signed", "self_signed", "selfsigned", "snakeoil"];
    site.certificates().iter().any(|it| words.iter().any(|word| it.value.as_str().contains(word)))
}

/// Whether it is written for a server in front of it alone, which has the certificate that this one
/// asks for, or gave it its own.
fn is_for_one_client(site: &Site) -> bool {
    let asks = |level: Level| level.own("ssl_verify_client").next().is_some();
    let given =
        |path: &Fact<Utf8PathBuf>| path.value.as_str().to_ascii_lowercase().contains("cloudflare");
    site.level_of_server().is_some_and(asks) || site.certificates().iter().any(given)
}

/// Where only the settings speak of https, by the header that a proxy tells of it by.
fn presumed(deployment: &Deployment, app: &Fact<&Process>, out: &mut Findings) {
    // One in view that leads to nobody known may be the one that sends it, and the usual controller of
    // Kubernetes sends it by itself (ingress-nginx, "ConfigMaps", `hsts`).
    let around = &deployment.surroundings;
    if around.tls.added_headers.contains(HSTS) || around.may_be_behind_cluster {
        return;
    }
    // It is not the settings' to say: 1.8 was the first that has the middleware (its release notes).
    if is_older(app) {
        return;
    }
    let Some(header) = deployment.told_of_https_only(app) else { return };
    let Some(unset) = app.get(SECURE_HSTS_SECONDS).filter(|it| it.value == 0) else { return };
    let why = "a proxy that is not in view may send the header itself";
    let unset = unset.doubt(Certainty::Likely, why);
    let at = app.assigned(SECURE_HSTS_SECONDS).or(app.assigned(SECURE_PROXY_SSL_HEADER));
    let Some(at) = at else { return };
    out.report(
        app.value,
        "the settings know of https, and tell no browser to keep to it",
        at.given(&unset).label("https is known of here, and SECURE_HSTS_SECONDS is 0"),
    )
    .because(&header)
    .help(help(app))
    .mend(
        Safety::Unsafe,
        "set it to an hour",
        app.set(SECURE_HSTS_SECONDS.name, "3600").filter(|_| sends(app)),
    );
}

/// Whether Django is one that has nothing which sends the header.
fn is_older(app: &Fact<&Process>) -> bool {
    app.django_version().is_some_and(|it| it.value.at_least([1, 8]) == Some(false))
}

/// Whether Django has what sends the header, or may have.
fn sends(app: &Fact<&Process>) -> bool {
    app.passes_no(&["securitymiddleware"]).is_none()
}

fn help(app: &Fact<&Process>) -> String {
    // Django sends it with what it holds for https, and with nothing else.
    if app.is_told_of_https().is_none() || is_older(app) {
        return "have the web server add `Strict-Transport-Security`, with `max-age=3600` at first"
            .into();
    }
    match sends(app) {
        true => "set SECURE_HSTS_SECONDS, to an hour at first".to_owned(),
        false => format!(
            "add SecurityMiddleware to {}, which sends it, and set SECURE_HSTS_SECONDS",
            app.setting_of_middleware()
        ),
    }
}
