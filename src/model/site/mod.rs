//! Sites, whichever web server has them.
//!
//! nginx and Caddy decide in their own ways, and their modules know how; a rule asks a site. What
//! is asked comes back as a fact that rests on all the lines that decided it.

use crate::diagnostic::Subject;
use crate::fact::secret::is_placeholder;
use crate::fact::{Certainty, Fact};
use crate::model::nginx::{self, Level};
use crate::model::{Endpoint, Host, ViewId, caddy, traefik};
use camino::Utf8PathBuf;
use std::net::IpAddr;
use std::sync::Arc;

mod answer;
mod route;

pub use answer::Answer;
pub use route::Route;

pub(super) use answer::SAMPLES;

/// The names that sites pass requests on to: services of a network of containers, or hosts elsewhere.
pub(super) fn names_asked(sites: &[Site]) -> impl Iterator<Item = &str> {
    let upstreams = sites.iter().flat_map(|site| &site.routes).flat_map(|it| &it.upstreams);
    upstreams.filter_map(|it| match &it.value {
        Endpoint::Tcp { host: Host::Name(name), .. } => Some(name.as_str()),
        Endpoint::Tcp { .. } | Endpoint::Unix(_) => None,
    })
}

/// Those of them that only a network of containers has.
pub(super) fn names_in_network(sites: &[Site]) -> impl Iterator<Item = &str> {
    names_asked(sites).filter(|name| !name.contains('.'))
}

#[derive(Debug)]
pub struct Site {
    /// The first name, or the address if it has none.
    pub name: String,
    /// The head of its block.
    pub declared: Fact<()>,
    /// Where its files are looked up.
    pub view: ViewId,
    pub names: Vec<Fact<SiteName>>,
    /// Its file lies where the server's own are, and no other file brings it in.
    pub left_out: bool,
    pub listeners: Vec<Fact<Listener>>,
    /// Its file is where the server itself would read it, and no template or copy.
    pub installed: bool,
    /// Its file is called a template or an example, to be filled in before it is used.
    pub is_template: bool,
    /// A Dockerfile puts its file where nginx reads it, and nothing in view runs that image.
    pub of_image: bool,
    /// What it passes on to others, in no order of choice.
    pub routes: Vec<Route>,
    pub(in crate::model) engine: Engine,
}

/// The configuration that answers for a site.
#[derive(Clone, Debug)]
pub enum Engine {
    Nginx { config: Arc<nginx::Config>, index: usize },
    Caddy { config: Arc<caddy::Config>, index: usize },
    Traefik { config: Arc<traefik::Config>, index: usize },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SiteName {
    /// One host.
    Host(String),
    /// A pattern, or whatever no other site has; as written.
    Many(String),
}

impl SiteName {
    /// Whether it is written so.
    pub fn is(&self, text: &str) -> bool {
        let (Self::Host(name) | Self::Many(name)) = self;
        name == text
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    pub port: Option<u16>,
    pub tls: bool,
    pub default: bool,
    /// Only the machine itself can connect.
    pub loopback: bool,
    /// It is of IPv6 alone: `[::]:443` is a socket beside that of `443`.
    pub ipv6: bool,
}

impl Engine {
    /// Whether both are of one configuration.
    pub(in crate::model) fn is_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nginx { config, .. }, Self::Nginx { config: other, .. }) => {
                Arc::ptr_eq(config, other)
            }
            (Self::Caddy { config, .. }, Self::Caddy { config: other, .. }) => {
                Arc::ptr_eq(config, other)
            }
            (Self::Traefik { config, .. }, Self::Traefik { config: other, .. }) => {
                Arc::ptr_eq(config, other)
            }
            (Self::Nginx { .. } | Self::Caddy { .. } | Self::Traefik { .. }, _) => false,
        }
    }
}

/// The scheme of an origin, and its host without port and wildcard: `https` and `shop.se` of
/// `https://*.shop.se:8443`.
pub fn origin(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let host = rest.split([':', '/']).next().unwrap_or(rest);
    Some((scheme, host.trim_start_matches("*.")))
}

