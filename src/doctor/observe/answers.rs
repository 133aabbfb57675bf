//! Asks what listens: sites under their names, applications as their proxy does, and the servers
//! that they depend on.
//!
//! Each address is asked a few questions and no more, one after the other.

use crate::doctor::transcript::Transcript;
use crate::fact::{Certainty, Fact};
use crate::host::{Address, Ask, Host, Probe, Reply};
use crate::model::observed::{Answered, Asked, Backend, Page, Seen, Unseen};
use crate::model::{
    ALLOWED_HOSTS, Connection, Deployment, Endpoint, Host as Name, Process,
    SECURE_PROXY_SSL_HEADER, STATIC_ROOT, STATIC_URL, ServerKind, Site,
};
use crate::source::{Sources, StatKind};
use camino::{Utf8Path, Utf8PathBuf};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// A site with more names is asked under the first ones.
const MOST_NAMES: usize = 8;

/// A name that nobody can have (RFC 6761, 6.4).
const STRANGER: &str = "kilter-doctor.invalid";

/// What is to be asked, and why.
struct Question {
    asked: Asked,
    probe: Probe,
    url: String,
    named: Fact<()>,
    by: String,
}

pub(super) fn of_sites(
    deployment: &Deployment,
    host: &dyn Host,
    sources: &mut Sources,
) -> Vec<Answered> {
    let mut questions = Vec::new();
    for (site, app) in deployment.proxied() {
        // What is declared of a path is more than what any may answer, so it comes first.
        of_declared(deployment, site, &app, &mut questions);
        of_names(site, &mut questions);
        of_file(site, &app, host, &mut questions);
        of_app(deployment, site, &app, &mut questions);
    }
    let mut once: Vec<Question> = Vec::new();
    for question in questions {
        if !once.iter().any(|it| it.probe == question.probe) {
            once.push(question);
        }
    }
    once.into_iter().map(|question| ask(question, host, sources)).collect()
}

fn ask(question: Question, host: &dyn Host, sources: &mut Sources) -> Answered {
    let Question { asked, probe, url, named, by } = question;
    let page = host.probe(&probe).map_err(Unseen::from).and_then(|reply| match reply {
        Reply { refused: true, .. } => Ok(None),
        Reply { status: Some(status), location, length, debug, .. } => {
            let mut transcript = Transcript::new(format!("GET {url}"));
            let mut part = transcript.say(&format!("{status}"));
            if let Some(location) = &location {
                part = part.to(transcript.say(&format!(" to {location}")));
            }
            transcript.line(if debug { ", Django's page for developers" } else { "" });
            let kept = transcript.keep(sources);
            Ok(Some(kept.fact(Page { status, location, length, debug }, part)))
        }
        Reply { status: None, .. } => {
            Err(Unseen { why: "what came back is no HTTP".to_owned(), remedy: None })
        }
    });
    Answered { asked, url, named, by, page }
}

/// A plain port of the site, as the machine itself reaches it.
fn plain_port(site: &Site) -> Option<u16> {
    let mut plain = site.listeners.iter().filter(|listener| !listener.value.tls);
    plain.find_map(|listener| listener.value.port)
}

pub(super) fn hosts(site: &Site) -> impl Iterator<Item = Fact<String>> {
    site.hosts().take(MOST_NAMES)
}

pub(super) fn local(port: u16) -> Address {
    Address::Tcp(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port))
}

fn http(host: &str, path: &str, https: bool) -> Ask {
    Ask::Http { host: host.to_owned(), path: path.to_owned(), https }
}

fn of_names(site: &Site, questions: &mut Vec<Question>) {
    let Some(port) = plain_port(site) else { return };
    for host in hosts(site) {
        questions.push(Question {
            asked: Asked::Site,
            probe: Probe { to: local(port), ask: http(&host.value, "/", false) },
            url: format!("http://{host}/"),
            named: host.map(|_| ()),
            by: site.name.clone(),
        });
    }
}

