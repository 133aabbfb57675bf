//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Zone, ZoneKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/zone-unused",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/zone-unused.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for zone in config.unused_zones() {
        let Zone { name, kind } = &zone.value;
        let (what, line) = match kind {
            ZoneKind::RequestLimit => ("limits requests", "limit_req zone="),
            ZoneKind::ConnectionLimit => ("limits connections", "limit_conn "),
            ZoneKind::Cache => ("is cached", "proxy_cache "),
        };
        out.report(
            &zone,
            format!("nothing {what} by the zone `{name}`"),
            zone.label("defined here, and used nowhere"),
        )
        .help(format!("add `{line}{name};` where it is to count, or take the zone away"));
    }
}
