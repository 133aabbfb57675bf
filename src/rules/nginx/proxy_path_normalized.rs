//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Context, Level, Matcher, Part, Pass, Target, parts};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/proxy-path-normalized",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/proxy-path-normalized.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for (level, pass) in config.passes() {
        let exact = matches!(level.matcher(), Some(Matcher::Exact(_)));
        if exact || !(has_path(level, &pass.value) || loses_raw_path(level, &pass.value)) {
            continue;
        }
        out.report(
            &pass,
            "paths are decoded and encoded again on the way: `%2F` becomes `/`",
            pass.label("passed on as nginx has normalised it"),
        )
        .help("leave the path out of `proxy_pass`, which passes it on as it came");
    }
}

/// Whether a path replaces that of the location. A lone `/` cuts a prefix off, which is what it is
/// there for.
fn has_path(level: Level<'_>, pass: &Pass) -> bool {
    let names_path = |part: &Part| matches!(part, Part::Variable(_));
    if parts(&pass.url).iter().any(names_path) {
        let variable = matches!(&pass.target, Target::Variable(_));
        return variable && pass.url.ends_with('/') && !pass.url.contains("://");
    }
    let location = level.matcher().and_then(Matcher::path).unwrap_or("/");
    let cuts = pass.uri == "/" && location.len() > 1 && level.context() == Context::Location;
    !pass.uri.is_empty() && !cuts
}

/// Whether the client's path is set as the URI, so that it is encoded once more.
fn loses_raw_path(level: Level<'_>, pass: &Pass) -> bool {
    let raw = |line: &crate::model::nginx::Line| line.arg(1) == Some("$request_uri");
    level.own("rewrite").any(raw)
        && !parts(&pass.url).iter().any(|it| matches!(it, Part::Variable(_)))
}
