//! Shared memory zones: where they are defined, and where something counts in them.

use crate::fact::{Fact, symbol};
use crate::model::nginx::scope::Line;
use crate::model::nginx::{Config, Level};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZoneKind {
    RequestLimit,
    ConnectionLimit,
    /// One namespace for all of nginx's caches.
    Cache,
}

/// A zone by name, at the line that defines or uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// Zones that nothing counts in; none unless everything that could is in view.
    pub fn unused_zones(&self) -> Vec<Fact<Zone>> {
        if !self.is_whole() {
            return Vec::new();
        }
        let uses = self.zone_uses();
        let any_cache = self.levels().flat_map(Level::lines).any(names_cache_by_variable);
        let mut zones = self.zones();
        zones.retain(|zone| {
            let used = uses.iter().any(|it| it.value == zone.value);
            !used && (!any_cache || zone.value.kind != ZoneKind::Cache)
        });
        zones
    }

    /// Zones that something counts in and nothing defines, without which nginx does not start.
    pub fn undefined_zones(&self) -> Vec<Fact<Zone>> {
        if !self.is_whole() {
            return Vec::new();
        }
        let zones = self.zones();
        let mut uses = self.zone_uses();
        uses.retain(|it| {
            !symbol::is_symbolic(&it.value.name) && !zones.iter().any(|zone| zone.value == it.value)
        });
        uses
    }

    fn zone_lines(&self, zone: fn(&Line) -> Option<Fact<Zone>>) -> Vec<Fact<Zone>> {
        self.levels().flat_map(|level| level.lines()).filter_map(zone).collect()
    }
}

fn names_cache_by_variable(line: &Line) -> bool {
    line.name.ends_with("_cache") && line.arg(0).is_some_and(|name| name.contains('$'))
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
