//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Trouble};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/include-not-mounted",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/proxy/include-not-mounted.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for trouble in &config.troubles {
        let (Trouble::MissingInclude(path) | Trouble::Misplaced(path)) = &trouble.value else {
            continue;
        };
        out.report(
            trouble,
            format!("nginx does not start: `{path}` is not in its container"),
            trouble.label("no volume brings this file, and the image has none of that name"),
        )
        .help(format!("mount the file at `{path}`, or leave the line out"));
    }
}