/// Whether a site may be made for a host: [`is_public`] says so, and it is no tunnel to a developer's machine.
pub fn is_for_everybody(host: &str) -> bool {
    let tunnels = ["ngrok", "gitpod", "codespaces", "github.dev", "trycloudflare", "loca.lt"];
    is_public(host) && !tunnels.iter().any(|tunnel| host.contains(tunnel))
}

/// Whether everybody may ask for a host: no name of a zone that is nobody's, and no address of a network
/// of one's own.
pub(in crate::model) fn is_public(host: &str) -> bool {
    match Host::parse(host) {
        Host::Name(name) => {
            let private = [".local", ".localhost", ".test", ".internal", ".lan", ".example"];
            name.contains('.')
                && !is_placeholder(&name)
                && !name.contains("example.")
                && !private.iter().any(|it| name.ends_with(it))
        }
        Host::Address(IpAddr::V4(ip)) => !ip.is_private() && !ip.is_link_local(),
        Host::Address(IpAddr::V6(_)) | Host::Loopback | Host::Any => false,
    }
}

impl Site {
    /// Whether only the machine itself asks for it: all its names are the machine's own.
    pub fn is_local(&self) -> bool {
        let own = |name: &SiteName| match name {
            SiteName::Host(host) => matches!(Host::parse(host), Host::Loopback),
            SiteName::Many(_) => false,
        };
        !self.names.is_empty() && self.names.iter().all(|name| own(&name.value))
    }

    /// Whether it is written for no name that anybody could look up: for an address, or for whatever
    /// comes.
    pub fn is_without_name(&self) -> bool {
        self.names.iter().all(|name| {
            let (SiteName::Host(host) | SiteName::Many(host)) = &name.value;
            !host.contains('.') || matches!(Host::parse(host), Host::Address(_))
        })
    }

    /// Whether Caddy or Traefik answers here for hosts that have a name, be it a variable's, and nothing
    /// else.
    pub(super) fn is_of_named_hosts(&self) -> bool {
        let is_named = |name: &Fact<SiteName>| match &name.value {
            SiteName::Host(host) => {
                let is_known = host.contains('.') || host == "localhost";
                is_known || ["DOMAIN", "HOST"].iter().any(|it| host.contains(it))
            }
            SiteName::Many(_) => false,
        };
        (self.is_of_caddy() || self.is_of_traefik())
            && !self.names.is_empty()
            && self.names.iter().all(is_named)
            && !self.listeners.iter().any(|it| it.value.default)
    }

    /// Whether it is written for names that lead to nobody's machine but the asking one's, as
    /// `shop.localhost` does (RFC 6761, section 6.3).
    pub fn is_for_this_machine(&self) -> bool {
        let mut hosts = self.hosts().peekable();
        let is_own = |host: &str| host.ends_with(".localhost");
        hosts.peek().is_some() && hosts.all(|it| is_own(&it.value))
    }

    /// Whether it is written for a name or an address that everybody may ask for.
    pub fn has_a_public_name(&self) -> bool {
        !self.is_template && self.hosts().any(|it| is_public(&it.value))
    }

    /// Whether others than those of one network may ask for it: some name is neither an address nor
    /// of a zone that is nobody's, or it has none.
    pub fn may_be_public(&self) -> bool {
        let private = [".local", ".localhost", ".test", ".internal", ".lan"];
        let is_private = |name: &Fact<SiteName>| match &name.value {
            SiteName::Host(host) => {
                !matches!(Host::parse(host), Host::Name(_))
                    || private.iter().any(|it| host.ends_with(it))
            }
            SiteName::Many(_) => false,
        };
        self.names.is_empty() || !self.names.iter().all(is_private)
    }

    /// Its names that are one host each.
    pub fn hosts(&self) -> impl Iterator<Item = Fact<String>> {
        self.names.iter().filter_map(|name| {
            name.try_map(|name| match name {
                SiteName::Host(host) => Some(host.clone()),
                SiteName::Many(_) => None,
            })
        })
    }

