//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};
use std::net::IpAddr;

pub(super) static RULE: Rule = Rule {
    id: "nginx/external-resolver",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/external-resolver.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for line in config.levels().flat_map(|level| level.own("resolver")) {
        let Some(server) = line.args.iter().find(|arg| is_public(&arg.value)) else { continue };
        out.report(
            server,
            "names are looked up at a public server, over a way where answers can be forged",
            server.label("asked by UDP, without any proof"),
        )
        .help("ask a resolver of the machine or of its network");
    }
}

fn is_public(address: &str) -> bool {
    let bare = address.trim_start_matches('[');
    let bare = bare.split_once(']').map_or(bare, |(inner, _)| inner);
    let alone = bare.parse::<IpAddr>().ok();
    let address = alone.or_else(|| bare.rsplit_once(':')?.0.parse().ok());
    match address {
        Some(IpAddr::V4(it)) => !(it.is_private() || it.is_loopback() || it.is_link_local()),
        Some(IpAddr::V6(it)) => !(it.is_loopback() || matches!(it.segments()[0], 0xfc00..=0xfeff)),
        None => false,
    }
}
