//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "caddy/site-not-imported",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/caddy/site-not-imported.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = BTreeSet::new();
    for site in deployment.sites.iter().filter(|site| site.left_out) {
        if !told.insert(site.declared.evidence().place().map(|place| place.file)) {
            continue;
        }
        out.report(
            site,
            "the site does not exist for Caddy: its Caddyfile does not import this file",
            site.declared.label("in no file that `/etc/caddy/Caddyfile` imports"),
        )
        .help("add an `import` of this folder to `/etc/caddy/Caddyfile`");
    }
}
