//! The servers that an application connects to, as its settings name them.
//!
//! `DATABASES`, `CACHES`, channel layers, mail and every setting that is a URL of such a server.
//! What is not known of a connection is left out; who answers there is for the deployment to say.

use crate::fact::{Certainty, Fact, Origin, symbol};
use crate::model::settings::{each_outcome, keys};
use crate::model::{Deployment, Host, Process, ProcessKind, percent};
use crate::python::Value;

#[derive(Clone, Debug)]
pub struct Connection {
    /// `DATABASES`, `CELERY_BROKER_URL`.
    pub setting: String,
    pub kind: ServerKind,
    pub host: Fact<String>,
    /// The kind's own, if the setting names none; `None` if nobody can tell.
    pub port: Option<Fact<u16>>,
    pub user: Option<Fact<String>>,
    pub password: Option<Fact<String>>,
    pub database: Option<Fact<String>>,
    /// Where the module assigns the setting.
    pub assigned: Option<Fact<()>>,
    /// That the process has these settings.
    pub known_by: Fact<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerKind {
    Postgres,
    Mysql,
    Mongo,
    Redis,
    Amqp,
    Memcached,
    Smtp,
    /// Another program's API.
    Http,
}

impl ServerKind {
    fn of_scheme(scheme: &str) -> Option<Self> {
        Some(match scheme.split('+').next()? {
            "postgres" | "postgresql" | "psql" | "pgsql" | "postgis" | "timescale" => {
                Self::Postgres
            }
            "mysql" | "mysql2" | "mariadb" | "mysqlgis" => Self::Mysql,
            "mongodb" => Self::Mongo,
            "redis" | "rediss" | "rediscache" | "valkey" | "valkeys" => Self::Redis,
            "amqp" | "amqps" | "pyamqp" | "rabbitmq" => Self::Amqp,
            _ => return None,
        })
    }

    fn of_engine(engine: &str) -> Option<Self> {
        let postgres = ["postg", "timescale", "psqlextra"];
        match engine {
            _ if postgres.iter().any(|it| engine.contains(it)) => Some(Self::Postgres),
            _ if engine.contains("mysql") => Some(Self::Mysql),
            _ => None,
        }
    }

    fn port(self) -> u16 {
        match self {
            Self::Postgres => 5432,
            Self::Mysql => 3306,
            Self::Mongo => 27017,
            Self::Redis => 6379,
            Self::Amqp => 5672,
            Self::Memcached => 11211,
            Self::Smtp => 25,
            Self::Http => 80,
        }
    }

    fn default_port<T>(self, of: &Fact<T>) -> Fact<u16> {
        let origin = Origin::Default { of: "the client", version: "", source: "its default port" };
        Fact::new(self.port(), origin).given(of)
    }
}

impl Fact<&Process> {
    /// What the process connects to, each server under one name once. Of some nobody knows who logs in
    /// there: those have symbols for it, which may stand for an empty text.
    pub fn connections(&self) -> Vec<Connection> {
        let mut found = self.told_connections();
        let Some(process) = self.value.with_servers() else { return found };
        let mut further = self.map(|_| &process).told_connections();
        further
            .retain(|it| !found.iter().any(|own| own.setting == it.setting && own.kind == it.kind));
        found.append(&mut further);
        found
    }

    /// Those of which all is known that their settings say.
    pub fn told_connections(&self) -> Vec<Connection> {
        let mut found = Vec::new();
        let Some(django) = &self.value.django else { return found };
        let Some(namespace) = django.evaluation.namespace() else { return found };
        for named in namespace.names.iter().filter(|named| !named.perhaps) {
            let mut here = match named.name.as_str() {
                // Celery's beat asks nobody but the broker.
                "DATABASES" | "CACHES" | "CHANNEL_LAYERS" if self.keeps_times_in_a_file() => {
                    continue;
                }
                "DATABASES" => members(&named.value).filter_map(database).collect(),
                "CACHES" => members(&named.value).flat_map(cache).collect(),
                "CHANNEL_LAYERS" => members(&named.value).flat_map(layer).collect(),
                name if name.chars().any(char::is_lowercase) => Vec::new(),
                // Celery reads either, by the namespace that its application gives.
                "BROKER_URL" if namespace.named("CELERY_BROKER_URL").is_some() => Vec::new(),
                // What a variable's absence comes to is judged where the variable is read.
                _ if self.is_default_of_another(&named.value) => Vec::new(),
                name => url(&named.value).map(|it| doubted(it, name)).into_iter().collect(),
            };
            let assigned = named.trail.iter().rfind(|step| step.assigns);
            let assigned = assigned.and_then(|step| step.place).map(|it| Fact::at((), it));
            for connection in &mut here {
                connection.setting.clone_from(&named.name);
                connection.assigned.clone_from(&assigned);
            }
            found.append(&mut here);
        }
        // Its tasks send mail, and those are workers'.
        if self.value.kind != ProcessKind::Scheduler {
            found.extend(self.mail());
        }
        let mut once: Vec<Connection> = Vec::new();
        for mut connection in found {
            if !once.iter().any(|it| it.is_as(&connection)) {
                connection.known_by = django.module.map(|_| ()).given(self);
                once.push(connection);
            }
        }
        once
    }

