//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/variable-undefined",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/variable-undefined.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for variable in config.undefined_variables() {
        let name = &variable.value;
        out.report(
            &variable,
            format!("nginx does not start: nothing defines `${name}`"),
            variable.label("uses it"),
        )
        .help("define it with `set` or `map`, or write the variable that is meant");
    }
}
