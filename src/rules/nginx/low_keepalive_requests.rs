//! See the page.

use crate::diagnostic::{Findings, Kind, Safety, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/low-keepalive-requests",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/low-keepalive-requests.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for line in config.levels().flat_map(|level| level.own("keepalive_requests")) {
        let Some(count) = line.args.first() else { continue };
        if count.value.parse::<u32>().is_ok_and(|count| count < 1000) {
            out.report(
                count,
                "connections are closed early: since 1.19.10 nginx allows 1000 requests on one",
                count.label("requests before a connection is closed"),
            )
            .help("leave the line out")
            .remove(&line.fact(()), "the line", Kind::Statement, Safety::Safe);
        }
    }
}
