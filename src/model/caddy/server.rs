//! Which site a request reaches: listeners, the order of sites on each, and what automatic HTTPS
//! adds (`serversFromPairings` in `httpcaddyfile/httptype.go`, `caddyhttp/autohttps.go`).

use crate::fact::{Fact, Origin, symbol};
use crate::model::caddy::matching::{is_host, path};
use crate::model::caddy::walk::walk;
use crate::model::caddy::{
    Address, Answer, Config, Matcher, Options, Replies, Request, Route, Scheme, Site,
};
use crate::syntax::Problem;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Where the redirects of automatic HTTPS come from.
const AUTOMATIC: Origin = Origin::Default {
    of: "Caddy",
    version: "2",
    source: "https://caddyserver.com/docs/automatic-https",
};

/// Everything that listens on one port.
#[derive(Debug)]
pub struct Server {
    pub port: u16,
    /// Whether TLS is spoken on it.
    pub is_tls: bool,
    /// Sites with those of their addresses that are on this port, in the order in which they
    /// are asked.
    entries: Vec<Entry>,
    /// Its sites listen on different addresses of the machine, so that these choose as well.
    is_divided: bool,
    /// Hosts that automatic HTTPS sends from here to another port.
    redirects: Vec<(String, u16)>,
    /// Whether everything else is sent to https as well.
    redirects_rest: bool,
}

#[derive(Clone, Debug)]
struct Entry {
    site: usize,
    addresses: Vec<usize>,
}

/// A site, as a request found it.
#[derive(Clone, Debug)]
pub struct Reached<'a> {
    pub site: &'a Site,
    pub address: &'a Address,
    /// Caddy asks all sites of a port for `handle_errors`, so a site without its own has those of
    /// the next that answers this host.
    pub errors: &'a [Route],
    /// What it leaves unanswered is sent to https: a site without a host that has the HTTP port
    /// to itself is not closed against the redirect that follows it.
    rest_to_https: bool,
}

impl<'a> Reached<'a> {
    /// What is answered, as far as the files tell.
    pub fn route(&self, request: &Request<'_>) -> Replies<'a> {
        let mut replies = walk(&self.site.routes, self.errors, request);
        for reply in replies.0.iter_mut().filter(|_| self.rest_to_https) {
            let Answer::Nothing { uri } = &reply.answer else { continue };
            let to = format!("https://{}{uri}", request.hostname());
            let written = Fact::new(to.clone(), AUTOMATIC);
            reply.answer = Answer::Redirect { to, status: "308".to_owned(), written };
            reply.is_written = true;
        }
        replies
    }
}

/// Who answers a request.
#[derive(Clone, Debug)]
pub enum Choice<'a> {
    Site(Reached<'a>),
    /// Automatic HTTPS: 308 to this place.
    ToHttps {
        to: String,
    },
    /// The port is open and no site is meant: 200 and nothing.
    Nobody,
    /// TLS is spoken here and the request is not, or the other way round.
    WrongProtocol,
    /// Nothing listens.
    Closed,
    /// A placeholder decides, or the address of the machine that was reached.
    Unknown,
}

impl Config {
    /// Who answers a request that comes in by this scheme and port for this host and path.
    pub fn choose(&self, scheme: Scheme, port: u16, host: &str, uri: &str) -> Choice<'_> {
        let Some(server) = self.servers.iter().find(|server| server.port == port) else {
            let is_open = self.sites.iter().flat_map(|site| &site.addresses);
            let mut is_open = is_open.filter(|address| address.is_port_symbolic);
            return if is_open.next().is_some() { Choice::Unknown } else { Choice::Closed };
        };
        if server.is_divided {
            return Choice::Unknown;
        }
        if server.is_tls != (scheme == Scheme::Https) {
            return Choice::WrongProtocol;
        }
        let bare = hostname(host);
        let request_path = uri.split('?').next().unwrap_or_default();
        if let Some(choice) = self.among(server, bare, request_path, true) {
            return choice;
        }
        let to_https = |port: u16| {
            let standard = [80, 443, self.options.http_port.value, self.options.https_port.value];
            let port = if standard.contains(&port) { String::new() } else { format!(":{port}") };
            // Go parts the host from its port, and takes off the brackets, only if there is one.
            let has_port = host.rsplit_once(':').is_some_and(|(_, port)| !port.contains(']'));
            let shown = if has_port { bare } else { host };
            Choice::ToHttps { to: format!("https://{shown}{port}{uri}") }
        };
        if let Some((_, port)) = server.redirects.iter().find(|(known, _)| is_host(known, bare)) {
            return to_https(*port);
        }
        if let Some(choice) = self.among(server, bare, request_path, false) {
            return choice;
        }
        if server.redirects_rest {
            return to_https(self.options.https_port.value);
        }
        Choice::Nobody
    }

