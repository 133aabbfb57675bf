//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Level, Line};
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
    for level in config.levels() {
        for line in level.own("valid_referers") {
            // What is not in view may well ask.
            if !tests(config) && is_in_view(level) {
                untested(line, out);
                continue;
            }
            let Some(none) = line.args.iter().find(|arg| arg.value == "none") else { continue };
            out.report(
                none,
                "a request without Referer passes, which every page can arrange",
                none.label("no Referer counts as a valid one"),
            )
            .help("leave `none` out, if this is to keep others from using the files");
        }
    }
}

/// `valid_referers` refuses nobody: it sets a variable (`ngx_http_referer_module`).
fn untested(line: &Line, out: &mut Findings) {
    let Some(first) = line.args.first() else { return };
    out.report(
        first,
        "every Referer passes: nothing asks whether it is a valid one",
        first.label("only sets `$invalid_referer`, which nothing reads"),
    )
    .help("add `if ($invalid_referer) { return 403; }`, and leave `none` out of the list");
}

fn tests(config: &Config) -> bool {
    let reads = |line: &Line| line.args.iter().any(|it| it.value.contains("invalid_referer"));
    config.levels().any(|level| level.lines().iter().any(reads))
}

/// Whether all that stands in a level is in view, where a test would have to stand.
fn is_in_view(level: Level<'_>) -> bool {
    let within = |it: &Level<'_>| it.outwards().any(|around| around.id() == level.id());
    level.config().levels().filter(within).all(|it| it.scope().unseen.is_empty())
}
