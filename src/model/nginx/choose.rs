//! Which server a connection and a host lead to.

use crate::fact::{Certainty, Fact, Origin};
use crate::model::nginx::Config;
use crate::model::nginx::level::Level;
use crate::model::nginx::listen::{self, Address, Listener};
use crate::model::nginx::names::{self, Fit, Name};
use crate::model::nginx::pattern::{Groups, Patterns};
use crate::model::nginx::request::Arrival;
use crate::model::nginx::scope::{Context, ScopeId, Table};
use crate::model::nginx::text::Unknown;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

/// What is asked of a server again and again.
#[derive(Debug)]
pub(super) struct ServerData {
    scope: ScopeId,
    listeners: Vec<Fact<Listener>>,
    names: Vec<Fact<Name>>,
}

/// The servers at one address.
#[derive(Debug, Default)]
pub(super) struct Listening {
    /// By their number, with the number of the `listen` among their own.
    servers: Vec<(usize, usize)>,
    /// The level of the first that may hold more than is in view.
    unseen: Option<ScopeId>,
}

/// An HTTP server of a configuration.
#[derive(Clone, Copy, Debug)]
pub struct Server<'c> {
    pub(super) config: &'c Config,
    pub(super) index: usize,
}

/// A server and why it is the one.
#[derive(Clone, Debug)]
pub struct Chosen<'c> {
    pub server: Server<'c>,
    /// The name that the host has, or that no server has it.
    pub why: Fact<String>,
    /// The one that takes what no name decides. It also reads the request line, before there is
    /// a host: `merge_slashes` and `large_client_header_buffers` are its own.
    pub default: Server<'c>,
    /// A name decided, and not that nothing else did.
    by_name: bool,
    pub(super) groups: Groups,
}

pub(super) fn servers(table: &Table, patterns: &Patterns) -> Vec<ServerData> {
    let is_http = |id: &ScopeId| {
        let scope = table.get(*id);
        scope.context == Context::Server && scope.parent == Some(Table::HTTP)
    };
    table.ids().filter(is_http).map(|id| server(table, id, patterns)).collect()
}

pub(super) fn listening(table: &Table, servers: &[ServerData]) -> BTreeMap<Address, Listening> {
    let mut found: BTreeMap<Address, Listening> = BTreeMap::new();
    for (index, server) in servers.iter().enumerate() {
        let unseen = table.outwards(server.scope).find(|id| !table.get(*id).unseen.is_empty());
        for (number, listener) in server.listeners.iter().enumerate() {
            let here = found.entry(listener.value.address.clone()).or_default();
            if here.servers.last().is_some_and(|(last, _)| *last == index) {
                continue;
            }
            here.servers.push((index, number));
            here.unseen = here.unseen.or(unseen);
        }
    }
    found
}

fn server(table: &Table, scope: ScopeId, patterns: &Patterns) -> ServerData {
    let lines = || table.get(scope).lines.iter();
    let mut listeners: Vec<_> =
        lines().filter(|line| line.is("listen")).flat_map(listen::listeners).collect();
    let on = |name| lines().find(|line| line.is(name) && line.arg(0) == Some("on"));
    for listener in &mut listeners {
        // `ssl on` was the older way, until 1.25.1; `http2 on` is the newer, since then.
        if let Some(line) = on("ssl") {
            *listener =
                listener.map(|it| Listener { ssl: true, ..it.clone() }).given(&line.fact(()));
        }
        if let Some(line) = on("http2") {
            *listener =
                listener.map(|it| Listener { http2: true, ..it.clone() }).given(&line.fact(()));
        }
    }
    let fragment = table.get(scope).opener.is_none();
    if listeners.is_empty() && !fragment {
        let listener = default_listener();
        listeners.push(match table.get(scope).unseen.first() {
            Some(unseen) => unseen.doubt(listener),
            None => listener,
        });
    }
    let named = lines().filter(|line| line.is("server_name")).flat_map(|line| &line.args);
    let names = named.map(|arg| arg.map(|name| Name::parse(name, patterns))).collect();
    ServerData { scope, listeners, names }
}

