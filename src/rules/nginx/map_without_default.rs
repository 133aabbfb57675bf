//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/map-without-default",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/map-without-default.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for line in config.http().lines().iter().filter(|line| line.is("map") || line.is("geo")) {
        let Some(body) = line.body.map(|body| config.level(body)) else { continue };
        // A single entry says when there is a value at all.
        let few = line.is("map") && body.lines().len() < 2;
        let unseen = !body.scope().unseen.is_empty();
        if few || unseen || body.lines().iter().any(|line| line.is("default")) {
            continue;
        }
        let Some(variable) = line.args.last() else { continue };
        out.report(
            variable,
            format!("`{variable}` is empty for all that is not listed"),
            variable.label("no entry is the default"),
        )
        .help("add `default` with the value that all else is to have");
    }
}
