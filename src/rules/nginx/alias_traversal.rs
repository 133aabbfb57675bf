//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Context, Handler, Matcher};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/alias-traversal",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("7.5"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/alias-traversal.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| level.context() == Context::Location) {
        let Some(Matcher::Prefix { path, .. }) = level.matcher() else { continue };
        let Some(alias) = level.own("alias").last().and_then(|line| line.args.first()) else {
            continue;
        };
        let opens = !path.ends_with('/') && alias.value.ends_with('/') && alias.value.len() > 1;
        let is_internal = !level.in_effect(&["internal"]).lines.is_empty();
        if !opens || is_internal || !matches!(level.handler().value, Handler::Files) {
            continue;
        }
        let location = level.fact(());
        out.report(
            alias,
            format!("`{path}../` leads out of the directory, to whatever lies beside it"),
            location.label("the path does not end in a slash, so `..` can follow it"),
        )
        .also(alias.label("and the directory does"))
        .help(format!("write `location {path}/`"));
    }
}
