//! Entries made into routers and sites.

use crate::fact::Fact;
use crate::fact::symbol::is_symbolic;
use crate::model::traefik::entries::Entries;
use crate::model::traefik::{Config, Does, Pass, Redirect, Router, Rule, Site, dashboard};
use crate::model::{Endpoint, Host};

/// What the labels of one service say.
pub struct Labelled<'a> {
    pub service: &'a str,
    pub entries: Entries,
    /// The only port that the container listens on, as far as anybody can tell: what Traefik takes where
    /// no label says another (its documentation, "Docker", "Port Detection").
    pub port: Option<u16>,
}

struct EntryPoint {
    name: String,
    port: Option<u16>,
    at: Fact<()>,
    tls: bool,
    redirects: Option<Redirect>,
    believes: bool,
}

/// A router as it is written, and the entry points that it is on.
struct Written {
    router: Router,
    on: Vec<String>,
    tls: bool,
}

/// `own` is what its files and options say; of the files whatever they tell of routers as well.
pub fn read(own: &Entries, labelled: &[Labelled]) -> Config {
    let mut points = entry_points(own);
    // What is on all of them is reached by the one that the others lead to.
    points.sort_by_key(|it| it.redirects.is_some());
    let cut = || {
        let message = "Traefik has more routers than are followed";
        let limit = points.first().map(|it| it.at.map(|()| message.to_owned()));
        Config { limit, ..Config::default() }
    };
    if own.is_cut() || labelled.len() > MOST_ROUTERS {
        return cut();
    }
    let mut written = Vec::new();
    let all = Sources { own, labelled };
    for name in own.names(&["http", "routers"]) {
        written.extend(all.router(own, None, &name));
    }
    for labels in labelled {
        for name in labels.entries.names(&["http", "routers"]) {
            written.extend(all.router(&labels.entries, Some(labels), &name));
        }
    }
    let hosts: usize = written.iter().map(|it| it.router.hosts().len()).sum();
    if written.len() > MOST_ROUTERS || hosts > MOST_HOSTS {
        return cut();
    }
    let redirects = points.iter().filter_map(|it| Some((it.port?, it.redirects.clone()?)));
    Config {
        limit: None,
        sites: points.iter().flat_map(|it| sites(it, &written)).collect(),
        added: all.added(),
        redirects: redirects.collect(),
        insecure: own
            .get(&["api", "insecure"])
            .filter(|it| it.value == "true")
            .map(|it| it.map(|_| ())),
        dashboards: dashboard::open(own, labelled),
    }
}

/// Those that are configured; without any Traefik has one of its own, which is not followed.
fn entry_points(own: &Entries) -> Vec<EntryPoint> {
    let each = own.names(&["entrypoints"]).into_iter().filter_map(|name| {
        let path = ["entrypoints", name.as_str()];
        let below = |more: &[&'static str]| [&path[..], more].concat();
        let address = own.get(&below(&["address"]))?;
        let port = port_of(&address.value);
        let redirects = redirection(own, &below(&["http", "redirections", "entrypoint"]));
        let tls = own.has(&below(&["http", "tls"]));
        let forwarded = below(&["forwardedheaders"]);
        let believes = own.has(&forwarded);
        Some(EntryPoint { port, at: address.map(|_| ()), tls, redirects, believes, name })
    });
    each.collect()
}

/// Where an entry point sends all that comes in: to another one, or to a port.
fn redirection(own: &Entries, path: &[&str]) -> Option<Redirect> {
    let below = |last: &'static str| [path, &[last]].concat();
    let to = own.get(&below("to"))?;
    let port = match to.value.strip_prefix(':') {
        Some(port) => port.parse().ok(),
        None => {
            let name = to.value.to_ascii_lowercase();
            own.get(&["entrypoints", &name, "address"]).and_then(|it| port_of(&it.value))
        }
    };
    let scheme = own.get(&below("scheme")).map_or("https", |it| it.value.as_str()).to_owned();
    let permanent = own.get(&below("permanent")).is_none_or(|it| it.value != "false");
    Some(Redirect { at: to.map(|_| ()), scheme, port, permanent })
}

fn port_of(address: &str) -> Option<u16> {
    address.rsplit(':').next()?.split('/').next()?.parse().ok()
}

struct Sources<'a> {
    own: &'a Entries,
    labelled: &'a [Labelled<'a>],
}

/// `name@file`, as who refers to what another provider has.
pub(super) fn bare(name: &str) -> String {
    name.split('@').next().unwrap_or_default().to_ascii_lowercase()
}

