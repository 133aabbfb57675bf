//! What a location does with a request itself: pass it on, or answer from files.

use crate::fact::Fact;
use crate::model::nginx::Config;
use crate::model::nginx::level::Level;
use crate::model::nginx::matcher::Matcher;
use crate::model::nginx::rewrite::redirects;
use crate::model::nginx::scope::{Context, Line};
use crate::model::nginx::text::{Part, has_variable, parts};
use std::fmt;

#[derive(Clone, Debug)]
pub enum Handler {
    Proxy(Pass),
    Gateway(Gateway),
    /// A page of nginx's own, or of a module's: `stub_status`, `empty_gif`, `content_by_lua`.
    Own(String),
    /// No handler is set: files.
    Files,
}

/// Where `proxy_pass` and `grpc_pass` lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// The argument as written.
    pub url: String,
    pub tls: bool,
    pub target: Target,
    /// What stands after host and port; empty if nothing does.
    pub uri: String,
}

/// FastCGI, uwsgi, SCGI or memcached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// `uwsgi`, `fastcgi`, `scgi`, `grpc`, `memcached`
    pub protocol: &'static str,
    pub target: Target,
}

impl Gateway {
    pub fn is_uwsgi(&self) -> bool {
        self.protocol == "uwsgi"
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Tcp {
        host: String,
        port: u16,
    },
    Unix(String),
    /// An `upstream` of this configuration.
    Upstream(String),
    /// Variables decide.
    Variable(String),
}

/// Directives that set a location's handler, by what they lead to.
const GATEWAYS: &[(&str, &str)] = &[
    ("fastcgi_pass", "fastcgi"),
    ("uwsgi_pass", "uwsgi"),
    ("scgi_pass", "scgi"),
    ("grpc_pass", "grpc"),
    ("memcached_pass", "memcached"),
];

const PAGES: &[&str] = &["stub_status", "empty_gif", "perl", "js_content", "api"];

impl<'c> Level<'c> {
    /// What answers here. Handlers are not inherited by nested locations, but by the blocks
    /// without a name: `if` and `limit_except`.
    pub fn handler(self) -> Fact<Handler> {
        for level in self.outwards() {
            let found = level.lines().iter().rev().find_map(|line| handler(self.config, line));
            if let Some(found) = found {
                return found;
            }
            if !matches!(level.context(), Context::LocationIf | Context::LimitExcept) {
                break;
            }
        }
        self.fact(Handler::Files)
    }

    /// The status of its own `return`, if it has one.
    pub fn returned_status(self) -> Option<u16> {
        let first = self.own("return").next()?.arg(0)?;
        // A URL alone is redirected to.
        Some(first.parse().unwrap_or(302))
    }

    /// Where requests are passed on to over HTTP, and the line that says so.
    pub fn pass(self) -> Option<Fact<Pass>> {
        self.handler().try_map(|handler| match handler {
            Handler::Proxy(pass) => Some(pass.clone()),
            Handler::Gateway(_) | Handler::Own(_) | Handler::Files => None,
        })
    }

    /// Whether what takes a request from here may see another path than was asked for: that of the
    /// location is replaced by what `proxy_pass` has behind the address (ngx_http_proxy_module,
    /// "proxy_pass"), or a `rewrite` makes it another.
    pub fn renames(self) -> bool {
        let is_own = |uri: &str| {
            uri.is_empty()
                || uri.starts_with("$request_uri")
                || uri.starts_with("$uri")
                || self.outwards().find_map(Level::matcher).and_then(Matcher::path) == Some(uri)
        };
        let mut around = self.outwards().take_while(|it| it.context() != Context::Server);
        self.pass().is_some_and(|pass| !is_own(&pass.value.uri))
            || around.any(|level| level.own("rewrite").any(|line| !redirects(line)))
    }

    /// Where requests end up that are passed on. Whoever wants nginx to start without its upstreams
    /// names them by variables: `set $upstream web; proxy_pass http://$upstream:8000;`.
    pub fn target(self, pass: &Pass) -> Target {
        if !pass.has_variables() {
            return pass.target.clone();
        }
        match self.filled_in(&pass.url) {
            Some(url) => Pass::parse(self.config, &url).target,
            None => pass.target.clone(),
        }
    }

    /// The same of what speaks another protocol than HTTP: `uwsgi_pass unix:///srv/$site/run/$site.sock`.
    pub fn gateway_target(self, gateway: &Gateway) -> Target {
        let Target::Variable(address) = &gateway.target else { return gateway.target.clone() };
        match self.filled_in(address) {
            Some(address) => Target::parse(self.config, &address, 80),
            None => gateway.target.clone(),
        }
    }

    /// An address with its variables, where each is `set` to one text.
    fn filled_in(self, address: &str) -> Option<String> {
        let mut filled = String::new();
        for part in parts(address) {
            match part {
                Part::Literal(text) => filled.push_str(text),
                Part::Variable(name) => filled.push_str(self.constant(name)?),
            }
        }
        Some(filled)
    }

    /// What a variable is `set` to wherever a request comes through here.
    fn constant(self, name: &str) -> Option<&'c str> {
        let is_it = |line: &&Line| {
            let named = line.args.first().and_then(|it| it.value.strip_prefix('$'));
            line.is("set") && named == Some(name)
        };
        // One in an `if` may or may not count.
        let conditional = |level: Level<'_>| {
            matches!(level.context(), Context::LocationIf | Context::ServerIf)
                && level.own("set").any(|line| is_it(&line))
        };
        if self.config.levels().any(conditional) {
            return None;
        }
        let mut near = self.outwards().filter_map(|level| level.own("set").filter(is_it).last());
        let value = &near.next()?.args.get(1)?.value;
        (!has_variable(value)).then_some(value.as_str())
    }
}

