//! What nginx does with a request, and what of it the next one gets.

use crate::fact::{Certainty, Fact};
use crate::model::journey::disk::Seen;
use crate::model::journey::headers::{Headers, Sent};
use crate::model::journey::hop::{At, Trail};
use crate::model::journey::request::{Request, names};
use crate::model::journey::upstream::{Passed, Redirects};
use crate::model::journey::{End, Journeys, uwsgi};
use crate::model::nginx::{self, Answer, Arrival, Config, Entry, Level, Proxied, Reply};
use crate::model::upstream::endpoints;
use crate::model::{Scheme, Spoken, ViewId};

/// nginx's own status for plain HTTP where TLS is spoken; clients are told 400.
const PLAIN_TO_TLS: &str = "497";

/// With this status nginx closes the connection and says nothing.
const NO_ANSWER: u16 = 444;

/// Headers of a connection rather than of a request; nginx sends its own.
const OF_THE_CONNECTION: &[&str] =
    &["connection", "expect", "keep-alive", "te", "transfer-encoding", "upgrade"];

impl<'d> Journeys<'d> {
    pub(super) fn nginx(
        &self,
        (config, view, port): (&'d Config, ViewId, u16),
        request: &Request,
        trail: &mut Trail,
    ) -> Result<Passed, End> {
        greet(config, port, request, trail)?;
        let asked = asked(request, port);
        let disk = |path: &str| match self.look_for(view, path, request.path()).value {
            Seen::File => Some(Entry::File),
            Seen::Folder => Some(Entry::Folder),
            Seen::Nothing => Some(Entry::Nothing),
            Seen::Unknown(_) => None,
        };
        let answer = config.answer(&asked, &disk);
        let answer = answer.map_err(|why| End::Unknown(why.why().to_owned()))?;
        tell(&answer, trail);
        if let Some(condition) = answer.conditions.first() {
            let text = "only some clients may ask here";
            trail.hop(At::Route, text).shows(condition, "this decides which");
            return Err(End::Unknown("which clients may ask is not known".to_owned()));
        }
        if let Some(tried) = answer.tried.first() {
            let why = "a file of this name may lie there";
            let tried = tried.path.clone().doubt(Certainty::Likely, why);
            let text = format!("a file would be sent if it were there: `{}`", tried.value);
            trail.hop(At::File, text).shows(&tried, "looked for here");
        }
        self.replied(&answer, view, request, trail)
    }

    fn replied(
        &self,
        answer: &Answer<'_>,
        view: ViewId,
        request: &Request,
        trail: &mut Trail,
    ) -> Result<Passed, End> {
        let reply = &answer.reply;
        let status = |own: u16| answer.status.unwrap_or(own);
        Err(match &reply.value {
            Reply::Proxy(proxied) => return passed(answer, proxied, view, request),
            Reply::File(path) => self.file((view, request.path()), reply, path, status(200), trail),
            Reply::Listing(path) => {
                trail.hop(At::File, format!("`{path}` is listed")).shows(reply, "switched on here");
                End::answered(status(200))
            }
            Reply::Redirect { status, location } => match location {
                Ok(location) => {
                    let hop = trail.hop(At::Route, format!("{status} to `{location}`"));
                    hop.shows(reply, "redirected here");
                    End::redirected(*status, location.clone())
                }
                Err(why) => End::Unknown(why.why().to_owned()),
            },
            Reply::Error(NO_ANSWER) | Reply::Respond { status: NO_ANSWER, .. } => {
                let text = "the connection is closed without an answer";
                trail.hop(At::Route, text).shows(reply, "closed here");
                End::Refused
            }
            Reply::Respond { status: own, .. } | Reply::Error(own) => {
                trail
                    .hop(At::Route, format!("{} by nginx itself", status(*own)))
                    .shows(reply, "answered here");
                End::answered(status(*own))
            }
            Reply::Gateway(gateway) => {
                if gateway.is_uwsgi() {
                    return uwsgi::passed(answer, gateway, view, request);
                }
                let text = format!("passed on by {} to {}", gateway.protocol, gateway.target);
                trail.hop(At::Proxy, text).shows(reply, "passed on here");
                End::Unknown(format!("what {} makes of a request is not known", gateway.protocol))
            }
            Reply::Own(name) => {
                trail.hop(At::Route, format!("answered by `{name}`")).shows(reply, "here");
                End::Unknown(format!("what `{name}` answers is not known"))
            }
            Reply::Unknown(why) => End::Unknown(why.why().to_owned()),
        })
    }

    /// A file that is sent, if it is there.
    pub(super) fn file(
        &self,
        (view, url): (ViewId, &str),
        from: &Fact<impl Clone>,
        path: &str,
        status: u16,
        trail: &mut Trail,
    ) -> End {
        let seen = self.look_for(view, path, url);
        let (text, end) = match &seen.value {
            Seen::File => (format!("`{path}` is sent"), End::answered(status)),
            Seen::Folder => {
                (format!("`{path}` is a folder"), End::Unknown("a folder is no file".to_owned()))
            }
            Seen::Nothing => (format!("`{path}` is not there"), End::answered(404)),
            Seen::Unknown(why) => (format!("`{path}` would be sent"), End::Unknown(why.clone())),
        };
        let hop = trail.hop(At::File, text);
        hop.shows(from, "files are read from here");
        if let Some(text) = seen.value.shown() {
            hop.shows(&seen, text);
        } else {
            trail.because(&seen);
        }
        end
    }
}

fn asked(request: &Request, port: u16) -> nginx::Request {
    nginx::Request {
        arrival: Arrival::port(port),
        tls: request.scheme == Scheme::Https,
        method: request.method.clone(),
        host: request.host_header(),
        uri: request.target.clone(),
        headers: request.headers.clone(),
        complete: true,
        client: Some(request.client),
    }
}

/// Whether both ends of the connection speak the same.
fn greet(config: &Config, port: u16, request: &Request, trail: &mut Trail) -> Result<(), End> {
    let here = config.servers().flat_map(nginx::Server::listeners);
    let here: Vec<_> = here.filter(|it| it.value.address.port() == Some(port)).collect();
    let wanted = request.scheme == Scheme::Https;
    let Some(first) = here.first() else { return Ok(()) };
    if here.iter().any(|it| it.value.ssl == wanted) {
        return Ok(());
    }
    if wanted {
        trail.hop(At::Client, format!("port {port} speaks no TLS")).shows(first, "without `ssl`");
        return Err(End::Refused);
    }
    let pages = config.levels().flat_map(|level| level.own("error_page"));
    if pages.into_iter().any(|line| line.has_arg(PLAIN_TO_TLS)) {
        return Err(End::Unknown("an `error_page` is for plain HTTP on this port".to_owned()));
    }
    trail.hop(At::Client, format!("port {port} speaks TLS only")).shows(first, "with `ssl`");
    Err(End::answered(400))
}

/// The steps of nginx's own choice: the server, then the locations.
fn tell(answer: &Answer<'_>, trail: &mut Trail) {
    let [server, steps @ ..] = answer.steps.as_slice() else { return };
    let name = answer.server.names().first().map(|name| name.value.to_string());
    let text = match name {
        Some(name) => format!("nginx answers as `{name}`"),
        None => "nginx answers".to_owned(),
    };
    trail.hop(At::Site, text).shows(server, server.value.clone());
    let Some(last) = steps.last() else { return };
    let hop = trail.hop(At::Route, last.value.clone());
    for step in steps {
        hop.shows(step, step.value.clone());
    }
}

/// The client's own headers that nginx reads at all.
pub(super) fn of_the_client(answer: &Answer<'_>, request: &Request) -> Headers {
    let mut headers = Headers::of(&request.headers);
    // `underscores_in_headers` is off unless somebody turns it on.
    let keeps =
        answer.server.level().is_on("underscores_in_headers", false, "ngx_http_core_module");
    if !keeps.value {
        headers.retain(|name| !name.contains('_'));
    }
    headers
}

/// Puts what nginx sets in the place of what the client sent; `empty` is what becomes of an empty text.
pub(super) fn set(
    headers: &mut Headers,
    lines: &[nginx::Header],
    empty: impl Fn() -> Option<Sent>,
) {
    lines.iter().for_each(|it| headers.remove(&it.name.value));
    for header in lines {
        let sent = match sent(header) {
            Sent::Value(value) if value.is_empty() => empty(),
            sent => Some(sent),
        };
        let line = match &sent {
            Some(Sent::Value(value)) => nginx::as_packaged(&header.name, value),
            Some(Sent::Unknown(_)) | None => header.name.map(|_| ()),
        };
        if let Some(sent) = sent {
            headers.push(&header.name.value, sent, Some(line));
        }
    }
}

pub(super) fn sent(header: &nginx::Header) -> Sent {
    match &header.value {
        Ok(value) => Sent::Value(value.clone()),
        Err(why) => Sent::Unknown(why.why().to_owned()),
    }
}

fn passed(
    answer: &Answer<'_>,
    proxied: &Proxied,
    view: ViewId,
    request: &Request,
) -> Result<Passed, End> {
    let unknown = |why: &nginx::Unknown| End::Unknown(why.why().to_owned());
    let mut headers = of_the_client(answer, request);
    headers.remove("host");
    OF_THE_CONNECTION.iter().for_each(|name| headers.remove(name));
    set(&mut headers, &answer.sent, || None);
    let pass = answer.reply.map(|_| proxied.pass.clone());
    let level = answer.level;
    let upgrades = upgrades(request, &headers, level);
    Ok(Passed {
        view,
        to: proxied.pass.target.to_string(),
        endpoints: endpoints(level.config(), &pass.map(|pass| pass.target.clone())),
        line: pass.map(|_| ()),
        method: proxied.method.clone(),
        target: proxied.uri.clone().map_err(|why| unknown(&why))?,
        headers,
        variables: Headers::default(),
        upgrades,
        speaks: if proxied.pass.tls { Spoken::Tls } else { Spoken::Http },
        bound: level.value("proxy_bind"),
        redirects: redirects(level),
        intercepts: intercepts(level, ("proxy_intercept_errors", "ngx_http_proxy_module")),
    })
}

/// Whether a handshake arrives as one: HTTP/1.0 knows none, and nginx has its own `Connection`.
fn upgrades(request: &Request, headers: &Headers, level: Level<'_>) -> Result<bool, String> {
    if !request.is_handshake() {
        return Ok(false);
    }
    let named = |name: &str, word: &str| {
        Ok::<_, String>(names(&headers.get(name)?.unwrap_or_default(), word))
    };
    if !named("upgrade", "websocket")? || !named("connection", "upgrade")? {
        return Ok(false);
    }
    match level.value("proxy_http_version") {
        Some(version) => Ok(version.value == "1.1"),
        None => Err("nginx speaks HTTP/1.1 by itself only since 1.29.7".to_owned()),
    }
}

/// What becomes of a Location that the upstream sends. By itself nginx replaces its own name of
/// the upstream, which Django never has there.
fn redirects(level: Level<'_>) -> Redirects {
    let found = level.in_effect(&["proxy_redirect"]);
    let mut pairs = Vec::new();
    for line in &found.lines {
        match (line.arg(0), line.arg(1)) {
            (Some("off" | "default"), None) => {}
            (Some(from), Some(to))
                if !from.starts_with('~') && !format!("{from}{to}").contains('$') =>
            {
                pairs.push((from.to_owned(), to.to_owned()));
            }
            _ => return Redirects::Unknown(line.fact(())),
        }
    }
    Redirects::Replaced(pairs)
}

/// Pages that replace the upstream's own answers, if a directive has them do so.
pub(super) fn intercepts(
    level: Level<'_>,
    (directive, module): (&str, &'static str),
) -> Option<(Fact<()>, Vec<String>)> {
    let on = level.is_on(directive, false, module);
    let pages = level.in_effect(&["error_page"]).lines;
    let codes = pages.iter().flat_map(|line| &line.args).map(|arg| arg.value.clone());
    (on.value && !pages.is_empty()).then(|| (on.map(|_| ()), codes.collect()))
}