fn of_app(
    deployment: &Deployment,
    site: &Site,
    app: &Fact<&Process>,
    questions: &mut Vec<Question>,
) {
    let allowed = app.get(ALLOWED_HOSTS).unwrap_or_else(|| app.map(|_| Vec::new()));
    let mut allowed = allowed.value.into_iter().map(|it| it.value);
    let allowed = allowed.find(|it| !it.starts_with(['.', '*']));
    let Some(known) = allowed.or(hosts(site).next().map(|it| it.value)) else { return };
    let https = is_told_of_https(app);
    for (upstream, to) in upstreams(deployment, site, app) {
        let mut add = |asked, host: &str| {
            questions.push(Question {
                asked,
                probe: Probe { to: to.clone(), ask: http(host, "/", https) },
                url: format!("http://{host}/ of {}", upstream.value),
                named: upstream.map(|_| ()),
                by: app.value.name.clone(),
            });
        };
        add(Asked::App { https }, &known);
        add(Asked::Stranger, STRANGER);
    }
}

/// The paths whose status is declared, under the first name of the site: of the site itself, or of
/// the application, where the site speaks TLS.
fn of_declared(
    deployment: &Deployment,
    site: &Site,
    app: &Fact<&Process>,
    questions: &mut Vec<Question>,
) {
    let Some(contract) = &deployment.contract else { return };
    let Some(host) = hosts(site).next() else { return };
    let speaks_tls = deployment.speaks_tls(&host.value);
    let (to, https, by) = if speaks_tls {
        let Some((_, to)) = upstreams(deployment, site, app).next() else { return };
        (to, is_told_of_https(app), app.value.name.clone())
    } else {
        let Some(port) = plain_port(site) else { return };
        (local(port), false, site.name.clone())
    };
    for (path, status) in &contract.routes {
        let of_app = if speaks_tls { " of the application" } else { "" };
        questions.push(Question {
            asked: Asked::Declared(status.value),
            probe: Probe { to: to.clone(), ask: http(&host.value, &path.value, https) },
            url: format!("http://{host}{}{of_app}", path.value),
            named: Fact::at((), status.place),
            by: by.clone(),
        });
    }
}

fn is_told_of_https(app: &Fact<&Process>) -> bool {
    let header = app.get(SECURE_PROXY_SSL_HEADER);
    header.is_some_and(|it| it.value.0 == "HTTP_X_FORWARDED_PROTO")
}

/// Where a site passes on to the process itself, static files aside.
fn upstreams<'d>(
    deployment: &'d Deployment,
    site: &'d Site,
    app: &'d Fact<&Process>,
) -> impl Iterator<Item = (&'d Fact<Endpoint>, Address)> {
    let upstreams = deployment.routes_of(site, app.value).flat_map(|route| &route.upstreams);
    upstreams.filter_map(|upstream| Some((upstream, address(&upstream.value)?)))
}

/// One that this machine reaches without leaving it.
fn address(endpoint: &Endpoint) -> Option<Address> {
    match endpoint {
        Endpoint::Unix(path) if path.is_absolute() => Some(Address::Unix(path.clone())),
        Endpoint::Tcp { host: Name::Loopback | Name::Any, port } => Some(local(*port)),
        Endpoint::Tcp { .. } | Endpoint::Unix(_) => None,
    }
}

/// A file that `collectstatic` put there, as a browser would ask for it.
fn of_file(site: &Site, app: &Fact<&Process>, host: &dyn Host, questions: &mut Vec<Question>) {
    let (Some(port), Some(name)) = (plain_port(site), hosts(site).next()) else {
        return;
    };
    let (Some(root), Some(url)) = (app.get(STATIC_ROOT), app.get(STATIC_URL)) else { return };
    let Some((file, size)) = some_file(&root.value, host) else { return };
    let Ok(below) = file.strip_prefix(&root.value) else { return };
    let prefix = url.value.trim_matches('/');
    let path = format!("/{prefix}/{below}");
    if url.value.contains("://") || prefix.is_empty() {
        return;
    }
    questions.push(Question {
        asked: Asked::File(size),
        url: format!("http://{name}{path}"),
        probe: Probe { to: local(port), ask: http(&name.value, &path, false) },
        named: root.map(|_| ()),
        by: site.name.clone(),
    });
}