    /// Has all that it says rest on a doubt.
    pub(super) fn doubt(&mut self, why: &'static str) {
        self.declared = self.declared.clone().doubt(Certainty::Likely, why);
        for listener in &mut self.listeners {
            *listener = listener.clone().doubt(Certainty::Likely, why);
        }
        for route in &mut self.routes {
            route.pass = route.pass.clone().doubt(Certainty::Likely, why);
        }
    }

    /// Whether browsers reach it by https. `None` if it listens nowhere that is in view.
    pub fn https(&self) -> Option<Fact<bool>> {
        let listener = self.tls_listener().or(self.listeners.first())?;
        Some(listener.map(|listener| listener.tls))
    }

    /// Where nginx sends those to https that the proxy before it says came by http: that one takes TLS.
    /// `if ($http_x_forwarded_proto != "https") { return 301 https://…; }`
    pub fn sends_to_https_before(&self) -> Option<Fact<()>> {
        let server = self.level_of_server()?;
        let asks = |line: &&nginx::Line| {
            let words = line.args.iter().map(|it| it.value.trim_matches(['(', ')', '"', '\'']));
            let words: Vec<&str> = words.filter(|it| !it.is_empty()).collect();
            matches!(
                words.as_slice(),
                ["$http_x_forwarded_proto", "=", "http"]
                    | ["$http_x_forwarded_proto", "!=", "https"]
            )
        };
        let line = server.own("if").find(asks)?;
        let inner = server.config().level(line.body?);
        let mut lines = inner.own("return").chain(inner.own("rewrite"));
        let leads = lines.any(|it| it.args.iter().any(|it| it.value.starts_with("https://")));
        leads.then(|| line.fact(()))
    }

    /// Whether it takes connections by TLS anywhere.
    pub fn speaks_tls(&self) -> bool {
        self.tls_listener().is_some()
    }

    /// Where it takes connections by TLS, if anywhere.
    pub fn tls_listener(&self) -> Option<&Fact<Listener>> {
        self.listeners.iter().find(|listener| listener.value.tls)
    }

    /// Where everybody reaches it without TLS as well, and it answers as by TLS: a condition may be one of
    /// the scheme.
    pub fn plain_way_beside_tls(&self) -> Option<&Fact<Listener>> {
        let is_plain = |it: &&Fact<Listener>| !it.value.tls && !it.value.loopback;
        let mut plain = self.listeners.iter().filter(is_plain);
        let plain = plain.find(|it| it.value.port == Some(80)).filter(|_| self.speaks_tls())?;
        // A front end may have all but what people log in by.
        let passes = || {
            let at = |host: &str| {
                self.passes_host(host).or_else(|| self.passes_at(host, "/admin/kilter-sample"))
            };
            self.hosts().find_map(|host| at(&host.value))
        };
        let asks = |server: Level<'_>| server.own("if").next().is_some();
        let is_certain = plain.evidence().certainty() == Certainty::Certain;
        let is_left = is_certain && !self.level_of_server().is_none_or(asks);
        (is_left && passes().is_some()).then_some(plain)
    }

    /// Where everybody reaches it without TLS, and nobody with.
    pub fn plain_listener(&self) -> Option<&Fact<Listener>> {
        let mut plain = self.listeners.iter().filter(|_| !self.speaks_tls());
        plain.find(|it| it.value.port == Some(80) && !it.value.loopback)
    }

    /// Whether this configuration of nginx answers for it.
    pub fn is_of(&self, config: &nginx::Config) -> bool {
        matches!(&self.engine, Engine::Nginx { config: own, .. } if std::ptr::eq(&**own, config))
    }

    pub fn is_of_caddy(&self) -> bool {
        matches!(self.engine, Engine::Caddy { .. })
    }

    pub fn is_of_traefik(&self) -> bool {
        matches!(self.engine, Engine::Traefik { .. })
    }