impl Sources<'_> {
    fn each(&self) -> impl Iterator<Item = &Entries> {
        std::iter::once(self.own).chain(self.labelled.iter().map(|it| &it.entries))
    }

    fn router(&self, of: &Entries, labels: Option<&Labelled>, name: &str) -> Option<Written> {
        let path = ["http", "routers", name];
        let below = |last: &'static str| [&path[..], &[last]].concat();
        let rule = of.get(&below("rule"))?.clone();
        let template = rule.value.contains("{{");
        let takes = if template { None } else { Rule::parse(&rule.value) };
        let priority = of.get(&below("priority")).and_then(|it| it.value.parse().ok());
        let middlewares = of.list(&below("middlewares"));
        let on = of.list(&below("entrypoints")).into_iter().map(|it| bare(&it.value)).collect();
        let is_off = of.get(&below("tls")).is_some_and(|it| it.value == "false");
        let tls = of.has(&below("tls")) && !is_off;
        let does = self.does(of, labels, name, &middlewares);
        let priority = priority.filter(|it| *it > 0).unwrap_or(rule.value.len());
        let router = Router { name: name.to_owned(), rule, takes, priority, does };
        Some(Written { router, on, tls })
    }

    fn does(
        &self,
        of: &Entries,
        labels: Option<&Labelled>,
        name: &str,
        by: &[Fact<String>],
    ) -> Does {
        let mut sets = Vec::new();
        for middleware in by {
            let name = bare(&middleware.value);
            let path = ["http", "middlewares", name.as_str()];
            let Some(said) = self.each().find(|it| it.has(&path)) else { return Does::Unknown };
            for kind in said.names(&path) {
                let path = [&path[..], &[kind.as_str()]].concat();
                match kind.as_str() {
                    "redirectscheme" => return redirects(said, &path, middleware),
                    "headers" => {
                        let path = [&path[..], &["customrequestheaders"]].concat();
                        for field in said.names(&path) {
                            let value = said.get(&[&path[..], &[field.as_str()]].concat());
                            sets.extend(value.map(|it| (field.clone(), it.clone())));
                        }
                    }
                    kind if LEAVES_PATHS.contains(&kind) => {}
                    _ => return Does::Unknown,
                }
            }
        }
        self.pass(of, labels, name, sets).map_or(Does::Unknown, Does::Pass)
    }

    fn pass(
        &self,
        of: &Entries,
        labels: Option<&Labelled>,
        router: &str,
        sets: Vec<(String, Fact<String>)>,
    ) -> Option<Pass> {
        let named = of.get(&["http", "routers", router, "service"]);
        let own = || of.names(&["http", "services"]);
        // The only one of a container is what its routers are for.
        let name = match (named, labels) {
            (Some(named), _) => bare(&named.value),
            (None, Some(_)) => own().into_iter().next().unwrap_or_default(),
            (None, None) => return None,
        };
        let balancer = ["http", "services", name.as_str(), "loadbalancer"];
        let below = |more: &[&'static str]| [&balancer[..], more].concat();
        let said = self.each().find(|it| !name.is_empty() && it.has(&balancer));
        let keeps = said.and_then(|it| it.get(&below(&["passhostheader"])));
        let keeps_host = keeps.is_none_or(|it| it.value != "false");
        let servers = said.map(|it| it.names(&below(&["servers"]))).unwrap_or_default();
        let urls = servers.iter().filter_map(|server| {
            let path = [&balancer[..], &["servers", server.as_str(), "url"]].concat();
            said?.get(&path)
        });
        let urls: Vec<&Fact<String>> = urls.collect();
        if let Some(first) = urls.first() {
            let to = urls.iter().filter_map(|it| it.try_map(|it| endpoint(it))).collect();
            return Some(Pass { at: (*first).clone(), to, sets, keeps_host, believes: false });
        }
        // The labels of another container say of which the service is.
        let has = |it: &&Labelled| !name.is_empty() && it.entries.has(&balancer);
        let of_service = self.labelled.iter().find(has).or(labels)?;
        let port = said.and_then(|it| it.get(&below(&["server", "port"])));
        let at = match port {
            Some(port) => port.clone(),
            None => of.key(&["http", "routers", router, "rule"])?.map(|()| String::new()),
        };
        let number = match port {
            Some(port) => port.value.parse().ok(),
            None => of_service.port,
        };
        let host = Host::Name(of_service.service.to_ascii_lowercase());
        let to = number.map(|port| at.map(|_| Endpoint::Tcp { host, port }));
        let at = at.map(|_| format!("http://{}", of_service.service));
        Some(Pass { at, to: to.into_iter().collect(), sets, keeps_host, believes: false })
    }

    /// The fields that middlewares add to answers.
    fn added(&self) -> Vec<String> {
        let mut found = Vec::new();
        for said in self.each() {
            for name in said.names(&["http", "middlewares"]) {
                let path = ["http", "middlewares", name.as_str(), "headers"];
                for option in said.names(&path) {
                    let fields: Vec<String> = match option.as_str() {
                        "customresponseheaders" => {
                            said.names(&[&path[..], &["customresponseheaders"]].concat())
                        }
                        option => OPTIONS
                            .iter()
                            .filter(|(it, _)| *it == option)
                            .map(|(_, field)| (*field).to_owned())
                            .collect(),
                    };
                    found.extend(fields);
                }
            }
        }
        found
    }
}

