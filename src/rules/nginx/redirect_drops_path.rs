//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Arrival, Config, Context, Level, Matcher, Name, Server, quoted};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/redirect-drops-path",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/redirect-drops-path.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| is_for_all(*level)) {
        for line in level.own("return") {
            let Some(target) = line.args.last() else { continue };
            let Some(host) = bare_host(&target.value) else { continue };
            let redirects = match line.arg(0) {
                _ if line.args.len() == 1 => true,
                Some(status) => ["301", "302", "303", "307", "308"].contains(&status),
                None => false,
            };
            let leads_here = is_of_the_site(config, level, host);
            let is_meant = leads_here && has_front_page(level);
            if !redirects || is_meant || !(leads_here || is_twin(config, level, host)) {
                continue;
            }
            let bare = target.value.trim_end_matches('/');
            out.report(
                target,
                "every link into the site is redirected to its front page",
                target.label("names no path"),
            )
            .help(format!("write `{bare}$request_uri`"))
            .replace(target, quoted(&format!("{bare}$request_uri")), Safety::Safe);
        }
    }
}

/// A server, a condition on one, or the location for everything.
fn is_for_all(level: Level<'_>) -> bool {
    match level.context() {
        Context::Server | Context::ServerIf => true,
        Context::Location => {
            matches!(level.matcher(), Some(Matcher::Prefix { path, .. }) if path == "/")
        }
        _ => false,
    }
}

/// Whether the front page is a location of its own beside it: then it is the one page that there
/// is, as of a site under maintenance.
fn has_front_page(level: Level<'_>) -> bool {
    let is_front = |it: &Level| matches!(it.matcher(), Some(Matcher::Exact(path)) if path == "/");
    level.outwards().any(|around| around.locations().any(|it| is_front(&it)))
}

/// The variables that are the host which was asked for.
const OWN_HOST: [&str; 3] = ["$host", "$http_host", "$server_name"];

/// The host of a target that is nothing but a host: `https://$host`, `https://example.com/`. Another variable
/// of nginx's may have the path in it; `$DOMAIN` is filled in before nginx reads the file.
fn bare_host(target: &str) -> Option<&str> {
    let rest = target.split_once("://").map(|(_, rest)| rest)?;
    let host = rest.strip_suffix('/').unwrap_or(rest);
    let is_of_nginx = |it: &str| it.starts_with(|it: char| it.is_ascii_lowercase() || it == '{');
    let is_known = OWN_HOST.contains(&host) || !host.split('$').skip(1).any(is_of_nginx);
    (!host.is_empty() && !host.contains('/') && is_known).then_some(host)
}

/// Whether the host is a name of this server but for its `www.`: links to the site have either.
fn is_twin(config: &Config, level: Level<'_>, host: &str) -> bool {
    let twin = match host.strip_prefix("www.") {
        Some(bare) => bare.to_owned(),
        None => format!("www.{host}"),
    };
    let inside = |server: &&Server| level.outwards().any(|it| it.id() == server.level().id());
    let server = config.servers().find(|server| inside(&server));
    // What takes every other name as well has this one by the way.
    let is_twin = |name: &Fact<Name>| matches!(&name.value, Name::Exact(name) if *name == twin);
    server.is_some_and(|it| it.names().iter().any(is_twin))
}

/// Whether links to the host come here and are sent to it again: it is the host that was asked
/// for, or a name of the configuration whose requests this server takes.
fn is_of_the_site(config: &Config, level: Level<'_>, host: &str) -> bool {
    if OWN_HOST.contains(&host) {
        return true;
    }
    let has =
        |server: &Server| server.names().iter().any(|name| name.value.matches(host) == Ok(true));
    let inside = |server: &Server| level.outwards().any(|it| it.id() == server.level().id());
    let Some(server) = config.servers().find(inside) else { return false };
    let ports = server.listeners().iter().filter_map(|it| it.value.address.port());
    let comes_here = |port| {
        let chosen = config.choose(&Arrival::Tcp { ip: None, port }, host);
        chosen.is_ok_and(|it| it.server.level().id() == server.level().id())
    };
    config.servers().any(|server| has(&server)) && ports.into_iter().any(comes_here)
}
