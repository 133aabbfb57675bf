//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Level, Part, Pattern, parts};
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