    /// What it would connect to with the example of its env file, where nothing in view says so. An
    /// example that turns DEBUG on is for a developer's machine.
    pub fn documented_connections(&self) -> Vec<Connection> {
        let Some(process) = self.value.documented() else { return Vec::new() };
        let documented = self.map(|_| &process);
        if documented.get(keys::DEBUG).is_none_or(|it| it.value) {
            return Vec::new();
        }
        let known = self.connections();
        let mut found = documented.connections();
        found
            .retain(|it| !known.iter().any(|own| own.setting == it.setting && own.kind == it.kind));
        // What the example leaves to a default, somebody may set all the same.
        let why = "the example of the env file may not say all that is set";
        for it in found.iter_mut().filter(|it| it.host.evidence().doubt().is_none()) {
            it.host = it.host.clone().doubt(Certainty::Likely, why);
        }
        found
    }

    /// The servers that settings name by an `http://` URL and that the process itself asks: what
    /// browsers are sent to is named alike, and left out.
    pub fn apis(&self) -> Vec<Connection> {
        let Some(django) = &self.value.django else { return Vec::new() };
        let Some(namespace) = django.evaluation.namespace() else { return Vec::new() };
        let mut found = Vec::new();
        for named in namespace.names.iter().filter(|named| !named.perhaps) {
            let asked = named.value.value.text().is_some_and(|url| is_asked(&named.name, url));
            let Some(mut connection) = address(&named.value, ServerKind::Http).filter(|_| asked)
            else {
                continue;
            };
            let assigned = named.trail.iter().rfind(|step| step.assigns);
            connection.assigned = assigned.and_then(|step| step.place).map(|it| Fact::at((), it));
            connection.setting.clone_from(&named.name);
            connection.known_by = django.module.map(|_| ()).given(self);
            found.push(connection);
        }
        found
    }

    fn mail(&self) -> Option<Connection> {
        let backend = self.get(keys::EMAIL_BACKEND)?;
        // As the module has it: that the process runs it is told apart.
        let host = match self.value.django.as_ref()?.evaluation.get("EMAIL_HOST") {
            Some(host) => host.try_map(|it| it.text().map(str::to_owned))?,
            None => self.own_mail_host()?,
        };
        if !backend.value.ends_with("smtp.EmailBackend") || !is_name(&host.value) {
            return None;
        }
        let port = match self.setting("EMAIL_PORT") {
            Some(port) => port.try_map(port_of),
            None => Some(ServerKind::Smtp.default_port(&host)),
        };
        Some(Connection {
            setting: "EMAIL_HOST".to_owned(),
            assigned: self.assigned(keys::EMAIL_HOST),
            port,
            ..Connection::to(ServerKind::Smtp, host)
        })
    }
}

impl Fact<&Process> {
    /// Whether a setting is written out to be the default of a variable that another reads:
    /// `CACHE_URL = env("CACHE_URL", default=CACHE_DEFAULT)`.
    fn is_default_of_another(&self, value: &Fact<Value>) -> bool {
        let Some(read) = self.default_in(value) else { return false };
        let mut places = value.evidence().origins().iter().filter_map(|it| it.place());
        // What is read has the reading among its origins.
        read.statement.is_some_and(|call| !places.any(|it| call.contains(it)))
    }

    /// Django's own `EMAIL_HOST`, where the settings ask for SMTP and name no host.
    fn own_mail_host(&self) -> Option<Fact<String>> {
        let asked = self.assigned(keys::EMAIL_BACKEND)?;
        let own = self.get(keys::EMAIL_HOST)?;
        Some(asked.map(|()| own.value.clone()).given(&own))
    }
}

/// What Celery reads its broker from, with and without the namespace that Django's settings mostly have.
pub(super) const BROKER_URLS: [&str; 2] = ["CELERY_BROKER_URL", "BROKER_URL"];

impl Connection {
    fn to(kind: ServerKind, host: Fact<String>) -> Self {
        let port = Some(kind.default_port(&host));
        let (user, password, database, assigned) = (None, None, None, None);
        let (setting, known_by) = (String::new(), host.map(|_| ()));
        Self { setting, kind, host, port, user, password, database, assigned, known_by }
    }

