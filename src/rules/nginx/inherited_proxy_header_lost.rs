//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::{Config, Context, Level};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/inherited-proxy-header-lost",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/inherited-proxy-header-lost.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| passes_on(*level)) {
        let dropped: Vec<_> = level
            .dropped("proxy_set_header")
            .into_iter()
            .filter(|line| line.arg(0).is_some_and(|name| !is_said_elsewhere(name)))
            .collect();
        let Some(own) = level.own("proxy_set_header").next() else { continue };
        let Some(first) = dropped.first() else { continue };
        let at = own.fact(());
        let name = first.arg(0).unwrap_or_default();
        let finding = out.report(
            &at,
            format!("a `proxy_set_header` here drops `{name}` of the level around it"),
            at.label("replaces all of the level around it"),
        );
        for line in &dropped {
            finding.also(line.fact(()).label("not sent from there"));
        }
        finding
            .help("repeat the lines here, or put them into a file that both levels include")
            .mend(Safety::Unsafe, "repeat what is lost", own.repeating(&dropped));
        break;
    }
}

fn passes_on(level: Level<'_>) -> bool {
    level.context() == Context::Location
        && level.scope().unseen.is_empty()
        && level.pass().is_some()
}

/// What Django needs has rules of its own.
fn is_said_elsewhere(name: &str) -> bool {
    ["host", "x-forwarded-proto"].contains(&name.to_ascii_lowercase().as_str())
}
