//! Sites of nginx: configurations put together from what was found, and made the model's.

use crate::fact::Fact;
use crate::model::nginx::{self, Config, Level, Name, Server};
use crate::model::upstream::endpoints;
use crate::model::{Engine, Listener, Route, Site, SiteName, ViewId};
use std::sync::Arc;

/// The sites of a configuration, in the order nginx reads them.
pub(super) fn sites(config: &Arc<Config>, view: ViewId) -> Vec<Site> {
    config
        .servers()
        .enumerate()
        .map(|(index, server)| {
            let engine = Engine::Nginx { config: Arc::clone(config), index };
            site(config, server, view, engine)
        })
        .collect()
}

fn site(config: &Config, server: Server, view: ViewId, engine: Engine) -> Site {
    let names: Vec<Fact<SiteName>> =
        server.names().iter().map(|name| name.map(site_name)).collect();
    let listeners: Vec<Fact<Listener>> =
        server.listeners().iter().map(|it| it.map(listener)).collect();
    let shown = names.first().map(|name| match &name.value {
        SiteName::Host(name) | SiteName::Many(name) => name.clone(),
    });
    let address = server.listeners().first().map(|it| it.value.address.to_string());
    Site {
        name: shown.filter(|name| !name.is_empty()).or(address).unwrap_or_default(),
        declared: server.level().fact(()),
        view,
        installed: false,
        is_template: false,
        names,
        listeners,
        routes: levels(server.level())
            .into_iter()
            .filter_map(|level| route(config, level))
            .collect(),
        engine,
    }
}

fn site_name(name: &Name) -> SiteName {
    match name {
        Name::Exact(host) if host != "_" && !host.is_empty() => SiteName::Host(host.clone()),
        Name::Exact(_)
        | Name::Below { .. }
        | Name::Under(_)
        | Name::Regex(_)
        | Name::Unknown(_) => SiteName::Many(name.to_string()),
    }
}

fn listener(it: &nginx::Listener) -> Listener {
    Listener {
        port: it.address.port(),
        tls: it.ssl,
        default: it.default_server,
        loopback: it.address.is_loopback() == Some(true),
    }
}

/// A level and all locations in it.
fn levels(level: Level) -> Vec<Level> {
    let inner = level.locations().flat_map(levels);
    std::iter::once(level).chain(inner).collect()
}

fn route(config: &Config, level: Level) -> Option<Route> {
    let passes = level.lines().iter().any(|line| line.is("proxy_pass"));
    let pass = level.pass().filter(|_| passes)?;
    let shown = match level.matcher() {
        Some(matcher) => format!("location {matcher}"),
        None => "server".to_owned(),
    };
    let headers = level
        .sent_headers()
        .into_iter()
        .map(|header| (header.name.value.to_ascii_lowercase(), header.value.given(&header.name)));
    let whole = level.in_effect(&["proxy_set_header"]).doubted(pass.map(|_| ()));
    Some(Route {
        shown: level.fact(shown),
        upstreams: endpoints(config, &pass),
        pass: pass.map(|pass| pass.url.clone()),
        process: None,
        missed: false,
        sent: headers.collect(),
        read_timeout: level.read_timeout(),
        body_limit: level.body_limit(),
        sent_whole: whole,
    })
}
