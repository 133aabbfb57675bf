//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/file-limit-too-low",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/file-limit-too-low.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let connections = config.levels().find_map(|level| level.own("worker_connections").next());
    let Some(connections) = connections.and_then(|line| line.args.first()) else { return };
    let Ok(wanted) = connections.value.parse::<u64>() else { return };
    let limit = config.main().value("worker_rlimit_nofile");
    let enough = |limit: &str| limit.parse::<u64>().map_or(true, |it| it >= wanted * 2);
    let (at, says) = match &limit {
        Some(limit) if enough(&limit.value) => return,
        Some(limit) => (limit.map(|_| ()), "files that a worker may have open"),
        None => (connections.map(|_| ()), "each proxied connection needs two files"),
    };
    let line = format!("worker_rlimit_nofile {};", wanted * 2);
    let events = config.main().own("events").next().map(|it| it.fact(()));
    let finding = out.report(
        &at,
        format!("a worker may not open enough files for {wanted} connections"),
        at.label(says),
    );
    finding.help(format!("set `{line}`"));
    match (limit, events) {
        (Some(limit), _) => _ = finding.replace(&limit, (wanted * 2).to_string(), Safety::Safe),
        (None, Some(events)) => _ = finding.insert_before(&events, line, Safety::Safe),
        (None, None) => {}
    }
}
