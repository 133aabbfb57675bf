//! Shared memory zones: where they are defined, and where something counts in them.

use crate::fact::Fact;
use crate::model::nginx::Config;
use crate::model::nginx::scope::Line;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZoneKind {
    RequestLimit,
    ConnectionLimit,
    /// One namespace for all of nginx's caches.
    Cache,
}

/// A zone by name, at the line that defines or uses it.
#[derive(Clone, Debug)]
pub struct Zone {
    pub kind: ZoneKind,
    pub name: String,
}

impl Config {
    pub fn zones(&self) -> Vec<Fact<Zone>> {
        self.zone_lines(defined)
    }

    pub fn zone_uses(&self) -> Vec<Fact<Zone>> {
        self.zone_lines(used)
    }

    fn zone_lines(&self, zone: fn(&Line) -> Option<Fact<Zone>>) -> Vec<Fact<Zone>> {
        self.levels().flat_map(|level| level.lines()).filter_map(zone).collect()
    }
}

/// `zone=name:size`, `keys_zone=name:size`.
fn defined(line: &Line) -> Option<Fact<Zone>> {
    let (kind, option) = match line.name.as_str() {
        "limit_req_zone" => (ZoneKind::RequestLimit, "zone"),
        "limit_conn_zone" => (ZoneKind::ConnectionLimit, "zone"),
        "proxy_cache_path" | "fastcgi_cache_path" | "uwsgi_cache_path" | "scgi_cache_path" => {
            (ZoneKind::Cache, "keys_zone")
        }
        _ => return None,
    };
    let name = |zone: &String| zone.split(':').next().unwrap_or_default().to_owned();
    Some(line.option(option)?.map(|zone| Zone { kind, name: name(zone) }))
}

fn used(line: &Line) -> Option<Fact<Zone>> {
    let (kind, name) = match line.name.as_str() {
        "limit_req" => (ZoneKind::RequestLimit, line.option("zone")?),
        "limit_conn" => (ZoneKind::ConnectionLimit, line.args.first()?.clone()),
        "proxy_cache" | "fastcgi_cache" | "uwsgi_cache" | "scgi_cache" => {
            let name = line.args.first()?;
            let named = name.value != "off" && !name.value.contains('$');
            (ZoneKind::Cache, named.then(|| name.clone())?)
        }
        _ => return None,
    };
    Some(name.map(|name| Zone { kind, name: name.clone() }))
}
