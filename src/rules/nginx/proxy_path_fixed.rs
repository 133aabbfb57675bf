//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, Context, Level, Matcher, Part, Pass, parts};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/proxy-path-fixed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/proxy-path-fixed.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for (level, pass) in config.passes() {
        let Some(path) = folder(level).filter(|_| level.context() == Context::Location) else {
            continue;
        };
        let uri = pass.value.uri.as_str();
        if !pass.value.has_variables() || !is_fixed(&pass.value) || is_for_programs(path) {
            continue;
        }
        if has_shouted(config, &pass.value.url) {
            continue;
        }
        let finding = out.report(
            &pass,
            format!("everything below `{path}` arrives as `{uri}`, whatever was asked for"),
            pass.label("with a variable in the address, the path is sent as it stands here"),
        );
        if path == uri {
            finding
                .help(format!(
                    "leave out `{uri}`: without a path, that of the request is passed on"
                ))
                .replace(&pass, without(&pass, uri), Safety::Unsafe);
        } else {
            finding.help(format!(
                "leave out `{uri}`, and write `rewrite ^{path}(.*)$ {uri}$1 break;` before it"
            ));
        }
    }
}

/// The path of a location for all that lies in a folder.
fn folder(level: Level<'_>) -> Option<&str> {
    match level.matcher()? {
        Matcher::Prefix { path, .. } => Some(path.as_str()).filter(|it| it.ends_with('/')),
        Matcher::Exact(_) | Matcher::Regex(_) | Matcher::Named(_) | Matcher::Unseen => None,
    }
}

/// Whether the path is that of a folder and the same for each request.
fn is_fixed(pass: &Pass) -> bool {
    let is_literal = parts(&pass.uri).iter().all(|it| matches!(it, Part::Literal(_)));
    is_literal && pass.uri.ends_with('/') && !pass.uri.contains('?')
}

/// Whether there is a variable of the environment, which is put in before nginx reads the file: its name is in
/// large letters, and nothing here sets it.
fn has_shouted(config: &Config, url: &str) -> bool {
    let names = parts(url).into_iter().filter_map(|it| match it {
        Part::Variable(name) => Some(name),
        _ => None,
    });
    let is_large = |it: &str| it.contains(|it: char| it.is_ascii_uppercase());
    names.into_iter().any(|it| is_large(it) && it == it.to_ascii_uppercase() && !config.defines(it))
}

/// Whether there may well be one page at a path: `/health/`.
fn is_for_programs(path: &str) -> bool {
    const WORDS: [&str; 6] = ["alive", "health", "metrics", "ping", "ready", "status"];
    WORDS.iter().any(|it| path.contains(it))
}

fn without(pass: &Fact<Pass>, uri: &str) -> String {
    let url = &pass.value.url;
    url.strip_suffix(uri).unwrap_or(url).to_owned()
}
