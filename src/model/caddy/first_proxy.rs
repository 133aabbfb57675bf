//! `proxy` of Caddy 1 (`caddyhttp/proxy` of 1.0.3).

use crate::model::caddy::headers::{HeaderChange, HeaderOp};
use crate::model::caddy::{Handler, HeaderOps, MatcherSet, Proxy, Rewrite, Route, Step, Upstream};
use crate::model::{Endpoint, Host};
use crate::syntax::caddy::{Directive, Token};
use std::cmp::Reverse;
use std::sync::Arc;

/// What stands in Caddy 2's placeholders for one of Caddy 1's.
const PLACEHOLDERS: [(&str, &str); 6] = [
    ("{hostonly}", "{host}"),
    ("{remote}", "{remote_host}"),
    ("{server_port}", "{port}"),
    ("{>Connection}", "{header.Connection}"),
    ("{>Upgrade}", "{header.Upgrade}"),
    ("{rewrite_uri}", "{uri}"),
];

/// A text of Caddy 1 with the placeholders of Caddy 2.
pub(super) fn placeholders(text: &str) -> String {
    // Caddy 1's `{host}` has the port in it.
    let text = text.replace("{host}", "{hostport}");
    PLACEHOLDERS.iter().fold(text, |text, (first, second)| text.replace(first, second))
}

/// The same of what is done to headers.
pub(super) fn translated(mut ops: HeaderOps) -> HeaderOps {
    for HeaderChange { op, .. } in &mut ops.changes {
        if let HeaderOp::Add(value) | HeaderOp::Set(value) = op {
            *value = value.map(|it| placeholders(it));
        }
    }
    ops
}

/// Of several the one whose path is the longest takes a request (`Proxy.match`).
pub(super) fn proxies<'d>(lines: impl Iterator<Item = &'d Directive>) -> Vec<Route> {
    let mut lines: Vec<&Directive> = lines.filter(|it| !it.arguments().is_empty()).collect();
    lines.sort_by_key(|it| Reverse(it.arguments()[0].text().len()));
    lines.into_iter().map(route).collect()
}

fn route(line: &Directive) -> Route {
    let (from, to) = (&line.arguments()[0], &line.arguments()[1..]);
    let option = |name: &'static str| line.body().iter().filter(move |it| it.name().text() == name);
    let excepted: Vec<&Token> = option("except").flat_map(Directive::arguments).collect();
    let is_for_all = from.text() == "/" && excepted.is_empty();
    let matcher = (!is_for_all).then(|| Arc::new(MatcherSet::below(from, &excepted)));
    let directive = &line.name().text;
    let step = |handler| Step { directive: directive.clone(), handler };
    let without = option("without").find_map(|it| it.arguments().first());
    let stripped = without.map(|prefix| {
        let prefix = prefix.text.clone();
        step(Handler::Rewrite(Rewrite::StripPrefix { prefix, keeps_slash: true }))
    });
    let proxy = step(Handler::Proxy(Box::new(proxy(line, to))));
    Route { matcher, group: None, steps: stripped.into_iter().chain([proxy]).collect() }
}

fn proxy(line: &Directive, to: &[Token]) -> Proxy {
    let mut proxy =
        Proxy { forwards: &["x-forwarded-for"], sends_own_host: Some(true), ..Proxy::default() };
    to.iter().for_each(|it| add(&mut proxy, it));
    let mut upgrades = false;
    for option in line.body() {
        let name = &option.name().text;
        let mut set = |field: &str, value: &str| {
            let op = HeaderOp::Set(name.map(|_| value.to_owned()));
            let change = HeaderChange { field: name.map(|_| field.to_owned()), op };
            proxy.headers_up.changes.push(change);
        };
        match option.name().text() {
            "transparent" => {
                set("Host", "{hostport}");
                set("X-Real-IP", "{remote_host}");
                set("X-Forwarded-Proto", "{scheme}");
                set("X-Forwarded-Port", "{port}");
            }
            "websocket" => {
                upgrades = true;
                set("Connection", "{header.Connection}");
                set("Upgrade", "{header.Upgrade}");
            }
            "header_upstream" => {
                let ops = translated(HeaderOps::of_line(option.arguments()));
                proxy.headers_up.changes.extend(ops.changes);
            }
            "header_downstream" => {
                let ops = translated(HeaderOps::of_line(option.arguments()));
                proxy.headers_down.changes.extend(ops.changes);
            }
            "upstream" => option.arguments().iter().for_each(|it| add(&mut proxy, it)),
            _ => {}
        }
    }
    Proxy { upgrades, ..proxy }
}

/// An upstream: a host, with a port or several of them, or a URL whose path comes before the request's.
fn add(proxy: &mut Proxy, word: &Token) {
    let written = &word.text;
    let placed = |endpoint: Option<Endpoint>| Upstream {
        written: written.clone(),
        endpoint: endpoint.map(|it| written.map(|_| it.clone())),
    };
    if let Some(path) = written.value.strip_prefix("unix:") {
        proxy.upstreams.push(placed(Some(Endpoint::Unix(path.into()))));
        return;
    }
    if written.value.starts_with("srv") {
        proxy.dynamic = Some(written.clone());
        return;
    }
    let (scheme, rest) = written.value.split_once("://").unwrap_or(("http", &written.value));
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    proxy.is_tls |= scheme == "https";
    if path.len() > 1 {
        let path = path.trim_end_matches('/');
        proxy.rewrite = Some(written.map(|_| format!("{path}{{uri}}")));
    }
    proxy.upstreams.extend(endpoints(authority, proxy.is_tls).into_iter().map(placed));
}

/// `app:8001-8003` is three of them. None where a variable says which.
fn endpoints(authority: &str, is_tls: bool) -> Vec<Option<Endpoint>> {
    if authority.contains(['{', '$']) {
        return vec![None];
    }
    let tcp = |host: &str, port: u16| Some(Endpoint::Tcp { host: Host::parse(host), port });
    let Some((host, ports)) = authority.rsplit_once(':').filter(|it| !it.1.contains(']')) else {
        return vec![tcp(authority, if is_tls { 443 } else { 80 })];
    };
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    match (first.parse::<u16>(), last.parse::<u16>()) {
        (Ok(first), Ok(last)) => (first..=last).map(|port| tcp(host, port)).collect(),
        _ => vec![None],
    }
}
