//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/try-files-uncached",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/try-files-uncached.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels() {
        let Some(line) = level.own("try_files").next() else { continue };
        let cached = level.value("open_file_cache").is_some_and(|it| it.value != "off");
        if cached {
            continue;
        }
        let at = line.fact(());
        out.report(
            &at,
            "each request asks the disk for files again",
            at.label("nothing remembers which of these are there"),
        )
        .help("set `open_file_cache`, if there are many requests");
        break;
    }
}
