//! Where the names of sites lead, if that was asked for.

use crate::doctor::observe::answers::hosts;
use crate::doctor::transcript::Transcript;
use crate::fact::Fact;
use crate::host::Host;
use crate::model::Deployment;
use crate::model::observed::{Named, Seen};
use crate::source::Sources;
use std::net::IpAddr;

/// More names than these take too long, and share the fate of the first.
const MOST: usize = 16;

/// Names that only some network knows (RFC 6761, RFC 6762, RFC 8375, and what ICANN reserved).
const OF_NETWORKS: &[&str] =
    &["arpa", "example", "internal", "invalid", "lan", "local", "localdomain", "localhost", "test"];

pub(super) fn of_sites(
    deployment: &Deployment,
    host: &dyn Host,
    sources: &mut Sources,
) -> Vec<Named> {
    let mut names: Vec<Fact<String>> = Vec::new();
    for name in deployment.sites.iter().filter(|site| site.installed).flat_map(hosts) {
        let last = name.value.rsplit('.').next().unwrap_or_default();
        let is_public = name.value.contains('.')
            && !OF_NETWORKS.contains(&last)
            && name.value.parse::<IpAddr>().is_err();
        if is_public && !names.iter().any(|it| it.value == name.value) {
            names.push(name);
        }
    }
    names.into_iter().take(MOST).filter_map(|name| look_up(name, host, sources)).collect()
}

fn look_up(name: Fact<String>, host: &dyn Host, sources: &mut Sources) -> Option<Named> {
    let answer: Seen<Option<Vec<IpAddr>>> = host.resolve(&name.value).map_err(Into::into);
    let addresses = answer.transpose()?.map(|addresses| {
        let mut transcript = Transcript::new(format!("the addresses of {}", name.value));
        let listed: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let part = transcript.line(&match listed.as_slice() {
            [] => "there is no such name".to_owned(),
            some => some.join(" "),
        });
        transcript.keep(sources).fact(addresses, part)
    });
    Some(Named { host: name, addresses })
}
