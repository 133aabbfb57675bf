//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::nginx::{Config, Context, Level, Taint};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/request-forgery",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("7.5"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/request-forgery.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let contexts = |level: &Level| {
        matches!(level.context(), Context::Location | Context::LocationIf | Context::LimitExcept)
    };
    for level in config.levels().filter(contexts) {
        if level.is_internal() {
            continue;
        }
        let Some(url) = level.own("proxy_pass").last().and_then(|line| line.args.first()) else {
            continue;
        };
        let Some(tainted) = level.tainted(&url.value, Taint::Anything) else { continue };
        let Some(at) = decides(url, &tainted.before) else { continue };
        let variable = &tainted.variable;
        out.report(
            url,
            format!("clients choose the server that is asked: `${variable}` is what they sent"),
            at.label("leads wherever a URL says, into the network of the server too"),
        )
        .help("name the servers in a `map` with a fixed value for each, or mark the location `internal`");
    }
}

/// Where the client's part stands in the scheme or the host. Behind the beginning of a name it can
/// only end it, which is less.
fn decides(url: &Fact<String>, before: &str) -> Option<Fact<String>> {
    let Some((_, host)) = before.split_once("://") else { return Some(url.clone()) };
    if host.contains(['/', '?']) {
        return None;
    }
    match host {
        "" => Some(url.clone()),
        _ => Some(url.clone().doubt(Certainty::Possible, "the name begins with what is written")),
    }
}
