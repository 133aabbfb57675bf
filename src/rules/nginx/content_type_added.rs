//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::nginx::{Config, Context, Level, Line, quoted};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/content-type-added",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/content-type-added.md"),
};

/// What nginx answers without a field of its own: `ngx_http_header_filter` clears it for 204, and
/// 444 is no answer at all. One `return`ed with 304 keeps it (measured with 1.22).
const WITHOUT: &[u16] = &[204, 444];

fn check(config: &Config, out: &mut Findings) {
    let added: Vec<(Level, &Line)> =
        config.levels().filter_map(|level| Some((level, second(level)?))).collect();
    let Some(((level, first), others)) = added.split_first() else { return };
    let at = first.fact(());
    let finding = out.report(
        &at,
        "the answer has two fields `Content-Type`, the second from this line",
        at.label("adds a field, and replaces none"),
    );
    for (_, more) in others {
        finding.also(more.fact(()).label("and so does this one"));
    }
    finding.help(match level.context() {
        Context::LocationIf => {
            "set the type with `default_type` in a location, as no `if` takes it"
        }
        _ => "set the type with `default_type`, or hide that of the upstream",
    });
    if added.iter().all(|(level, _)| level.context() != Context::LocationIf) {
        let edits = added.iter().filter_map(|(_, line)| default(line));
        finding.mend(Safety::Unsafe, "write `default_type`", edits);
    }
}

/// The line of a level that adds a second field.
fn second<'c>(level: Level<'c>) -> Option<&'c Line> {
    let is_type = |name: &str| name.eq_ignore_ascii_case("content-type");
    let line = level.own("add_header").find(|line| line.arg(0).is_some_and(is_type))?;
    if level.returned_status().is_some_and(|it| WITHOUT.contains(&it) || !line.adds_to(it)) {
        return None;
    }
    let hides = ["proxy", "fastcgi", "uwsgi", "scgi", "grpc"].iter().any(|gateway| {
        let hidden = level.in_effect(&[&format!("{gateway}_hide_header")]).lines;
        hidden.iter().any(|line| line.arg(0).is_some_and(is_type))
    });
    (!hides).then_some(line)
}

/// Instead of the line.
fn default(line: &Line) -> Option<Edit> {
    let (place, kind) = line.fact(()).written_at().zip(line.arg(1))?;
    Some(Edit::replace(place, format!("default_type {}", quoted(kind))))
}