    /// The level of its server, if it is nginx's.
    pub fn level_of_server(&self) -> Option<Level<'_>> {
        self.levels().into_iter().next()
    }

    /// Whether it answers every request by itself, whatever its locations say: a `return` of the server's
    /// own comes before any is looked up (ngx_http_rewrite_module).
    pub fn redirects_all(&self) -> bool {
        self.level_of_server().is_some_and(|level| level.own("return").next().is_some())
    }

    /// Whether it takes another server's word for who asks, and by which scheme.
    pub fn is_behind_another(&self) -> bool {
        let from_outside = ["set_real_ip_from", "real_ip_header"];
        let believes = |level: &Level| !level.in_effect(&from_outside).lines.is_empty();
        let passes_on = |route: &Route| {
            let sent = route.forwarded_proto();
            sent.is_some_and(|it| it.value.contains("http_x_forwarded") || it.value == "https")
        };
        self.levels().iter().any(believes) || self.routes.iter().any(passes_on)
    }

    /// Whether no nginx loads this and another: they are two texts for one place, of which a machine
    /// has one.
    pub fn is_instead_of(&self, other: &Self) -> bool {
        match (&self.engine, &other.engine) {
            (Engine::Nginx { config, .. }, Engine::Nginx { config: of_other, .. }) => {
                self.view == other.view
                    && !Arc::ptr_eq(config, of_other)
                    && config.excludes(of_other)
            }
            (Engine::Nginx { .. } | Engine::Caddy { .. } | Engine::Traefik { .. }, _) => false,
        }
    }

    /// The configuration that answers for it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The level of nginx that a route belongs to.
    pub fn level(&self, route: &Route) -> Option<Level<'_>> {
        let place = route.shown.evidence().place();
        self.levels().into_iter().find(|level| level.place() == place)
    }

    /// The directive that says how long nginx waits for whom a route leads to.
    pub fn read_timeout_directive(&self, route: &Route) -> &'static str {
        self.level(route).map_or("proxy_read_timeout", Level::read_timeout_directive)
    }

    /// The levels of nginx that answer for the site: its server, and all locations in it.
    pub fn levels(&self) -> Vec<Level<'_>> {
        let Engine::Nginx { config, index } = &self.engine else { return Vec::new() };
        let Some(server) = config.servers().nth(*index) else { return Vec::new() };
        server.level().with_locations()
    }

    /// Whether it takes the requests for hosts that no site has a name of, or may: it says so, or no
    /// other site that listens where it does says so or stands before it.
    pub fn takes_any_host(&self) -> bool {
        let Engine::Nginx { config, index } = &self.engine else { return false };
        let Some(server) = config.servers().nth(*index) else { return true };
        server.listeners().iter().any(|listener| {
            let default = config.default_server(&listener.value.address);
            default.is_none_or(|it| it.level().id() == server.level().id())
        })
    }

    /// The certificate files that it serves with; none where variables name them.
    pub fn certificates(&self) -> Vec<Fact<Utf8PathBuf>> {
        let Engine::Nginx { config, index } = &self.engine else { return Vec::new() };
        let Some(server) = config.servers().nth(*index).filter(|it| it.may_speak_tls()) else {
            return Vec::new();
        };
        let lines = server.level().in_effect(&["ssl_certificate"]).lines;
        let paths = lines.into_iter().filter_map(|line| line.args.first());
        let paths = paths.filter(|path| path.value.starts_with('/') && !path.value.contains('$'));
        paths.map(|path| path.map(|it| Utf8PathBuf::from(it.as_str()))).collect()
    }

    /// A host that it has, to ask it by.
    pub fn host(&self) -> &str {
        match self.names.first().map(|name| &name.value) {
            Some(SiteName::Host(host)) => host,
            Some(SiteName::Many(_)) | None => "",
        }
    }
}

impl From<&Site> for Subject {
    fn from(site: &Site) -> Self {
        Self::Site(site.name.clone())
    }
}
