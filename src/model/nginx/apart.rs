//! Configurations of which nginx refuses to load both: it starts with the one or the other.
//!
//! A folder that has a site with certificates beside the same site without has two texts for one
//! place, and what the one lacks the other does not make up for.

use crate::fact::symbol;
use crate::model::nginx::{Address, Config};

impl Config {
    /// Whether both define what one nginx may have only once: all of `http`, an upstream, a shared memory
    /// zone, or the default server of an address. It stops at the second: "duplicate upstream", "is
    /// already bound to key", "a duplicate default server".
    pub fn excludes(&self, other: &Self) -> bool {
        let is_main = |it: &Self| it.http().opener().is_some();
        if is_main(self) && is_main(other) {
            return true;
        }
        let upstreams = || other.upstreams().map(|it| it.name.value);
        let names = self.upstreams().map(|it| it.name.value);
        let mut names = names.filter(|name| !symbol::is_symbolic(name));
        let zones = other.zones();
        let mut of_zones =
            self.zones().into_iter().filter(|it| !symbol::is_symbolic(&it.value.name));
        names.any(|name| upstreams().any(|it| it.eq_ignore_ascii_case(&name)))
            || of_zones.any(|zone| zones.iter().any(|it| it.value == zone.value))
            || self.defaults().any(|it| other.defaults().any(|of_other| it == of_other))
    }

    fn defaults(&self) -> impl Iterator<Item = &Address> {
        let listeners = self.servers().flat_map(|server| server.listeners());
        listeners.filter(|it| it.value.default_server).map(|it| &it.value.address)
    }
}
