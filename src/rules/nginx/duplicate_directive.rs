//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Line};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/duplicate-directive",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/duplicate-directive.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for twice in config.repeated_directives() {
        let name = &twice.line.name;
        let (at, first) = (twice.at(), twice.first_at());
        let is_shipped = |line: &Line| line.fact(()).written_at().is_none();
        let (here, there) = match twice.is_one_line() {
            true => ("brings it a second time", "brings it"),
            false if is_shipped(twice.line) => ("has it as well", "the block has it already"),
            false if is_shipped(twice.first) => ("nginx stops reading here", "has it as well"),
            false => ("nginx stops reading here", "the block has it already"),
        };
        let message = match twice.first.is(name) {
            true => format!("nginx does not start: `{name}` stands twice in one block"),
            false => format!(
                "nginx does not start: `{name}` stands beside `{}` in one block",
                twice.first.name
            ),
        };
        out.report(&at, message, at.label(here))
            .also(first.label(there))
            .help("leave one of them in");
    }
}