    /// Looks among the sites with a host, or among those for every host.
    fn among(&self, server: &Server, host: &str, uri: &str, named: bool) -> Option<Choice<'_>> {
        for entry in &server.entries {
            let site = &self.sites[entry.site];
            let addresses = || entry.addresses.iter().map(|index| &site.addresses[*index]);
            // One address without a host makes the block match every host.
            let catches_all = addresses().any(|address| address.host.is_empty());
            if catches_all == named {
                continue;
            }
            for address in addresses() {
                let at_path = address.path.is_empty() || path(&address.path, uri) == Some(true);
                if at_path && (catches_all || is_host(&address.host, host)) {
                    let is_alone = server.redirects_rest && server.entries.len() == 1;
                    return Some(Choice::Site(Reached {
                        site,
                        address,
                        errors: self.errors(server, host, uri),
                        rest_to_https: is_alone && is_open(site, entry),
                    }));
                }
                if at_path && symbol::is_symbolic(&address.host) {
                    return Some(Choice::Unknown);
                }
            }
        }
        None
    }

    /// The `handle_errors` of the first site that has any and answers this host.
    fn errors(&self, server: &Server, host: &str, uri: &str) -> &[Route] {
        let mut entries = server.entries.iter();
        let found = entries.find(|entry| {
            let site = &self.sites[entry.site];
            let addresses = || entry.addresses.iter().map(|index| &site.addresses[*index]);
            let catches_all = addresses().any(|address| address.host.is_empty());
            !site.errors.is_empty()
                && addresses().any(|address| {
                    (catches_all || is_host(&address.host, host))
                        && (address.path.is_empty() || path(&address.path, uri) == Some(true))
                })
        });
        found.map_or(&[], |entry| &self.sites[entry.site].errors)
    }

    /// Whether this site is reached over TLS by this address.
    pub fn is_tls(&self, address: &Address) -> bool {
        let port = port(address, &self.options);
        self.servers.iter().any(|server| server.port == port && server.is_tls)
    }

    /// Whether there is a certificate to show to whoever comes to this address. Caddy gets them for
    /// names: with none of these and no `tls`, every handshake at `:443` fails (caddy's issue 6935).
    pub fn may_have_certificate(&self, address: &Address) -> bool {
        let has_one = |site: &Site| {
            let is_named = |it: &Address| !it.host.is_empty() && self.is_tls(it);
            site.tls.directive.is_some() || site.addresses.iter().any(is_named)
        };
        !address.host.is_empty() || !self.unseen.is_empty() || self.sites.iter().any(has_one)
    }

    pub fn port(&self, address: &Address) -> Option<u16> {
        (!address.is_port_symbolic).then(|| port(address, &self.options))
    }
}

/// Whether the routes of a site are those of its server, with no matcher around them
/// (`appendSubrouteToRouteList`).
fn is_open(site: &Site, entry: &Entry) -> bool {
    let bare = |index: &usize| {
        let address = &site.addresses[*index];
        address.host.is_empty() && address.path.is_empty()
    };
    let asks_host = |route: &Route| {
        route.matcher.as_ref().is_some_and(|matcher| {
            matcher.all.iter().any(|matcher| matches!(matcher, Matcher::Host(_)))
        })
    };
    entry.addresses.iter().all(bare) && !site.routes.iter().any(asks_host)
}

fn hostname(host: &str) -> &str {
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        Some(_) | None => host,
    };
    host.trim_start_matches('[').trim_end_matches(']')
}

fn port(address: &Address, options: &Options) -> u16 {
    match (address.port, address.scheme) {
        (Some(port), _) => port,
        (None, Some(Scheme::Http)) => options.http_port.value,
        (None, Some(Scheme::Https) | None) => options.https_port.value,
    }
}

pub(super) fn servers(
    sites: &[Site],
    options: &Options,
    problems: &mut Vec<Problem>,
) -> Vec<Server> {
    let mut by_port: BTreeMap<u16, Vec<Entry>> = BTreeMap::new();
    for (index, site) in sites.iter().enumerate() {
        for (number, address) in site.addresses.iter().enumerate() {
            if address.is_port_symbolic {
                continue;
            }
            let entries = by_port.entry(port(address, options)).or_default();
            match entries.last_mut().filter(|entry| entry.site == index) {
                Some(entry) => entry.addresses.push(number),
                None => entries.push(Entry { site: index, addresses: vec![number] }),
            }
        }
    }
    let mut servers: Vec<Server> = by_port
        .into_iter()
        .map(|(port, entries)| server(port, entries, sites, options, problems))
        .collect();
    redirect(&mut servers, sites, options);
    servers
}

fn server(
    port: u16,
    mut entries: Vec<Entry>,
    sites: &[Site],
    options: &Options,
    problems: &mut Vec<Problem>,
) -> Server {
    entries.sort_by_key(|entry| Reverse(specificity(entry, sites)));
    let is_tls = port != options.http_port.value
        && (port == options.https_port.value && !options.auto_https.value.is_off
            || all(&entries, sites).any(|(site, address)| wants_tls(site, address, port, options)));
    refuse_conflicts(port, &entries, sites, options, problems);
    let bound: BTreeSet<_> = all(&entries, sites).map(|(site, _)| interfaces(site)).collect();
    let is_divided = bound.len() > 1;
    Server { port, is_tls, entries, is_divided, redirects: Vec::new(), redirects_rest: false }
}

