//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Matcher};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/unanchored-regex",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/unanchored-regex.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels() {
        let Some(Matcher::Regex(pattern)) = level.matcher() else { continue };
        let source = pattern.source().trim_start_matches("(?i)");
        if source.starts_with('^') || source.ends_with('$') || source.contains("$)") {
            continue;
        }
        let location = level.fact(());
        out.report(
            &location,
            format!("`{pattern}` matches anywhere in a path"),
            location.label("neither begins with `^` nor ends with `$`"),
        )
        .help("say where it is to match");
    }
}