/// What the middleware `redirectScheme` does.
fn redirects(said: &Entries, path: &[&str], named: &Fact<String>) -> Does {
    let get = |last: &'static str| said.get(&[path, &[last]].concat());
    let Some(scheme) = get("scheme") else { return Does::Unknown };
    Does::Redirect(Redirect {
        at: named.map(|_| ()),
        scheme: scheme.value.to_ascii_lowercase(),
        port: get("port").and_then(|it| it.value.parse().ok()),
        permanent: get("permanent").is_some_and(|it| it.value == "true"),
    })
}

/// Options of the middleware `headers` that add a field (its documentation, "Configuration Options").
const OPTIONS: &[(&str, &str)] = &[
    ("stsseconds", "strict-transport-security"),
    ("framedeny", "x-frame-options"),
    ("customframeoptionsvalue", "x-frame-options"),
    ("contenttypenosniff", "x-content-type-options"),
    ("referrerpolicy", "referrer-policy"),
    ("contentsecuritypolicy", "content-security-policy"),
];

/// Middlewares that leave it open neither what is asked nor who answers, or that let some in and others
/// not.
const LEAVES_PATHS: &[&str] = &[
    "basicauth",
    "buffering",
    "circuitbreaker",
    "compress",
    "contenttype",
    "digestauth",
    "errors",
    "inflightreq",
    "ipallowlist",
    "ipwhitelist",
    "ratelimit",
    "retry",
];

fn endpoint(url: &str) -> Option<Endpoint> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (authority, if scheme == "https" { 443 } else { 80 }),
    };
    (!is_symbolic(host)).then(|| Endpoint::Tcp { host: Host::parse(host), port })
}

/// The sites that an entry point has: hosts that the same routers may be for are one, and so is whatever
/// host no router names.
fn sites(point: &EntryPoint, written: &[Written]) -> Vec<Site> {
    let mut found = Vec::new();
    for tls in [false, true] {
        let is_here = |it: &Written| {
            let is_on = it.on.is_empty() || it.on.contains(&point.name);
            // Whoever redirects all that comes in does so before any router is asked.
            point.redirects.is_some() && !tls || is_on && (it.tls || point.tls) == tls
        };
        let mut here: Vec<&Written> = written.iter().filter(|it| is_here(it)).collect();
        here.sort_by_key(|it| std::cmp::Reverse(it.router.priority));
        let mut groups: Vec<(Vec<bool>, Vec<Fact<String>>)> = Vec::new();
        let takers = |host: &str| here.iter().map(|it| it.router.may_take(host)).collect();
        for host in here.iter().flat_map(|it| it.router.hosts()) {
            let takers: Vec<bool> = takers(&host.value);
            match groups.iter_mut().find(|(it, _)| *it == takers) {
                Some((_, hosts)) if hosts.iter().any(|it| it.value == host.value) => {}
                Some((_, hosts)) => hosts.push(host),
                None => groups.push((takers, vec![host])),
            }
        }
        groups.push((takers(NO_HOST), Vec::new()));
        groups.retain(|(takers, _)| takers.contains(&true));
        found.extend(groups.into_iter().map(|(takers, hosts)| {
            let routers = here.iter().zip(takers).filter(|(_, takes)| *takes);
            let routers = routers.map(|(it, _)| it.router.on(point, tls)).collect();
            Site { hosts, tls, port: point.port, listener: point.at.clone(), routers }
        }));
    }
    found
}

/// More routers and hosts than one Traefik has before a project; each host is asked of each router, and
/// a site that is left out may be the one that answers.
const MOST_ROUTERS: usize = 200;
const MOST_HOSTS: usize = 400;

/// A host that nobody names.
const NO_HOST: &str = "kilter.invalid";

impl Router {
    /// The hosts that it names.
    fn hosts(&self) -> Vec<Fact<String>> {
        let hosts = self.takes.iter().flat_map(Rule::hosts);
        hosts.map(|host| self.rule.map(|_| host)).collect()
    }

    /// Whether it may be for some path of a host.
    fn may_take(&self, host: &str) -> bool {
        self.takes.as_ref().is_none_or(|it| it.may_take(host))
    }

    /// The router as an entry point has it.
    fn on(&self, point: &EntryPoint, tls: bool) -> Self {
        let mut router = self.clone();
        match (&point.redirects, &mut router.does) {
            (Some(redirects), does) if !tls => *does = Does::Redirect(redirects.clone()),
            (_, Does::Pass(pass)) => pass.believes = point.believes,
            _ => {}
        }
        router
    }
}

impl Rule {
    /// Whether it may be for some path of a host.
    fn may_take(&self, host: &str) -> bool {
        match self {
            Self::All(rules) => rules.iter().all(|it| it.may_take(host)),
            Self::Any(rules) => rules.iter().any(|it| it.may_take(host)),
            Self::Host(_) => self.takes(host, "") == Some(true),
            Self::Not(rule) => {
                !matches!(&**rule, Self::Host(_)) || self.takes(host, "") == Some(true)
            }
            Self::Path(_) | Self::Prefix(_) | Self::Else => true,
        }
    }
}
