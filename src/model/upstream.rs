//! Where nginx's `proxy_pass` leads, in the model's own words.

use crate::fact::Fact;
use crate::model::nginx::{Config, Target};
use crate::model::{Endpoint, Host};

/// The addresses that requests are passed on to; none if variables decide.
pub(super) fn endpoints(config: &Config, target: &Fact<Target>) -> Vec<Fact<Endpoint>> {
    match &target.value {
        Target::Upstream(name) => {
            let Some(upstream) = config.upstream(name) else { return Vec::new() };
            let servers = upstream.servers();
            let alive = servers.iter().filter(|it| !it.value.backup && !it.value.down);
            alive
                .filter_map(|it| Some(it.try_map(|it| endpoint(&it.target))?.given(target)))
                .collect()
        }
        own => endpoint(own).map(|it| target.map(|_| it)).into_iter().collect(),
    }
}

fn endpoint(target: &Target) -> Option<Endpoint> {
    match target {
        Target::Tcp { host, port } => Some(Endpoint::Tcp { host: Host::parse(host), port: *port }),
        Target::Unix(path) => Some(Endpoint::Unix(path.into())),
        Target::Upstream(_) | Target::Variable(_) => None,
    }
}
