//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/proxy-to-any-address",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/proxy-to-any-address.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let passed = config.passes().map(|(_, pass)| pass.map(|pass| pass.target.clone()));
    let servers = config.upstreams().flat_map(|it| it.servers());
    let listed = servers.map(|server| server.map(|server| server.target.clone()));
    for target in passed.chain(listed) {
        let Some((address, own)) = any(&target) else { continue };
        out.report(
            &target,
            format!("`{address}` is an address to listen on, and none to connect to"),
            target.label("leads to this machine on Linux, and nowhere on other systems"),
        )
        .help(format!("write `{own}`"))
        .mend(Safety::Safe, format!("write `{own}`"), config.reword(&target, address, own));
    }
}

/// The address of every interface, and that of the machine itself.
fn any(target: &Fact<Target>) -> Option<(&str, &'static str)> {
    let Target::Tcp { host, .. } = &target.value else { return None };
    match host.as_str() {
        "0.0.0.0" => Some((host, "127.0.0.1")),
        "[::]" => Some((host, "[::1]")),
        _ => None,
    }
}
