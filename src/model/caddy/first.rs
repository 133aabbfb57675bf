//! Caddyfiles of Caddy 1, whose directives are others: `proxy / django:5000 { transparent }`.
//!
//! What they say is put in the handlers of Caddy 2, so that whoever asks a site need not know which
//! of the two it is. Behaviour is that of Caddy 1.0.3's source (`caddyhttp/`). What Caddy 1 refuses is
//! not said: nobody gets it any more, and what runs was accepted once.

use crate::fact::Fact;
use crate::model::caddy::first_proxy::{placeholders, proxies, translated};
use crate::model::caddy::release::Release;
use crate::model::caddy::{
    Address, FileServer, Handler, HeaderOps, MatcherSet, Respond, Route, Scheme, Site, Step, Tls,
};
use crate::source::Place;
use crate::syntax::caddy::{Directive, Item, SiteBlock, Token};
use std::net::IpAddr;
use std::sync::Arc;

/// Directives that Caddy 2 does not have and nearly every Caddyfile of Caddy 1 does ("Upgrading to
/// Caddy 2" in Caddy's documentation).
const OF_CADDY_1: [&str; 7] = ["proxy", "gzip", "errors", "startup", "shutdown", "ext", "fastcgi"];

/// Directives that Caddy 1 does not have and nearly every Caddyfile of Caddy 2 does.
const OF_CADDY_2: [&str; 9] = [
    "reverse_proxy",
    "file_server",
    "encode",
    "handle",
    "handle_path",
    "route",
    "respond",
    "php_fastcgi",
    "try_files",
];

/// Where a site listens that gets no certificate and names no port.
const PORT: u16 = 2015;

/// Directives that neither answer nor change what answers.
const TRANSPARENT: &[&str] = &[
    "bind",
    "cache",
    "errors",
    "expires",
    "git",
    "gzip",
    "import",
    "index",
    "limits",
    "log",
    "mime",
    "minify",
    "on",
    "push",
    "realip",
    "request_id",
    "root",
    "shutdown",
    "startup",
    "templates",
    "timeouts",
    "tls",
];

/// Directives that are made routes of below, in the order in which Caddy 1 asks them
/// (`httpserver/plugin.go`).
const ORDER: [&str; 6] = ["header", "basicauth", "redir", "status", "internal", "proxy"];

/// Whether this is written for Caddy 1, and not for Caddy 2 with a word of Caddy 1 left in it, which
/// is a mistake.
pub(super) fn is_of_caddy_1(items: &[Item]) -> bool {
    let sites = || {
        items.iter().filter_map(|item| match item {
            Item::Site(block) => Some(block),
            _ => None,
        })
    };
    let has = |names: &[&str]| {
        sites().flat_map(|site| &site.body).any(|it| names.contains(&it.name().text()))
    };
    let is_plain = |item: &Item| matches!(item, Item::Site(_) | Item::Directive(_));
    items.iter().all(is_plain) && has(&OF_CADDY_1) && !has(&OF_CADDY_2)
}

/// Whether a word is one that only Caddy 1 has.
pub(super) fn is_word_of_caddy_1(name: &str) -> bool {
    OF_CADDY_1.contains(&name)
}

pub(super) fn site(block: &SiteBlock) -> Option<Site> {
    let place = block.addresses.first()?.place;
    let tls = tls(&block.body);
    let words = block.addresses.iter().map(|it| it.text.map(|text| of_dos(text)));
    let addresses = words.filter_map(|it| address(&it, &block.body, &tls)).collect();
    let mut routes: Vec<Route> = root(&block.body).into_iter().collect();
    for name in ORDER {
        let lines = block.body.iter().filter(|it| it.name().text() == name);
        match name {
            "proxy" => routes.extend(proxies(lines)),
            _ => routes.extend(lines.flat_map(line)),
        }
    }
    let known = |name: &str| ORDER.contains(&name) || TRANSPARENT.contains(&name);
    let others = block.body.iter().filter(|it| !known(it.name().text()) && !is_browse(it));
    // What is not followed may answer before anything does that is.
    let at = routes.iter().take_while(|it| is_silent(it)).count();
    routes.splice(at..at, others.map(opaque));
    routes.push(files(&block.body, place));
    Some(Site { addresses, tls, bind: Vec::new(), routes, errors: Vec::new(), place })
}