fn default_listener() -> Fact<Listener> {
    let source = "ngx_http_core_module";
    let origin = Origin::Default { of: "nginx", version: "every version", source };
    let listener = Listener {
        address: listen::DEFAULT,
        ssl: false,
        http2: false,
        quic: false,
        default_server: false,
        proxy_protocol: false,
    };
    Fact::new(listener, origin)
}

impl<'c> Server<'c> {
    fn data(self) -> &'c ServerData {
        &self.config.servers[self.index]
    }

    pub fn level(self) -> Level<'c> {
        self.config.level(self.data().scope)
    }

    /// Where it listens. Nothing is known of a fragment's own.
    pub fn listeners(self) -> &'c [Fact<Listener>] {
        &self.data().listeners
    }

    /// Its names as written; none is the same as the empty name.
    pub fn names(self) -> &'c [Fact<Name>] {
        &self.data().names
    }

    /// Whether it is one that stands written, rather than implied by a fragment.
    pub fn is_written(self) -> bool {
        self.level().scope().opener.is_some()
    }

    fn is_nameless(self) -> bool {
        let empty = |name: &Fact<Name>| matches!(&name.value, Name::Exact(name) if name.is_empty());
        self.names().is_empty() || self.names().iter().any(empty)
    }

    fn listens(self, address: &Address) -> Option<&'c Fact<Listener>> {
        self.listeners().iter().find(|listener| listener.value.address == *address)
    }
}

/// A name that an earlier server has on the same address, so that nginx ignores it.
#[derive(Clone, Copy, Debug)]
pub struct NameConflict<'c> {
    pub address: &'c Fact<Listener>,
    pub first: &'c Fact<Name>,
    pub ignored: &'c Fact<Name>,
    /// The numbers of the two servers.
    pub servers: (usize, usize),
}

