//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Context, Level, Matcher};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/regex-proxy-uri",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/regex-proxy-uri.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for (level, pass) in config.passes() {
        if pass.value.uri.is_empty() || pass.value.has_variables() {
            continue;
        }
        let Some(within) = within(level) else { continue };
        let uri = &pass.value.uri;
        out.report(
            &pass,
            format!("nginx does not start: `proxy_pass` has a path {within}"),
            pass.label(format!("`{uri}` would replace the part of the URI that matched")),
        )
        .also(level.fact(()).label("no part of the URI is this level's own"))
        .help(format!(
            "leave out `{uri}`, and change the URI by a `rewrite … break` if it must be"
        ));
    }
}

/// Where no fixed part of the URI can be replaced (`ngx_http_proxy_pass`).
fn within(level: Level<'_>) -> Option<&'static str> {
    match (level.context(), level.matcher()) {
        (Context::LocationIf, _) => Some("inside an `if`"),
        (Context::LimitExcept, _) => Some("inside a `limit_except`"),
        (_, Some(Matcher::Regex(_))) => Some("in a location of an expression"),
        (_, Some(Matcher::Named(_))) => Some("in a named location"),
        (_, Some(Matcher::Exact(_) | Matcher::Prefix { .. } | Matcher::Unseen) | None) => None,
    }
}