/// Whether a route answers nothing by itself.
fn is_silent(route: &Route) -> bool {
    let silent = |step: &Step| matches!(step.handler, Handler::Root(_) | Handler::Headers(_));
    route.steps.iter().all(silent)
}

/// `{%NAME%}`, as Caddy 1 has it beside `{$NAME}`, is what the environment would have told.
fn of_dos(text: &str) -> String {
    text.replace("{%", "${").replace("%}", "}")
}

/// `tls`, of which `off` says that there is none.
fn tls(body: &[Directive]) -> Tls {
    let mut tls = Tls::default();
    for line in body.iter().filter(|it| it.name().text() == "tls" && !is_off(it)) {
        let place = line.name().text.map(|_| ());
        match line.arguments() {
            [only] if only.text() == "self_signed" => tls.internal = Some(place.clone()),
            [certificate, key] => tls.files = Some((certificate.text.clone(), key.text.clone())),
            _ => {}
        }
        tls.directive = Some(place);
    }
    tls
}

fn is_off(tls: &Directive) -> bool {
    tls.arguments().first().is_some_and(|it| it.text() == "off")
}

/// An address with the port and the scheme that Caddy 1 gives it: a public name without a port gets a
/// certificate and is served by https, and whatever else names no port is at 2015
/// (`activateHTTPS`, `MakeServers`).
fn address(text: &Fact<String>, body: &[Directive], tls: &Tls) -> Option<Address> {
    let mut address = Address::parse(text, Release(None)).ok()?;
    let is_plain = address.scheme == Some(Scheme::Http) || address.port == Some(80);
    let turned_off = body.iter().any(|it| it.name().text() == "tls" && is_off(it));
    let is_manual = tls.files.is_some() || tls.internal.is_some();
    let is_managed = !is_plain && !turned_off && !is_manual && qualifies(&address.host);
    let is_tls = !is_plain && (is_manual || is_managed || address.port == Some(443) && !turned_off);
    let by_scheme = match address.scheme {
        Some(Scheme::Http) => Some(80),
        Some(Scheme::Https) => Some(443),
        None if is_managed => Some(443),
        None => None,
    };
    if !address.is_port_symbolic {
        address.port = address.port.or(by_scheme).or(Some(PORT));
    }
    address.scheme = Some(if is_tls { Scheme::Https } else { Scheme::Http });
    address.is_redirected = is_managed;
    Some(address)
}

/// Whether a public authority would sign for a name (certmagic's `HostQualifies`).
fn qualifies(host: &str) -> bool {
    !host.is_empty() && host != "localhost" && host.parse::<IpAddr>().is_err()
}

fn root(body: &[Directive]) -> Option<Route> {
    let line = body.iter().find(|it| it.name().text() == "root")?;
    let to = line.arguments().last()?;
    Some(always(line, Handler::Root(to.text.clone())))
}

/// What is left to nobody else is looked for as a file.
fn files(body: &[Directive], place: Place) -> Route {
    let lists = |it: &&Directive| {
        is_browse(it) && it.arguments().first().is_none_or(|path| path.text() == "/")
    };
    let root = body.iter().find(|it| it.name().text() == "root");
    let directive = match root {
        Some(line) => line.name().text.clone(),
        None => Fact::at("root".to_owned(), place),
    };
    let index = ["index.html", "index.htm", "index.txt", "default.html", "default.htm"];
    let server = FileServer {
        root: None,
        browse: body.iter().find(lists).map(|it| it.name().text.map(|_| ())),
        hide: Vec::new(),
        index: index.into_iter().map(str::to_owned).collect(),
        passes_through: false,
        is_canonical: true,
        status: None,
        only_reads: true,
        filesystem: None,
    };
    let steps = vec![Step { directive, handler: Handler::Files(server) }];
    Route { matcher: None, group: None, steps }
}