    /// Whether it is Celery's, to the broker.
    pub fn is_of_broker(&self) -> bool {
        BROKER_URLS.contains(&self.setting.as_str())
    }

    pub fn address(&self) -> Host {
        Host::parse(&self.host.value)
    }

    fn is_as(&self, other: &Self) -> bool {
        let values = |it: &Self| {
            let texts = [&it.user, &it.password, &it.database];
            let texts = texts.map(|text| text.as_ref().map(|it| it.value.clone()));
            (it.host.value.clone(), it.port.as_ref().map(|it| it.value), texts)
        };
        self.kind == other.kind && values(self) == values(other)
    }
}

impl Deployment {
    /// Whether a process never connects there: it is none of Celery's, no code sends tasks, and Celery
    /// goes to its broker when the first is sent; or nothing sends mail.
    pub fn never_asks(&self, process: &Process, connection: &Connection) -> bool {
        let sends_none = self.surroundings.sends_no_tasks();
        !process.runs_celery() && connection.is_of_broker() && sends_none
            || connection.setting == keys::EMAIL_HOST.name && !self.may_send_mail(&process.fact())
    }
}

/// Of a URL that goes by a name of the project's own, nobody can tell whether it is used.
fn doubted(connection: Connection, name: &str) -> Connection {
    let used = ["CELERY_", "BROKER_URL", "REDIS_URL", "DATABASE_URL"];
    if used.iter().any(|it| name.starts_with(it)) {
        return connection;
    }
    let host = connection.host.clone();
    let host = host.doubt(Certainty::Likely, "whether the setting is used is not known");
    Connection { host, ..connection }
}

/// The values of a dict whose keys are only names.
fn members(value: &Fact<Value>) -> impl Iterator<Item = &Fact<Value>> {
    value.value.entries().map(|entry| &entry.value)
}

fn database(value: &Fact<Value>) -> Option<Connection> {
    let text = |key: &str| value.value.get(key)?.try_map(|it| it.text().map(str::to_owned));
    let kind = ServerKind::of_engine(&text("ENGINE")?.value)?;
    let host = text("HOST").filter(|host| is_name(&host.value))?;
    let port = match value.value.get("PORT") {
        None => Some(kind.default_port(&host)),
        Some(port) if port.value.truth() == Some(false) => Some(kind.default_port(port)),
        Some(port) => port.try_map(port_of).or_else(|| port_by_default(port)),
    };
    let said = |key: &str| text(key).filter(|it| !it.value.is_empty());
    let (user, password, database) = (said("USER"), said("PASSWORD"), said("NAME"));
    Some(Connection { port, user, password, database, ..Connection::to(kind, host) })
}

/// The port that a default names, where a variable may say another one.
fn port_by_default(port: &Fact<Value>) -> Option<Fact<u16>> {
    let mut ports = Vec::new();
    each_outcome(port, &mut |outcome| ports.extend(outcome.try_map(port_of)));
    let first = ports.first()?.clone();
    let alike = ports.iter().all(|it| it.value == first.value);
    alike.then(|| first.doubt(Certainty::Likely, "a variable may name another port"))
}

fn cache(value: &Fact<Value>) -> Vec<Connection> {
    let text = |key: &str| value.value.get(key)?.try_map(|it| it.text().map(str::to_owned));
    let memcached = text("BACKEND").is_some_and(|it| it.value.contains("memcached"));
    let Some(location) = value.value.get("LOCATION") else { return Vec::new() };
    let each = match location.value.items() {
        Some(items) => items.iter().collect(),
        None => vec![location],
    };
    let one = |it: &Fact<Value>| match memcached {
        true => pair(it, ServerKind::Memcached),
        false => url(it),
    };
    let mut found: Vec<Connection> = each.into_iter().filter_map(one).collect();
    // django-redis and redis-py take it beside the address as well.
    let options = value.value.get("OPTIONS");
    let given = ["PASSWORD", "password"].iter().find_map(|key| options?.value.get(key));
    let pool = options.and_then(|it| it.value.get("CONNECTION_POOL_KWARGS"));
    let given = given.or_else(|| pool?.value.get("password"));
    if let Some(text) = given.map(password) {
        found.iter_mut().for_each(|it| _ = it.password.get_or_insert_with(|| text.clone()));
    }
    found
}

/// A password that stands beside an address; what is no text is some password nevertheless.
fn password(value: &Fact<Value>) -> Fact<String> {
    value.map(|it| it.text().unwrap_or("${PASSWORD}").to_owned())
}

fn layer(value: &Fact<Value>) -> Vec<Connection> {
    let hosts = value.value.get("CONFIG").and_then(|config| config.value.get("hosts"));
    let Some(hosts) = hosts.and_then(|hosts| hosts.value.items()) else { return Vec::new() };
    let one = |it: &Fact<Value>| match &it.value {
        Value::Tuple(parts) | Value::List(parts) => {
            let [host, port] = parts.as_slice() else { return None };
            let host = host.try_map(|it| it.text().filter(|it| is_name(it)).map(str::to_owned))?;
            let port = port.try_map(port_of);
            Some(Connection { port, ..Connection::to(ServerKind::Redis, host) })
        }
        Value::Dict(_) => {
            let beside = it.value.get("password").map(password);
            let found = url(it.value.get("address")?)?;
            Some(Connection { password: found.password.clone().or(beside), ..found })
        }
        _ => url(it),
    };
    hosts.iter().filter_map(one).collect()
}

/// `host:port`, as memcached's clients take it.
fn pair(value: &Fact<Value>, kind: ServerKind) -> Option<Connection> {
    let text = value.try_map(|it| it.text().map(str::to_owned))?;
    let (host, port) = text.value.rsplit_once(':').unwrap_or((&text.value, ""));
    if !is_name(host) {
        return None;
    }
    let port = match port {
        "" => Some(kind.default_port(&text)),
        port => text.try_map(|_| port.parse().ok()),
    };
    Some(Connection { port, ..Connection::to(kind, text.map(|_| host.to_owned())) })
}

/// Whether name and path of a URL say that the process itself asks it.
fn is_asked(name: &str, url: &str) -> bool {
    const BY_PROGRAMS: [&str; 4] = ["API", "SERVICE", "ENGINE", "INTERNAL"];
    const BY_BROWSERS: [&str; 10] = [
        "BASE", "CALLBACK", "CLIENT", "DOMAIN", "FRONTEND", "PUBLIC", "REDIRECT", "ROOT", "SITE",
        "WEB",
    ];
    let has = |words: &[&str]| name.split('_').any(|it| words.contains(&it));
    let path = url.split_once("://").and_then(|(_, rest)| Some(rest.split_once('/')?.1));
    let of_api = path.is_some_and(|it| it.starts_with("api/"));
    !has(&BY_BROWSERS) && (has(&BY_PROGRAMS) || of_api)
}

/// A URL of a server that is known here.
fn url(value: &Fact<Value>) -> Option<Connection> {
    let (scheme, _) = value.value.text()?.split_once("://")?;
    address(value, ServerKind::of_scheme(scheme)?)
}

/// `scheme://user:password@host:port/database?…` (RFC 3986).
fn address(value: &Fact<Value>, kind: ServerKind) -> Option<Connection> {
    let text = value.try_map(|it| it.text().map(str::to_owned))?;
    let (scheme, rest) = text.value.split_once("://")?;
    if kind == ServerKind::Http && scheme != "http" {
        return None;
    }
    // Several servers, or a part that nobody has filled in.
    if rest.contains([';', ',']) || symbol::is_symbolic(rest) {
        return None;
    }
    let rest = rest.split(['?', '#']).next()?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (credentials, address) = match authority.rsplit_once('@') {
        Some((credentials, address)) => (Some(credentials), address),
        None => (None, authority),
    };
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (address, None),
    };
    if !is_name(host) {
        return None;
    }
    let part = |it: &str| {
        (!it.is_empty())
            .then(|| text.map(|_| percent::decoded(it).unwrap_or_else(|| it.to_owned())))
    };
    let port = match port {
        None | Some("") => Some(kind.default_port(&text)),
        Some(port) => text.try_map(|_| port.parse().ok()),
    };
    let (user, password) = match credentials {
        Some(both) => both.split_once(':').unwrap_or((both, "")),
        None => ("", ""),
    };
    Some(Connection {
        port,
        user: part(user),
        password: part(password),
        database: part(path),
        ..Connection::to(kind, text.map(|_| host.to_owned()))
    })
}

/// Whether a client looks this up, and it is no socket file and no list. Nor what is left of a URL where
/// the `@` is missing: `user:password` is never to be shown as a host.
fn is_name(host: &str) -> bool {
    let is_bare = !host.contains(['/', ',', ' ', '%', ':', '@']) || host.starts_with('[');
    !host.is_empty() && is_bare && !symbol::is_symbolic(host)
}

pub(super) fn port_of(value: &Value) -> Option<u16> {
    match value {
        Value::Int(port) => u16::try_from(*port).ok(),
        other => other.text()?.parse().ok(),
    }
}