/// The first file below a folder whose name needs no quoting in a URL, not far down.
fn some_file(folder: &Utf8Path, host: &dyn Host) -> Option<(Utf8PathBuf, u64)> {
    let mut folders = vec![folder.to_owned()];
    let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    for _ in 0..16 {
        let folder = folders.pop()?;
        let names = host.names(&folder).ok()?;
        for name in names.iter().filter(|name| plain(name) && !name.starts_with('.')).take(8) {
            let path = folder.join(name);
            match host.stat(&path).ok().flatten() {
                Some(stat) if stat.kind == StatKind::File && stat.size > 0 => {
                    return Some((path, stat.size));
                }
                Some(stat) if stat.kind == StatKind::Dir => folders.push(path),
                Some(_) | None => {}
            }
        }
    }
    None
}

pub(super) fn of_backends(
    deployment: &Deployment,
    host: &dyn Host,
    sources: &mut Sources,
) -> Vec<Backend> {
    let mut found: Vec<Backend> = Vec::new();
    for process in deployment.daemons().filter(|it| it.kind.is_app()) {
        for connection in process.fact().told_connections() {
            let Some(to) = server(&connection) else { continue };
            let at = match &to {
                Address::Tcp(at) => at.to_string(),
                Address::Unix(path) => path.to_string(),
            };
            let again = found.iter().any(|it| it.at == at && it.kind == connection.kind);
            if connection.host.evidence().certainty() < Certainty::Certain || again {
                continue;
            }
            found.push(Backend {
                kind: connection.kind,
                setting: connection.setting.clone(),
                process: process.name.clone(),
                answers: answers(connection.kind, to, &at, host, sources),
                named: process.fact().outside_part(&connection.host).unwrap_or(connection.known_by),
                at,
            });
        }
    }
    found
}

/// Where a connection leads, if that is on this machine.
fn server(connection: &Connection) -> Option<Address> {
    let port = connection.port.as_ref()?.value;
    let path = Utf8Path::new(&connection.host.value);
    match (connection.address(), connection.kind) {
        (Name::Loopback, _) => Some(local(port)),
        // libpq's sockets are named after the port.
        (_, ServerKind::Postgres) if path.is_absolute() => {
            Some(Address::Unix(path.join(format!(".s.PGSQL.{port}"))))
        }
        _ => None,
    }
}

fn answers(
    kind: ServerKind,
    to: Address,
    at: &str,
    host: &dyn Host,
    sources: &mut Sources,
) -> Seen<Fact<bool>> {
    let ask = match kind {
        ServerKind::Redis => Ask::Redis,
        ServerKind::Postgres => Ask::Postgres,
        ServerKind::Mysql
        | ServerKind::Mongo
        | ServerKind::Amqp
        | ServerKind::Http
        | ServerKind::Memcached
        | ServerKind::Smtp => Ask::Connect,
    };
    let asks = ask.clone();
    let reply = host.probe(&Probe { to, ask }).map_err(Unseen::from)?;
    let fits = match (&asks, &reply.word) {
        _ if reply.refused => false,
        (Ask::Redis, word) => word.as_deref().is_some_and(|it| it != "ERR"),
        (Ask::Postgres, word) => word.as_deref().is_some_and(|it| "SNE".contains(it)),
        (Ask::Connect | Ask::Http { .. } | Ask::Tls { .. }, _) => true,
    };
    let mut transcript = Transcript::new(format!("connecting to {at}"));
    let part = transcript.line(match (&reply.word, reply.refused) {
        (_, true) => "refused: nothing listens there",
        (None, false) if fits => "connected",
        (None, false) => "answered with something else",
        (Some(word), false) => word,
    });
    Ok(transcript.keep(sources).fact(fits, part))
}