fn all<'s>(
    entries: &'s [Entry],
    sites: &'s [Site],
) -> impl Iterator<Item = (&'s Site, &'s Address)> {
    entries.iter().flat_map(move |entry| {
        let site = &sites[entry.site];
        entry.addresses.iter().map(move |index| (site, &site.addresses[*index]))
    })
}

fn wants_tls(site: &Site, address: &Address, port: u16, options: &Options) -> bool {
    match address.scheme {
        Some(Scheme::Https) => true,
        Some(Scheme::Http) => false,
        None => {
            port != options.http_port.value
                && (site.tls.directive.is_some() || !address.host.is_empty())
        }
    }
}

/// Sites with a host before those without, exact ones before wildcards, longer ones before
/// shorter; then by path. A wildcard's label counts for nothing.
fn specificity(entry: &Entry, sites: &[Site]) -> (bool, bool, usize, usize) {
    let addresses = || entry.addresses.iter().map(|index| &sites[entry.site].addresses[*index]);
    let weight = |text: &str| text.chars().filter(|char| *char != '*').count();
    let host = addresses().map(|address| weight(&address.host)).max().unwrap_or_default();
    let path = addresses().map(|address| weight(&address.path)).max().unwrap_or_default();
    let is_exact = !addresses().any(|address| address.is_wildcard() || address.host.is_empty());
    (host > 0, is_exact, host, path)
}

/// The addresses of the machine that a site is bound to; none for all.
fn interfaces(site: &Site) -> Vec<&str> {
    let mut bound: Vec<_> = site.bind.iter().map(|bind| bind.value.as_str()).collect();
    bound.sort_unstable();
    bound
}

/// One port speaks one protocol, and one address belongs to one site.
fn refuse_conflicts(
    port: u16,
    entries: &[Entry],
    sites: &[Site],
    options: &Options,
    problems: &mut Vec<Problem>,
) {
    let mut seen: BTreeMap<(&str, Vec<&str>), &Fact<String>> = BTreeMap::new();
    let (mut http, mut https) = (None, None);
    for (site, address) in all(entries, sites) {
        let Some(place) = address.text.evidence().place() else { continue };
        if let Some(first) = seen.insert((&address.text.value, interfaces(site)), &address.text) {
            let problem = Problem::new(place, "two sites have this address");
            problems.push(match first.evidence().place() {
                Some(first) => problem.also(first, "the other is here"),
                None => problem,
            });
        }
        let is_http = address.scheme == Some(Scheme::Http) || port == options.http_port.value;
        let is_https = address.scheme == Some(Scheme::Https) || port == options.https_port.value;
        if address.scheme == Some(Scheme::Http) && port == options.https_port.value
            || address.scheme == Some(Scheme::Https) && port == options.http_port.value
        {
            problems.push(Problem::new(place, "the scheme and the port contradict each other"));
        } else if is_http {
            http = Some(place);
        } else if is_https {
            https = Some(place);
        } else if address.host.is_empty() {
            http = Some(place);
        }
    }
    if let (Some(http), Some(https)) = (http, https) {
        let problem = Problem::new(http, format!("port {port} cannot speak both http and https"));
        problems.push(problem.also(https, "https is spoken here"));
    }
}

/// Sends the hosts of every TLS server from the HTTP port to it.
fn redirect(servers: &mut Vec<Server>, sites: &[Site], options: &Options) {
    let automatic = options.auto_https.value;
    if automatic.is_off || automatic.without_redirects {
        return;
    }
    let http_port = options.http_port.value;
    let mut redirects: BTreeMap<String, u16> = BTreeMap::new();
    let mut any = false;
    let mut manages = false;
    for server in servers.iter().filter(|server| server.is_tls) {
        any |= all(&server.entries, sites).any(|(_, it)| it.is_redirected);
        for (_, address) in all(&server.entries, sites) {
            let is_named = !address.host.is_empty() && address.is_redirected;
            if !is_named || address.scheme == Some(Scheme::Http) {
                continue;
            }
            manages |= !automatic.without_certificates;
            // Of several ports the standard one is where clients are sent.
            let port = redirects.entry(address.host.clone()).or_insert(server.port);
            if server.port == options.https_port.value {
                *port = server.port;
            }
        }
    }
    if !any {
        return;
    }
    let mut redirects: Vec<_> = redirects.into_iter().collect();
    redirects.sort_by_key(|(host, _)| (host.contains('*'), Reverse(host.len())));
    match servers.iter_mut().find(|server| server.port == http_port) {
        Some(server) => {
            server.redirects = if manages { redirects } else { Vec::new() };
            server.redirects_rest = true;
        }
        None => servers.push(Server {
            port: http_port,
            is_tls: false,
            entries: Vec::new(),
            is_divided: false,
            redirects,
            redirects_rest: true,
        }),
    }
}
