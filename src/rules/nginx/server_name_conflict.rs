//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, Listener, NameConflict};
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "nginx/server-name-conflict",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/server-name-conflict.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let mut told = BTreeSet::new();
    let conflicts = config.name_conflicts();
    for NameConflict { address, first, ignored, servers } in &conflicts {
        let at = &address.value.address;
        // Two servers of the same names are one mistake.
        if !told.insert((*servers, at.to_string())) {
            continue;
        }
        let name = &ignored.value;
        let finding = out.report(
            *ignored,
            format!("nginx ignores this `{name}`: an earlier server has it on `{at}`"),
            ignored.label(format!("no request for this name comes here by `{at}`")),
        );
        // It answers by its name all the same where the other does not listen.
        let lost = |it: &Fact<Listener>| {
            conflicts.iter().any(|other| {
                other.servers.1 == servers.1
                    && other.ignored.value.to_string() == name.to_string()
                    && other.address.value.address == it.value.address
            })
        };
        let server = config.servers().nth(servers.1);
        if server.is_some_and(|it| it.listeners().iter().any(|it| !lost(it))) {
            finding.at_most(Severity::Warning);
        }
        finding
            .also(first.label("all of them go to this server"))
            .because(*address)
            .help("merge the two servers, or have them listen on different ports");
        let of_both = |it: &&NameConflict<'_>| {
            it.servers == *servers
                && it.address.value.address == *at
                && it.ignored.written_at() != ignored.written_at()
        };
        for more in conflicts.iter().filter(of_both).take(3) {
            finding.also(more.ignored.label("nor for this one"));
        }
    }
}
