//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, Level, Line, Matcher, Part, Pattern, parts};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/missing-capture",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/missing-capture.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels() {
        in_condition(level, out);
    }
    without_any(config, out);
    for line in config.levels().flat_map(|level| level.own("rewrite")) {
        let (Some(expression), Some(target)) = (line.args.first(), line.args.get(1)) else {
            continue;
        };
        let Some(groups) = Pattern::new(&expression.value, false).group_count() else { continue };
        let missing = parts(&target.value).into_iter().find_map(|part| match part {
            Part::Variable(name) => name.parse::<usize>().ok().filter(|number| *number > groups),
            Part::Literal(_) => None,
        });
        let Some(number) = missing else { continue };
        let has = match groups {
            0 => "has no groups".to_owned(),
            1 => "has one group".to_owned(),
            more => format!("has {more} groups"),
        };
        out.report(
            target,
            format!("`${number}` is always empty: the expression has no such group"),
            target.label(format!("uses `${number}`")),
        )
        .also(expression.label(has))
        .help("put what is to be kept in parentheses");
    }
}

/// What takes variables in its values, and answers a request or passes it on.
const FILLED: &[&str] = &[
    "add_header",
    "alias",
    "fastcgi_param",
    "proxy_pass",
    "proxy_set_header",
    "return",
    "root",
    "set",
    "try_files",
    "uwsgi_param",
];

/// Groups in locations that are no expressions, where nothing else is one either. A group stays with the
/// request, whatever matched: an expression anywhere may have been asked before (`ngx_http_regex_exec`).
fn without_any(config: &Config, out: &mut Findings) {
    if config.levels().any(|level| has_expression(level)) {
        return;
    }
    let by_path = |level: &Level<'_>| {
        matches!(level.matcher(), Some(Matcher::Prefix { .. } | Matcher::Exact(_)))
    };
    for level in config.levels().filter(by_path).filter(|level| !level.includes_unseen()) {
        let filled = level.lines().iter().filter(|it| FILLED.contains(&it.name.as_str()));
        for (number, value) in filled.flat_map(groups) {
            out.report(
                value,
                format!("`${number}` is always empty here: no expression has a group for it"),
                value.label(format!("uses `${number}`")),
            )
            .also(level.fact(()).label("is a path, and no expression"))
            .help("write the location as an expression with `~`, and what is kept in parentheses");
        }
    }
}

/// The arguments of a line that use a group, each with the number of it.
fn groups(line: &Line) -> impl Iterator<Item = (u8, &Fact<String>)> {
    line.args.iter().filter_map(|value| {
        let number = parts(&value.value).into_iter().find_map(|part| match part {
            Part::Variable(name) => name.parse().ok(),
            Part::Literal(_) => None,
        });
        Some((number?, value))
    })
}

/// Whether something in a level may match by an expression: a location, a name, an entry of a `map`, what
/// an answer's addresses are rewritten by.
fn has_expression(level: Level<'_>) -> bool {
    let is_one = |line: &Line| {
        line.is("rewrite")
            || line.name.starts_with('~')
            || line.args.iter().any(|it| it.value.starts_with(['~', '!']))
            || line.is("if") && line.args.iter().any(|it| it.value.contains('~'))
    };
    matches!(level.matcher(), Some(Matcher::Regex(_) | Matcher::Unseen))
        || level.lines().iter().any(is_one)
}

/// Groups of the expression that an `if` compares with, used by what it sets.
fn in_condition(level: Level<'_>, out: &mut Findings) {
    let Some((pattern, _)) = level.condition() else { return };
    let Some(0) = pattern.group_count() else { return };
    // An expression of `rewrite` has groups of its own.
    if level.own("rewrite").next().is_some() {
        return;
    }
    for value in level.own("set").filter_map(|line| line.args.get(1)) {
        let uses = |part: &Part| matches!(part, Part::Variable(name) if name.parse::<u8>().is_ok());
        if !parts(&value.value).iter().any(uses) {
            continue;
        }
        out.report(
            value,
            format!("`{value}` is no group of this expression, which has none"),
            value.label("uses a group"),
        )
        .also(level.fact(()).label("has no groups"))
        .help("put what is to be kept in parentheses");
    }
}
