//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, Level, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/stale-dns",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/stale-dns.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for (level, pass) in config.passes() {
        match &pass.value.target {
            Target::Tcp { host, .. } if is_public(host) && !pass.value.has_variables() => {
                report(out, &pass.map(|_| ()), host);
            }
            Target::Variable(name) => {
                let resolves = !level.in_effect(&["resolver"]).lines.is_empty();
                let host = set_to(level, name).filter(|host| is_public(host) && !resolves);
                if let Some(host) = host {
                    report(out, &pass.map(|_| ()), &host);
                }
            }
            Target::Tcp { .. } | Target::Unix(_) | Target::Upstream(_) => {}
        }
    }
    for upstream in config.upstreams() {
        for line in upstream.level.own("server").filter(|line| !line.has_arg("resolve")) {
            let Some(server) = line.args.first() else { continue };
            let host = server.value.split(':').next().unwrap_or_default();
            if is_public(host) {
                report(out, &server.map(|_| ()), host);
            }
        }
    }
}

fn report(out: &mut Findings, at: &Fact<()>, host: &str) {
    out.report(
        at,
        format!("`{host}` is looked up once, when nginx starts, and never again"),
        at.label("others may move to a new address"),
    )
    .help("put the name into a variable, and set a `resolver`");
}

/// The host that a variable is set to, as far as a line says it.
fn set_to(level: Level<'_>, name: &str) -> Option<String> {
    let variable = name.strip_prefix('$')?;
    let lines = level.outwards().flat_map(|level| level.own("set"));
    let mut values =
        lines.filter(|line| line.arg(0).and_then(|it| it.strip_prefix('$')) == Some(variable));
    let value = values.next()?.arg(1)?;
    let bare = value.split("://").last()?;
    Some(bare.split([':', '/']).next()?.to_owned())
}

/// A name that others may give a new address: none of a private network, and no address itself.
fn is_public(host: &str) -> bool {
    let private = [
        ".internal",
        ".local",
        ".localhost",
        ".consul",
        ".svc",
        ".lan",
        ".test",
        ".prod",
        ".private",
        ".home",
        ".corp",
        ".intranet",
    ];
    let address = host.chars().all(|c| c.is_ascii_digit() || c == '.') || host.contains([':', '[']);
    host.contains('.')
        && !address
        && !host.contains(['$', '{'])
        && !private.iter().any(|it| host.ends_with(it))
}
