//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Named, Twice};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/duplicate-block",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/duplicate-block.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for twice in config.repeated_locations() {
        let path = twice.line.args.last().map_or("", |it| it.value.as_str());
        report(&twice, &format!("the location `{path}` stands twice in one block"), out);
    }
    for (kind, twice) in config.repeated_names() {
        let name = twice.line.arg(0).unwrap_or_default();
        let what = match kind {
            Named::Upstream => "upstreams are",
            Named::LogFormat => "formats of logs are",
        };
        report(&twice, &format!("two {what} called `{name}`"), out);
    }
}

fn report(twice: &Twice<'_>, what: &str, out: &mut Findings) {
    let (at, first) = (twice.at(), twice.first_at());
    let (here, there) = match twice.is_one_line() {
        true => ("brings it a second time", "brings it"),
        false => ("nginx stops here", "this is the first"),
    };
    out.report(&at, format!("nginx does not start: {what}"), at.label(here))
        .also(first.label(there))
        .help("leave one of them in, or give it another name");
}