impl Config {
    /// The names that nginx ignores, as it warns when it starts.
    pub fn name_conflicts(&self) -> Vec<NameConflict<'_>> {
        let mut known: HashMap<(&Address, String), (usize, &Fact<Name>)> = HashMap::new();
        let mut conflicts = Vec::new();
        for server in self.servers().filter(|server| server.is_written()) {
            // What an include brings that is not in view may be where it listens.
            let sure = server
                .listeners()
                .iter()
                .filter(|it| it.evidence().certainty() == Certainty::Certain);
            for address in sure {
                for name in server.names().iter().filter(|name| name.value.is_of_a_host()) {
                    let key = (&address.value.address, name.value.to_string());
                    let (owner, first) = *known.entry(key).or_insert((server.index, name));
                    if owner != server.index {
                        let servers = (owner, server.index);
                        conflicts.push(NameConflict { address, first, ignored: name, servers });
                    }
                }
            }
        }
        conflicts
    }

    /// The server that takes what no name decides at an address.
    pub fn default_server(&self, address: &Address) -> Option<Server<'_>> {
        let here = || self.servers().filter(|server| server.listens(address).is_some());
        let marked = |it: &Server| it.listens(address).is_some_and(|it| it.value.default_server);
        here().find(marked).or(here().next())
    }

    /// The server that answers a host at an address.
    pub fn choose(&self, arrival: &Arrival, host: &str) -> Result<Chosen<'_>, Unknown> {
        let addresses = self.addresses(arrival)?;
        let chosen = addresses.iter().map(|address| Ok((address, self.choose_at(address, host)?)));
        let mut chosen = chosen.collect::<Result<Vec<_>, _>>()?;
        // Debian's own site has all of IPv6 where the others listen on IPv4 alone. Whoever looks a name
        // up is led to the family that has a site of that name.
        if chosen.iter().any(|(_, it)| it.by_name) {
            chosen.retain(|(address, it)| it.by_name || !address.is_any());
        }
        let Some((_, last)) = chosen.pop() else {
            return Err(Unknown::new("no server listens there"));
        };
        match chosen.iter().all(|(_, it)| it.server.index == last.server.index) {
            true => Ok(last),
            false => Err(Unknown::new("it depends on the address of the connection")),
        }
    }

    /// The listening addresses that a connection may arrive at: one if its own is known.
    fn addresses(&self, arrival: &Arrival) -> Result<Vec<Address>, Unknown> {
        let all = || self.listening.keys();
        Ok(match arrival {
            Arrival::Unix(path) => {
                let unix = Address::Unix(path.clone());
                all().filter(|address| **address == unix).cloned().collect()
            }
            Arrival::Tcp { ip: None, port } => {
                all().filter(|address| address.port() == Some(*port)).cloned().collect()
            }
            Arrival::Tcp { ip: Some(ip), port } => {
                let here = || all().filter(|address| address.port() == Some(*port));
                let own: Vec<_> = here().filter(|it| it.accepts(*ip)).cloned().collect();
                let any = || here().filter(|it| it.accepts_any(*ip)).cloned().collect();
                let named = |address: &&Address| matches!(address, Address::Named { host, .. } if host != "localhost");
                if own.is_empty() && here().any(|address| named(&address)) {
                    return Err(Unknown::new("a listener is given by name"));
                }
                if own.is_empty() { any() } else { own }
            }
        })
    }

    fn choose_at<'c>(&'c self, address: &Address, host: &str) -> Result<Chosen<'c>, Unknown> {
        let Some(listening) = self.listening.get(address) else {
            return Err(Unknown::new("no server listens there"));
        };
        let server = |index| Server { config: self, index };
        let listens = |(index, number): &(usize, usize)| {
            (server(*index), &server(*index).listeners()[*number])
        };
        let here: Vec<_> = listening.servers.iter().map(listens).collect();
        let marked = here.iter().find(|(_, listener)| listener.value.default_server);
        let Some(&(default, listener)) = marked.or(here.first()) else {
            return Err(Unknown::new("no server listens there"));
        };
        let chosen = |server, by_name, why: Fact<String>, groups| {
            let why = self.doubted(why, listening);
            Ok(Chosen { server, why, default, by_name, groups })
        };
        let host = names::host(host).unwrap_or_default();
        let nameless = here.iter().find(|(server, _)| host.is_empty() && server.is_nameless());
        if let Some((server, listener)) = nameless {
            let why = listener.map(|_| "it takes requests without a host".to_owned());
            return chosen(*server, true, why, Groups::default());
        }
        if let Some((_, server, name)) = best_name(&here, &host) {
            let why = name.map(|name| format!("`{name}` is its name"));
            return chosen(server, true, why, Groups::default());
        }
        let names =
            || here.iter().flat_map(|(server, _)| server.names().iter().map(|it| (*server, it)));
        for (server, name) in names() {
            let Name::Regex(pattern) = &name.value else { continue };
            let Some(groups) = pattern.groups(&host)? else { continue };
            let why = name.map(|name| format!("`{name}` matches its name"));
            return chosen(server, true, why, groups);
        }
        let why = match marked {
            Some(_) => listener.map(|_| "it is the default server here".to_owned()),
            None => listener.map(|_| "it is the first server here".to_owned()),
        };
        let placeholder = names().any(|(_, name)| matches!(name.value, Name::Unknown(_)));
        let why = match placeholder {
            true => why.doubt(Certainty::Likely, "a server name is a placeholder"),
            false => why,
        };
        chosen(default, false, why, Groups::default())
    }

    /// Servers and names that are not in view could have been chosen instead.
    fn doubted<T>(&self, fact: Fact<T>, listening: &Listening) -> Fact<T> {
        match listening.unseen.and_then(|id| self.level(id).unseen()) {
            Some(unseen) => unseen.doubt(fact),
            None => fact,
        }
    }
}

type Here<'c> = [(Server<'c>, &'c Fact<Listener>)];

/// The best name that is no expression; the first server with it, as nginx ignores a name
/// that an earlier one has.
fn best_name<'c>(here: &Here<'c>, host: &str) -> Option<(Fit, Server<'c>, &'c Fact<Name>)> {
    let mut best: Option<(Fit, Server<'c>, &'c Fact<Name>)> = None;
    for (server, _) in here {
        for name in server.names() {
            let Some(fit) = name.value.fit(host) else { continue };
            if best.as_ref().is_none_or(|(known, ..)| fit > *known) {
                best = Some((fit, *server, name));
            }
        }
    }
    best
}

impl Arrival {
    /// A connection to a port of the machine, by whatever address.
    pub fn port(port: u16) -> Self {
        Self::Tcp { ip: None, port }
    }

    pub fn at(ip: IpAddr, port: u16) -> Self {
        Self::Tcp { ip: Some(ip), port }
    }
}
