//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Context, Level, Matcher};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/redirect-drops-path",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/redirect-drops-path.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| is_for_all(*level)) {
        for line in level.own("return") {
            let Some(target) = line.args.last().filter(|it| names_no_path(&it.value)) else {
                continue;
            };
            let redirects = match line.arg(0) {
                _ if line.args.len() == 1 => true,
                Some(status) => ["301", "302", "303", "307", "308"].contains(&status),
                None => false,
            };
            if !redirects {
                continue;
            }
            let bare = target.value.trim_end_matches('/');
            out.report(
                target,
                "every link into the site is redirected to its front page",
                target.label("names no path"),
            )
            .help(format!("write `{bare}$request_uri`"));
        }
    }
}

/// A server, a condition on one, or the location for everything.
fn is_for_all(level: Level<'_>) -> bool {
    match level.context() {
        Context::Server | Context::ServerIf => true,
        Context::Location => {
            matches!(level.matcher(), Some(Matcher::Prefix { path, .. }) if path == "/")
        }
        _ => false,
    }
}

/// `https://$host`, `https://example.com/`: the host that was asked for, or another of its names.
fn names_no_path(target: &str) -> bool {
    let Some(rest) = target.split_once("://").map(|(_, rest)| rest) else { return false };
    let host = rest.strip_suffix('/').unwrap_or(rest);
    ["$host", "$http_host", "$server_name"].contains(&host)
}
