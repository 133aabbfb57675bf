//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::nginx::{Config, Context};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/server-name-malformed",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/server-name-malformed.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let servers = config.levels().filter(|it| it.context() == Context::Server);
    for line in servers.flat_map(|level| level.own("server_name")) {
        for name in &line.args {
            let Some((meant, why)) = meant(&name.value) else { continue };
            let finding = out.report(
                name,
                format!("no request is for the server name `{}`", name.value),
                name.label(why),
            );
            finding.help(format!("write `{meant}`"));
            let edit = name.written_as(&name.value).map(|at| Edit::replace(at, meant.clone()));
            finding.mend(Safety::Unsafe, format!("write `{meant}`"), edit);
        }
    }
}

/// What a name stands for that is that of no host, and what is wrong with it. nginx compares it with the
/// host of the request, without its port, and takes nothing off the name: of these it warns for a slash at
/// most (measured with nginx 1.22).
fn meant(name: &str) -> Option<(String, &'static str)> {
    // An expression, an address in brackets, what somebody fills in, or left out of what is shown to others.
    let is_left_out = name.contains("...") || name.contains('…');
    if is_left_out
        || name.starts_with(['~', '[', '"', '\''])
        || name.contains(['{', '}', '$', '<', '%', '@'])
    {
        return None;
    }
    if name.contains(',') {
        let names: Vec<_> = name.split(',').filter(|it| !it.is_empty()).collect();
        return Some((names.join(" "), "the comma is part of the name: a blank separates two"));
    }
    let (bare, why) = match name.split_once("://") {
        Some((_, rest)) => (rest, "a scheme is no part of a host"),
        None if name.contains('/') => (name, "a path is no part of a host"),
        None if name.split_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) => {
            (name, "a port is no part of a host: `listen` has it")
        }
        None => return None,
    };
    let host = bare.split(['/', ':']).next().filter(|it| !it.is_empty())?;
    Some((host.to_owned(), why))
}
