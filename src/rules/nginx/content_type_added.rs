//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::nginx::{Config, Line, quoted};
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

fn check(config: &Config, out: &mut Findings) {
    let is_type = |name: &str| name.eq_ignore_ascii_case("content-type");
    let added = config.levels().filter_map(|level| {
        let line = level.own("add_header").find(|line| line.arg(0).is_some_and(is_type))?;
        let hides = ["proxy", "fastcgi", "uwsgi", "scgi", "grpc"].iter().any(|gateway| {
            let hidden = level.in_effect(&[&format!("{gateway}_hide_header")]).lines;
            hidden.iter().any(|line| line.arg(0).is_some_and(is_type))
        });
        (!hides).then_some(line)
    });
    let default = |line: &Line| {
        let (place, kind) = line.fact(()).written_at().zip(line.arg(1))?;
        Some(Edit::replace(place, format!("default_type {}", quoted(kind))))
    };
    let added: Vec<&Line> = added.collect();
    let Some((first, others)) = added.split_first() else { return };
    let first = first.fact(());
    let finding = out.report(
        &first,
        "the answer has two fields `Content-Type`, the second from this line",
        first.label("adds a field, and replaces none"),
    );
    for more in others {
        finding.also(more.fact(()).label("and so does this one"));
    }
    finding.help("set the type with `default_type`, or hide that of the upstream").mend(
        Safety::Unsafe,
        "write `default_type`",
        added.iter().filter_map(|it| default(it)),
    );
}
