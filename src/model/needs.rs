//! Services that the settings of a process lead to on its own machine.

use crate::fact::Fact;
use crate::model::Process;
use crate::model::connection::BROKER_URLS;
use crate::python::Value;

/// A database, cache or broker that a process connects to without leaving the machine.
#[derive(Clone, Debug)]
pub struct LocalService {
    pub kind: ServiceKind,
    /// What says that it is on this machine, as near to its source as can be.
    pub from: Fact<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServiceKind {
    Postgres,
    Mysql,
    Redis,
    Rabbit,
    Memcached,
}

impl ServiceKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL",
            Self::Redis => "Redis",
            Self::Rabbit => "RabbitMQ",
            Self::Memcached => "memcached",
        }
    }

    /// The unit that Debian's package brings.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql.service",
            Self::Mysql => "mysql.service",
            Self::Redis => "redis-server.service",
            Self::Rabbit => "rabbitmq-server.service",
            Self::Memcached => "memcached.service",
        }
    }

    /// Whether a unit's name says that it is such a service, or what may contain one.
    pub fn is_started_by(self, unit: &str) -> bool {
        let words: &[&str] = match self {
            Self::Postgres => &["postgres", "pgbouncer", "patroni"],
            Self::Mysql => &["mysql", "mariadb"],
            Self::Redis => &["redis", "valkey", "keydb"],
            Self::Rabbit => &["rabbit"],
            Self::Memcached => &["memcache"],
        };
        let containers = ["docker", "podman", "containerd"];
        words.iter().chain(&containers).any(|word| unit.contains(word))
    }

    fn of_scheme(scheme: &str) -> Option<Self> {
        match scheme {
            "redis" | "rediss" | "redis+socket" | "unix" => Some(Self::Redis),
            "amqp" | "pyamqp" | "amqps" => Some(Self::Rabbit),
            _ => None,
        }
    }
}

impl Fact<&Process> {
    /// The services on this machine that the settings connect to, each once.
    pub fn local_services(&self) -> Vec<LocalService> {
        let mut found = Vec::new();
        found.extend(self.local_database());
        found.extend(self.local_cache());
        found.extend(self.local_layer());
        for name in BROKER_URLS {
            let broker = self.own(name);
            found.extend(broker.and_then(|url| self.at_url(&url, None)));
        }
        found.sort_by_key(|it: &LocalService| it.kind);
        found.dedup_by_key(|it| it.kind);
        found
    }

    /// The module's own value, resting on nothing but what it was made of.
    fn own(&self, name: &str) -> Option<Fact<Value>> {
        self.value.django.as_ref()?.evaluation.namespace()?.get(name)
    }

    fn local_database(&self) -> Option<LocalService> {
        let databases = self.setting("DATABASES")?;
        let default = databases.value.get("default")?;
        let engine = default.value.get("ENGINE")?.value.text()?.to_owned();
        let kind = match engine.rsplit('.').next()? {
            "postgresql" | "postgresql_psycopg2" | "postgis" => ServiceKind::Postgres,
            "mysql" => ServiceKind::Mysql,
            _ => return None,
        };
        let host = default.value.get("HOST")?;
        let local = host.value.text().is_some_and(|it| it.is_empty() || is_local(it));
        local.then(|| self.service(kind, host))
    }

    fn local_cache(&self) -> Option<LocalService> {
        let caches = self.setting("CACHES")?;
        let default = caches.value.get("default")?;
        let backend = default.value.get("BACKEND")?.value.text()?.to_ascii_lowercase();
        let location = default.value.get("LOCATION")?;
        let first = match location.value.items() {
            Some(items) => items.first()?,
            None => location,
        };
        if backend.contains("memcache") {
            let host = first.value.text()?.trim_start_matches("unix:");
            let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
            return is_local(host).then(|| self.service(ServiceKind::Memcached, first));
        }
        backend.contains("redis").then(|| self.at_url(first, Some(ServiceKind::Redis)))?
    }

    /// The Redis that WebSockets of all processes meet in. A worker asks it when some task has something to
    /// send, and starts without.
    fn local_layer(&self) -> Option<LocalService> {
        if !self.value.kind.is_web() {
            return None;
        }
        let address = self.channel_layer()?.map(|it| Value::Str(it.clone()));
        self.at_url(&address, Some(ServiceKind::Redis))
    }

    /// The service that a URL leads to, if that is this machine.
    fn at_url(&self, url: &Fact<Value>, kind: Option<ServiceKind>) -> Option<LocalService> {
        let (scheme, rest) = url.value.text()?.split_once("://")?;
        let kind = kind.or_else(|| ServiceKind::of_scheme(scheme))?;
        let authority = rest.split(['/', '?']).next()?;
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = match host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => host,
        };
        let by_socket = rest.starts_with('/');
        (by_socket || is_local(host)).then(|| self.service(kind, url))
    }

    fn service(&self, kind: ServiceKind, value: &Fact<Value>) -> LocalService {
        let from = self.outside(value).unwrap_or_else(|| value.map(|_| ()).given(self));
        LocalService { kind, from }
    }
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]") || host.starts_with('/')
}
