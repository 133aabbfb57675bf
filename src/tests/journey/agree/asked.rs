//! What is asked of a deployment: by browsers of its sites, and by the health checks of its
//! containers.

use crate::fact::Fact;
use crate::fact::secret::is_placeholder;
use crate::model::journey::Request;
use crate::model::{
    ALLOWED_HOSTS, Asset, Deployment, Process, Route, STATIC_URL, Site, SiteName, is_own_url,
};
use camino::Utf8Path;
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    FrontPage,
    /// Whatever lies below a part that the site passes on by itself.
    Part,
    /// A style sheet that every admin has.
    StaticFile,
    /// A form of the site's own page, with its origin and the token.
    Login,
    /// A handshake, where the application answers WebSockets.
    WebSocket,
    HealthCheck,
}

pub(super) struct Asked {
    pub(super) what: What,
    pub(super) request: Request,
    /// Redirects are followed.
    pub(super) follows: bool,
    /// An error's status is as bad as no answer.
    pub(super) fails: bool,
}

pub(super) fn asked(deployment: &Deployment) -> Vec<Asked> {
    let mut all: Vec<Asked> = Vec::new();
    for (site, app) in deployment.proxied() {
        for origin in origins(deployment, site, &app) {
            all.extend(by_browsers(&origin, site, &app));
        }
    }
    all.extend(checks(deployment));
    all
}

fn by_browsers(origin: &str, site: &Site, app: &Fact<&Process>) -> Vec<Asked> {
    let get = |path: &str| Request::get(&format!("{origin}{path}")).ok();
    let of = |what: What, request: Option<Request>| {
        Some(Asked { what, request: request?, follows: true, fails: true })
    };
    let url = app.get(STATIC_URL).filter(|url| is_own_url(&url.value));
    let files = url.iter().flat_map(|url| {
        collected(app).into_iter().map(|file| get(&format!("{}{file}", url.value)))
    });
    let files: Vec<_> = files.map(|it| of(What::StaticFile, it)).collect();
    let login = get(&login_path(app)).filter(|_| app.has_logins());
    let login = login.and_then(|it| it.by("POST").ok());
    let routes = app.value.django.iter().flat_map(|it| &it.project.code.websockets);
    let handshake = |path: &Fact<String>| {
        let lines = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
        let get = get(&format!("{}kilter", path.value))?;
        lines.iter().try_fold(get, |request, line| request.with_header(line).ok())
    };
    let pages = [of(What::FrontPage, get("/")), of(What::Login, login)];
    // A folder of files is nobody's page.
    let of_files = |part: &&str| url.as_ref().is_some_and(|url| part.starts_with(&url.value));
    let parts = site.routes.iter().filter_map(Route::part);
    let parts = parts.filter(|it| *it != "/" && !of_files(it));
    let parts = parts.map(|part| of(What::Part, get(part)));
    let sockets = routes.map(|path| of(What::WebSocket, handshake(path)));
    pages.into_iter().chain(files).chain(parts).chain(sockets).flatten().collect()
}

/// Files that `collectstatic` finds, one of each kind, where they are for the web server to send.
fn collected(app: &Fact<&Process>) -> Vec<String> {
    let django = app.value.django.as_ref().filter(|_| app.stores_locally(Asset::Static));
    let Some(collected) = django.filter(|_| app.debug_off().is_some()).map(|it| &it.collected)
    else {
        return Vec::new();
    };
    let of_admin = Utf8Path::new("admin/css/base.css");
    let of_admin = collected.at(of_admin).map(|_| of_admin);
    let mut each: Vec<&Utf8Path> = of_admin.into_iter().chain(collected.files()).collect();
    let mut kinds = BTreeSet::new();
    each.retain(|file| kinds.insert(file.extension()));
    each.into_iter().map(Utf8Path::to_string).collect()
}

/// Where the site's own admin takes passwords, or where most have it.
fn login_path(app: &Fact<&Process>) -> String {
    let urls = app.value.django.as_ref().and_then(|django| django.urls.as_deref());
    let admin = urls.and_then(|urls| urls.admin());
    format!("{}login/", admin.map_or_else(|| "/admin/".to_owned(), |(path, _)| path))
}

/// The scheme, host and port that a site is reached under. One without a name of its own is asked
/// for by one that Django takes, which may be any.
fn origins(deployment: &Deployment, site: &Site, app: &Fact<&Process>) -> Vec<String> {
    let named = site.names.iter().filter_map(|name| match &name.value {
        // What is to be put here is not known, and by a bare word nobody asks from outside.
        SiteName::Host(host) if !is_placeholder(host) && host.contains('.') => Some(host.clone()),
        SiteName::Host(_) | SiteName::Many(_) => None,
    });
    let mut hosts: Vec<String> = named.collect();
    if site.names.is_empty() {
        let allowed = app.get(ALLOWED_HOSTS).map(|it| it.value).unwrap_or_default();
        let plain = |it: &Fact<String>| match it.value.as_str() {
            "*" => "example.com".to_owned(),
            host => host.trim_start_matches('.').to_owned(),
        };
        hosts.extend(allowed.first().map(plain));
    }
    let mut all = Vec::new();
    for listener in site.listeners.iter().filter(|it| !it.value.loopback) {
        let scheme = if listener.value.tls { "https" } else { "http" };
        let Some(port) = listener.value.port.and_then(|it| published(deployment, site, it)) else {
            continue;
        };
        all.extend(hosts.iter().map(|host| format!("{scheme}://{host}:{port}")));
    }
    all.sort();
    all.dedup();
    all
}

/// The machine's port that leads to one that a site listens on.
fn published(deployment: &Deployment, site: &Site, port: u16) -> Option<u16> {
    let Some(service) = deployment.view(site.view).container.as_deref() else { return Some(port) };
    let service = deployment.compose.as_ref()?.service(service)?;
    let mut ports = service.ports.iter().filter(|it| it.leads_to(port));
    ports.find_map(|it| {
        let (first, target) = (it.published_range()?.value.0, it.target_range()?.value.0);
        first.checked_add(port - target)
    })
}

/// What containers ask of themselves and of each other.
fn checks(deployment: &Deployment) -> Vec<Asked> {
    let mut all = Vec::new();
    for container in &deployment.containers {
        for probe in container.probes() {
            // What it says of host and scheme is not kept.
            if ["host", "x-forwarded-proto", "x-forwarded-host"].iter().any(|it| probe.sets(it)) {
                continue;
            }
            let url = &probe.url.value;
            let scheme = if url.https { "https" } else { "http" };
            let text = format!("{scheme}://{}:{}{}", url.host, url.port, url.path);
            let Ok(request) = Request::get(&text) else { continue };
            let request = request.from_process(&container.name);
            let (follows, fails) = (probe.follows, probe.fails);
            all.push(Asked { what: What::HealthCheck, request, follows, fails });
        }
    }
    all
}
