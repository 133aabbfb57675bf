//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, Context, Level, Line, Matcher, Part, parts};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/response-splitting",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("6.1"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/response-splitting.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| takes_any_path(*level)) {
        for line in level.lines() {
            let Some(value) = sent(line) else { continue };
            let Some(variable) = decoded(&value.value) else { continue };
            out.report(
                value,
                format!(
                    "`${variable}` is decoded, so a URL can bring a line break into this header"
                ),
                value.label("`%0d%0a` in the URL ends the header here"),
            )
            .help("write `$request_uri`, which is as the client sent it");
        }
    }
}

/// A fixed path holds no line break, and what an expression lets through it says itself.
fn takes_any_path(level: Level<'_>) -> bool {
    let is_http = matches!(
        level.context(),
        Context::Server | Context::Location | Context::ServerIf | Context::LocationIf
    );
    let matcher = level.outwards().find_map(Level::matcher);
    is_http && matches!(matcher, None | Some(Matcher::Prefix { .. }))
}

/// What a line puts into a header.
fn sent(line: &Line) -> Option<&Fact<String>> {
    match line.name.as_str() {
        "return" => {
            let redirects = line.args.len() == 1
                || line.arg(0).is_some_and(|it| ["301", "302", "303", "307", "308"].contains(&it));
            line.args.last().filter(|_| redirects)
        }
        "add_header" | "proxy_set_header" => line.args.get(1),
        _ => None,
    }
}

fn decoded(text: &str) -> Option<&str> {
    parts(text).into_iter().find_map(|part| match part {
        Part::Variable(name) => ["uri", "document_uri"].contains(&name).then_some(name),
        Part::Literal(_) => None,
    })
}
