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
    // One habit is told of once in each file.
    let mut files: Vec<(_, Vec<Fact<Target>>)> = Vec::new();
    for target in passed.chain(listed).filter(|it| any(it).is_some()) {
        let Some(place) = target.evidence().place() else { continue };
        match files.iter_mut().find(|(file, _)| *file == place.file) {
            Some((_, targets)) => targets.push(target),
            None => files.push((place.file, vec![target])),
        }
    }
    for (_, targets) in files {
        let each = || targets.iter().filter_map(|it| any(it).map(|(host, own)| (it, host, own)));
        let Some((first, address, own)) = each().next() else { continue };
        let finding = out.report(
            first,
            format!("`{address}` is an address to listen on, and none to connect to"),
            first.label("by accident, Linux takes it for this machine"),
        );
        for (target, ..) in each().skip(1) {
            finding.also(target.label("the same"));
        }
        finding.help(format!("write `{own}`"));
        let edits = each().flat_map(|(it, address, own)| config.reword(it, address, own));
        finding.mend(Safety::Safe, format!("write `{own}`"), edits.collect::<Vec<_>>());
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
