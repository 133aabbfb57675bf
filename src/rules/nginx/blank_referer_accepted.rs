//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/blank-referer-accepted",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/blank-referer-accepted.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for line in config.levels().flat_map(|level| level.own("valid_referers")) {
        let Some(none) = line.args.iter().find(|arg| arg.value == "none") else { continue };
        out.report(
            none,
            "a request without Referer passes, which every page can arrange",
            none.label("no Referer counts as a valid one"),
        )
        .help("leave `none` out, if this is to keep others from using the files");
    }
}