fn is_browse(line: &Directive) -> bool {
    line.name().text() == "browse"
}

fn always(line: &Directive, handler: Handler) -> Route {
    let steps = vec![Step { directive: line.name().text.clone(), handler }];
    Route { matcher: None, group: None, steps }
}

/// For what lies below a path; `/` is everything.
fn below(path: &Token, line: &Directive, handler: Handler) -> Route {
    let matcher = (path.text() != "/").then(|| Arc::new(MatcherSet::below(path, &[])));
    Route { matcher, ..always(line, handler) }
}

fn line(line: &Directive) -> Vec<Route> {
    match line.name().text() {
        "header" => headers(line),
        "redir" => redirects(line),
        "basicauth" => guarded(line),
        "internal" => {
            let hidden =
                Respond { status: Some(line.name().text.map(|_| "404".to_owned())), body: None };
            let path = line.arguments().first();
            path.map(|it| below(it, line, Handler::Respond(hidden))).into_iter().collect()
        }
        "status" => match line.arguments() {
            [code, path] => {
                let status = Respond { status: Some(code.text.clone()), body: None };
                vec![below(path, line, Handler::Respond(status))]
            }
            _ => vec![opaque(line)],
        },
        _ => vec![opaque(line)],
    }
}

/// What a directive does is not known here; where its first word is a path, it does so below that.
fn opaque(line: &Directive) -> Route {
    match line.arguments().first().filter(|it| it.text().starts_with('/')) {
        Some(path) => below(path, line, Handler::Opaque),
        None => always(line, Handler::Opaque),
    }
}

/// `header / Name value`, or a block of such lines. What the upstream sends itself comes in its place
/// (`proxy/reverseproxy.go`, `copyHeader`).
fn headers(line: &Directive) -> Vec<Route> {
    let [path, rest @ ..] = line.arguments() else { return Vec::new() };
    let written = std::iter::once(rest).chain(line.body().iter().map(|it| it.words.as_slice()));
    let each = written.filter(|it| !it.is_empty()).map(|words| {
        let mut ops = HeaderOps::of_line(words);
        let name = words[0].text();
        if !name.starts_with(['-', '+']) {
            ops.unless_present.push(name.to_owned());
        }
        below(path, line, Handler::Headers(translated(ops)))
    });
    each.collect()
}

/// `redir TO`, `redir FROM TO [CODE]`, or a block of such lines. A path is met in full, and `/` by
/// everything.
fn redirects(line: &Directive) -> Vec<Route> {
    let is_condition = |it: &Directive| matches!(it.name().text(), "if" | "if_op");
    if line.body().iter().any(is_condition) {
        return vec![always(line, Handler::Opaque)];
    }
    let default = match line.arguments() {
        [code] if !line.body().is_empty() => code.text.clone(),
        _ => line.name().text.map(|_| "301".to_owned()),
    };
    let one = |words: &[Token]| {
        let (from, to, code) = match words {
            [to] => (None, to, default.clone()),
            [from, to] => (Some(from), to, default.clone()),
            [from, to, code] => (Some(from), to, code.text.clone()),
            _ => return None,
        };
        let status = code.map(|code| if code == "meta" { "200".to_owned() } else { code.clone() });
        let to = to.text.map(|it| placeholders(it));
        let from = from.filter(|it| it.text() != "/");
        let matcher = from.map(|it| Arc::new(MatcherSet::path(it)));
        Some(Route { matcher, ..always(line, Handler::Redirect { to, status }) })
    };
    match line.body() {
        [] => one(line.arguments()).into_iter().collect(),
        lines => lines.iter().filter_map(|it| one(&it.words)).collect(),
    }
}

/// `basicauth /path user password`, `basicauth user password { /path }`.
fn guarded(line: &Directive) -> Vec<Route> {
    match line.arguments() {
        [path, _, _] => vec![below(path, line, Handler::Authenticate)],
        _ => {
            let paths = line.body().iter().map(Directive::name);
            paths
                .filter(|it| it.text().starts_with('/'))
                .map(|it| below(it, line, Handler::Authenticate))
                .collect()
        }
    }
}
