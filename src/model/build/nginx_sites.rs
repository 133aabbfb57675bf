//! Sites of nginx: configurations put together from what was found, and made the model's.

use crate::fact::Fact;
use crate::model::nginx::{
    self, Config, Handler, Level, Matcher, Name, SentHeader, Server, Target,
};
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
        of_image: false,
        left_out: false,
        names,
        listeners,
        routes: server
            .level()
            .with_locations()
            .into_iter()
            .flat_map(|level| std::iter::once(level).chain(level.without_file()))
            .filter_map(|level| route(config, level))
            .collect(),
        engine,
    }
}

fn site_name(name: &Name) -> SiteName {
    match name {
        // Nobody asks for the address that stands for all of a machine's.
        Name::Exact(host) if !["", "_", "0.0.0.0"].contains(&host.as_str()) => {
            SiteName::Host(host.clone())
        }
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
        ipv6: it.address.is_ipv6(),
    }
}

fn route(config: &Config, level: Level) -> Option<Route> {
    let own = |name: &str| level.lines().iter().any(|line| line.is(name));
    let handler = level.handler();
    let passed = match &handler.value {
        Handler::Proxy(pass) if own("proxy_pass") => Passed {
            target: level.target(pass),
            shown: pass.url.clone(),
            set_by: "proxy_set_header",
            sent: level.sent_headers(),
            variables: Vec::new(),
        },
        // The only gateway protocol that servers of Django speak.
        Handler::Gateway(gateway) if own("uwsgi_pass") => Passed {
            target: level.gateway_target(gateway),
            shown: format!("uwsgi://{}", gateway.target),
            set_by: "uwsgi_param",
            sent: level.sent_variables(),
            variables: level.set_variables(),
        },
        _ => return None,
    };
    let shown = match level.outwards().find_map(Level::matcher) {
        Some(matcher) => format!("location {matcher}"),
        None => "server".to_owned(),
    };
    let by_name = |sent: Vec<SentHeader>| {
        let sent = sent.into_iter();
        sent.map(|it| (it.name.value.to_ascii_lowercase(), it.value.given(&it.name))).collect()
    };
    let whole = level.in_effect(&[passed.set_by]).alone(handler.map(|_| ()));
    Some(Route {
        for_everything: matches!(shown.as_str(), "location /" | "server") || is_for_rest(level),
        shown: level.fact(shown),
        upstreams: endpoints(config, &handler.map(|_| passed.target)),
        pass: handler.map(|_| passed.shown.clone()),
        process: None,
        missed: false,
        sent: by_name(passed.sent),
        variables: by_name(passed.variables),
        read_timeout: level.read_timeout(),
        body_limit: level.body_limit(),
        sent_whole: whole,
        renamed: level.renames(),
    })
}

/// Whether a location with a name is where all goes that is no file, as in gunicorn's own example
/// (its documentation, "Deploying"): `location / { try_files $uri @app; }`.
fn is_for_rest(level: Level) -> bool {
    let Some(Matcher::Named(name)) = level.matcher() else { return false };
    let Some(server) = level.parent() else { return false };
    let is_all =
        |it: &Level| matches!(it.matcher(), Some(Matcher::Prefix { path, .. }) if path == "/");
    let all = server.locations().find(is_all).unwrap_or(server);
    let mut tried = all.own("try_files");
    tried.any(|line| line.args.last().is_some_and(|it| it.value == *name))
}

/// What a level passes on, over HTTP or uwsgi's protocol.
struct Passed {
    target: Target,
    shown: String,
    /// The directive that sets what is sent.
    set_by: &'static str,
    sent: Vec<SentHeader>,
    /// What is sent beside headers.
    variables: Vec<SentHeader>,
}