impl Config {
    /// Every `proxy_pass` with the level that it stands in.
    pub fn passes(&self) -> impl Iterator<Item = (Level<'_>, Fact<Pass>)> {
        let pass = |level: Level<'_>| {
            let line = level.own("proxy_pass").last()?;
            Some(line.args.first()?.map(|url| Pass::parse(self, url)))
        };
        let is_http = |level: &Level| {
            matches!(
                level.context(),
                Context::Location | Context::LocationIf | Context::LimitExcept
            )
        };
        self.levels().filter(is_http).filter_map(move |level| Some((level, pass(level)?)))
    }
}

fn handler(config: &Config, line: &Line) -> Option<Fact<Handler>> {
    if line.is("proxy_pass") {
        let url = line.args.first()?;
        return Some(url.map(|url| Handler::Proxy(Pass::parse(config, url))));
    }
    if let Some((_, protocol)) = GATEWAYS.iter().find(|(name, _)| line.is(name)) {
        let target = |address: &String| {
            let bare = address.strip_prefix("grpc://").unwrap_or(address);
            let target = Target::parse(config, bare, 80);
            Handler::Gateway(Gateway { protocol, target })
        };
        return Some(line.args.first()?.map(target));
    }
    let page = PAGES.contains(&line.name.as_str()) || line.name.starts_with("content_by_lua");
    page.then(|| line.fact(Handler::Own(line.name.clone())))
}

impl Pass {
    /// Whether the URL is taken apart for each request, and not when nginx starts.
    pub fn has_variables(&self) -> bool {
        has_variable(&self.url)
    }

    /// Takes a URL apart as nginx does when it starts, or with the variables filled, per request.
    pub(super) fn parse(config: &Config, url: &str) -> Self {
        let lower = url.to_ascii_lowercase();
        let (tls, rest) = if lower.starts_with("https://") {
            (true, &url["https://".len()..])
        } else if lower.starts_with("http://") {
            (false, &url["http://".len()..])
        } else {
            let target = Target::Variable(url.to_owned());
            return Self { url: url.to_owned(), tls: false, target, uri: String::new() };
        };
        let end = if let Some(path) = rest.strip_prefix("unix:") {
            // The path of a socket ends at a colon: `http://unix:/run/app.sock:/uri`.
            path.find(':').map(|at| at + "unix:".len())
        } else {
            rest.find(['/', '?']).into_iter().chain(path_variable(rest)).min()
        };
        let end = end.unwrap_or(rest.len());
        let (authority, uri) = rest.split_at(end);
        let uri = uri.strip_prefix(':').unwrap_or(uri);
        let uri = if uri.starts_with('?') { format!("/{uri}") } else { uri.to_owned() };
        let target = Target::parse(config, authority, if tls { 443 } else { 80 });
        Self { url: url.to_owned(), tls, target, uri }
    }

    /// `$proxy_host`: without the port where it is the scheme's own.
    pub(super) fn host_header(&self) -> String {
        match &self.target {
            Target::Tcp { host, port } if *port == self.own_port() => host.clone(),
            Target::Tcp { host, port } => format!("{host}:{port}"),
            Target::Unix(_) => "localhost".to_owned(),
            Target::Upstream(name) | Target::Variable(name) => name.clone(),
        }
    }

    pub(super) fn port(&self) -> u16 {
        match &self.target {
            Target::Tcp { port, .. } => *port,
            Target::Unix(_) | Target::Upstream(_) | Target::Variable(_) => self.own_port(),
        }
    }

    fn own_port(&self) -> u16 {
        if self.tls { 443 } else { 80 }
    }
}

/// Where a variable begins that holds a path, and so ends the host.
fn path_variable(rest: &str) -> Option<usize> {
    let paths = ["$request_uri", "$uri", "$document_uri", "${request_uri}", "${uri}"];
    paths.iter().filter_map(|variable| rest.find(variable)).min()
}

impl Target {
    /// `host`, `host:port`, `unix:/path`, or the name of an upstream.
    pub(super) fn parse(config: &Config, text: &str, own_port: u16) -> Self {
        if !text.starts_with("unix:") && config.upstream(text).is_some() {
            return Self::Upstream(text.to_ascii_lowercase());
        }
        Self::address(text, own_port)
    }

    pub(super) fn address(text: &str, own_port: u16) -> Self {
        if has_variable(text) || text.is_empty() {
            return Self::Variable(text.to_owned());
        }
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.split(':').next().unwrap_or(path);
            // The slashes of an address before a folder that is to be filled in.
            let folder = path.strip_prefix("//").filter(|it| it.starts_with('{'));
            return Self::Unix(folder.unwrap_or(path).to_owned());
        }
        let bracketed = text.starts_with('[') && text.ends_with(']');
        let split = if bracketed { None } else { text.rsplit_once(':') };
        let port = split.and_then(|(host, port)| Some((host, port.parse().ok()?)));
        let (host, port) = port.unwrap_or((text, own_port));
        Self::Tcp { host: host.to_ascii_lowercase(), port }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{path}"),
            Self::Upstream(name) => f.write_str(name),
            Self::Variable(text) => f.write_str(text),
        }
    }
}
