//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Certainty;
use crate::model::nginx::{Config, Passing};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/loose-origin-check",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/loose-origin-check.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for check in config.origin_checks() {
        let Some(passing) = check.passing() else { continue };
        let (value, at) = match passing {
            Passing::Foreign(value) => (value, check.expression.clone()),
            Passing::Malformed(value) => {
                let why = "browsers send no such value";
                (value, check.expression.clone().doubt(Certainty::Possible, why))
            }
        };
        out.report(
            &check.expression,
            format!("`{value}` passes as well"),
            at.label("is to let through the sites of one owner only"),
        )
        .help("begin with `^`, end with `$` or `/`, and write `\\.` for a dot");
    }
}
