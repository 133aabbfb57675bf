//! Where a client of Redis connects to: server and database, as redis-py reads a URL.

use crate::fact::Fact;
use crate::model::connection::port_of;
use crate::model::{CACHES, CHANNEL_LAYERS, Host, Process, Value};

/// One database of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redis {
    pub host: Host,
    pub port: u16,
    pub database: u32,
}

impl Redis {
    /// `None` for another scheme, a socket, or what a placeholder decides.
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        if !matches!(scheme, "redis" | "rediss") {
            return None;
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
        // Who logs in says nothing of the server.
        if [address, path, query].iter().any(|it| it.contains("${")) {
            return None;
        }
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (address, 6379),
        };
        let host = if host.is_empty() { "localhost" } else { host };
        // The query wins (redis-py, `parse_url`).
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("db="));
        // redis-py drops every slash: `/0/1` is database 1 (measured with 5.0).
        let path = path.replace('/', "");
        let path = if path.is_empty() { "0" } else { &path };
        let database = asked.unwrap_or(path).parse().ok()?;
        Some(Self { host: Host::parse(host), port, database })
    }
}

impl Fact<&Process> {
    /// The backend and the address of a cache that clears with FLUSHDB, as Django's own and
    /// django-redis do.
    pub fn redis_cache(&self) -> Option<(Fact<Value>, Fact<String>)> {
        let backend = self.entry(CACHES, &["default", "BACKEND"])?;
        // django-prometheus counts what goes through, and leaves the rest to the two (its
        // `cache/backends/redis.py`).
        let flushes = [
            "django.core.cache.backends.redis.RedisCache",
            "django_prometheus.cache.backends.redis.NativeRedisCache",
            "django_prometheus.cache.backends.redis.RedisCache",
            "django_redis.cache.RedisCache",
        ];
        if !flushes.contains(&backend.value.text()?) {
            return None;
        }
        let location = self.entry(CACHES, &["default", "LOCATION"])?;
        Some((backend, only_text(&location)?))
    }

    /// The address of the channel layer, if it is one Redis.
    pub fn channel_layer(&self) -> Option<Fact<String>> {
        let backend = self.entry(CHANNEL_LAYERS, &["default", "BACKEND"])?;
        if !backend.value.text()?.starts_with("channels_redis.") {
            return None;
        }
        let hosts = self.entry(CHANNEL_LAYERS, &["default", "CONFIG", "hosts"])?;
        only_text(&hosts).or_else(|| only_pair(&hosts))
    }
}

/// A text, or the only one of a list.
fn only_text(value: &Fact<Value>) -> Option<Fact<String>> {
    match value.value.items() {
        Some([only]) => only.try_map(|it| it.text().map(str::to_owned)).map(|it| it.given(value)),
        Some(_) => None,
        None => value.try_map(|it| it.text().map(str::to_owned)),
    }
}

/// The address of the only pair of host and port in a list (channels_redis, "hosts").
fn only_pair(value: &Fact<Value>) -> Option<Fact<String>> {
    let [only] = value.value.items()? else { return None };
    let [host, port] = only.value.items()? else { return None };
    let port = port.try_map(port_of)?;
    let host = host.try_map(|it| it.text().map(str::to_owned))?;
    Some(host.map(|host| format!("redis://{host}:{port}")).given(value))
}
