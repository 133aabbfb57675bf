//! The scheme that Django sees a request under: `request.is_secure()`.
//!
//! `SECURE_PROXY_SSL_HEADER` decides if it is set. Else the server does, by whom it believes and
//! how it was reached; what each does was measured with gunicorn 20.1 to 27.0, uvicorn 0.54,
//! daphne 4.2, hypercorn 0.18 and uWSGI 2.0.30. Whatever was not measured is not known.

use crate::fact::{Certainty, Fact, Lookup};
use crate::model::command::{Program, Started};
use crate::model::{
    Asked, Deployment, Endpoint, Host, Process, Route, SECURE_PROXY_SSL_HEADER,
    SECURE_SSL_REDIRECT, Site, ViewId,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Http,
    Https,
}

/// Who the server takes the proxy for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    /// The other end of a Unix socket.
    Socket,
    Loopback,
    /// Another container, or the gateway of their network.
    Elsewhere,
}

/// Whether a server believes what its peer says of the scheme.
#[derive(Clone, Debug)]
pub(super) struct Trust {
    pub(super) believes: bool,
    pub(super) reads: Reads,
    /// The option that decides, if one is given.
    pub(super) option: Option<Fact<()>>,
}

/// The headers that a server which believes its peer takes the scheme from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// `secure_scheme_headers`; those that contradict each other are refused.
    Gunicorn,
    /// `X-Forwarded-Proto` alone.
    Uvicorn,
    /// `X-Forwarded-Proto`, if `X-Forwarded-For` is there too.
    Daphne,
    /// `X-Forwarded-Proto`, or `X-Forwarded-Ssl`, or the variables of its own protocol.
    Uwsgi,
}

/// What the server makes of the header that tells of https.
#[derive(Clone, Debug)]
pub struct Lifting {
    pub scheme: Scheme,
    /// The option that decides, if one is given.
    pub option: Option<Fact<()>>,
}

/// The name that every server knows the header by.
const HEADER: &str = "x-forwarded-proto";

/// By which headers gunicorn is told of https, and what each says then (`secure_scheme_headers`).
pub(super) const OF_GUNICORN: &[(&str, &str)] =
    &[("x-forwarded-protocol", "ssl"), (HEADER, "https"), ("x-forwarded-ssl", "on")];

/// The variables that uWSGI is told of https by, and what of nginx's says so at a site with https.
const OF_UWSGI: &[(&str, &[&str])] = &[("uwsgi_scheme", SECURE), ("https", &["$https", "on", "1"])];

/// What tells uWSGI of https, as nginx's own `uwsgi_params` has it.
pub(super) const TELL_UWSGI: &str =
    "add `uwsgi_param HTTPS $https if_not_empty;`, or include `uwsgi_params`";

/// Values of the header that are the client's own scheme at a site with https.
const SECURE: &[&str] = &["$scheme", "https"];

impl Deployment {
    /// What the server in front of Django makes of https requests on a route, where no setting
    /// names a header. `None` if a setting does, or nobody can tell.
    pub fn lifting(&self, site: &Site, route: &Route) -> Option<Fact<Lifting>> {
        let believed = self.believing(site, route)?;
        let sent = match route.forwarded_proto() {
            Some(value) if SECURE.contains(&value.value.as_str()) => value.map(|_| true),
            Some(_) => return None,
            None if OF_GUNICORN.iter().any(|(it, _)| route.sends(it).is_some()) => return None,
            None => tells_by_variables(route)?.given(&route.does_not_send(HEADER)?),
        };
        let lifting = believed.map(|it| match sent.value {
            true => it.clone(),
            false => Lifting { scheme: Scheme::Http, option: None },
        });
        Some(lifting.given(&sent))
    }

    /// What the server in front of Django makes of requests that a header says came by https, whoever
    /// wrote it, where no setting names one. `None` if a setting does, or nobody can tell.
    pub fn believing(&self, site: &Site, route: &Route) -> Option<Fact<Lifting>> {
        let app = self.process(route)?;
        let unset = app.missing(SECURE_PROXY_SSL_HEADER)?;
        let django = app.value.django.as_ref();
        if django.is_some_and(|it| it.project.code.may_set_scheme) {
            return None;
        }
        let started = app.value.started.as_ref()?;
        let [upstream] = route.upstreams.as_slice() else { return None };
        let peer = peer(site, app.value, &upstream.value)?;
        let believed = lifts(started, app.value, peer)?;
        Some(believed.given(&unset).given(upstream).given(&app))
    }

    /// Whether all that passes requests on to a process is in view, takes them by plain http, and
    /// says so in the header: whatever a setting expects, nothing tells of https.
    pub fn is_told_of_http(&self, process: &Process) -> bool {
        // What nobody is seen to run lies behind the proxies that lead to nobody known.
        if self.is_assumed() && self.sites.is_empty() {
            return self.surroundings.passes_on_http;
        }
        let mut told = false;
        let app = process.fact();
        for site in &self.sites {
            for route in &site.routes {
                if !self.process(route).is_some_and(|it| std::ptr::eq(it.value, process)) {
                    continue;
                }
                if site.speaks_tls() || !says_http(app.told_scheme(route)) {
                    return false;
                }
                told = true;
            }
        }
        told
    }
}

/// Whether a route tells of https by what uWSGI's protocol has beside headers. `None` if nobody can tell.
fn tells_by_variables(route: &Route) -> Option<Fact<bool>> {
    for (name, secure) in OF_UWSGI {
        if let Some(told) = route.variable(name) {
            return secure.contains(&told.value.as_str()).then(|| told.map(|_| true));
        }
    }
    Some(route.pass.map(|_| false))
}

/// Whether this says to the application by what scheme a request came, where that is plain http: the
/// client's own header may be that of a proxy further out.
pub(in crate::model) fn says_http(told: Option<&Fact<String>>) -> bool {
    told.is_some_and(|it| matches!(it.value.as_str(), "$scheme" | "http"))
}

impl Fact<&Process> {
    /// What a route says of the scheme in the header that the settings go by, or in the usual one where
    /// they name none: another may come from further out.
    pub fn told_scheme<'r>(&self, route: &'r Route) -> Option<&'r Fact<String>> {
        let Some(believed) = self.get(SECURE_PROXY_SSL_HEADER) else {
            return route.forwarded_proto();
        };
        route.sends(&believed.value.0.strip_prefix("HTTP_")?.replace('_', "-"))
    }

    /// That a header tells of https, so something before the process speaks it. A pair whose second
    /// is another word takes plain http for secure, and tells of nothing.
    pub fn is_told_of_https(&self) -> Option<Fact<()>> {
        self.live(SECURE_PROXY_SSL_HEADER)?.try_map(|(header, secure)| {
            let name = header.strip_prefix("HTTP_").map(|it| it.replace('_', "-"));
            let of_gunicorn = OF_GUNICORN.iter().any(|(own, https)| {
                name.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(own)) && secure == https
            });
            (of_gunicorn || secure.contains("https")).then_some(())
        })
    }

    /// Whether the redirect to https, which the settings have unless a variable says otherwise, is turned off
    /// where the site runs, or in the example that is copied there. It may be a proxy's then, or there is no
    /// https: what a template has in its settings tells of neither.
    pub fn has_redirect_turned_off(&self) -> bool {
        let reads = self.value.django.iter().flat_map(|it| &it.evaluation.reads);
        let is_on_by_default =
            |read: &Asked| read.name.contains("REDIRECT") && read.default_switch() == Some(true);
        let is_off = |value: Option<Fact<bool>>| value.is_some_and(|it| !it.value);
        let documented = || self.value.documented();
        reads.into_iter().any(is_on_by_default)
            && (is_off(self.get(SECURE_SSL_REDIRECT))
                || documented().is_some_and(|it| is_off(it.fact().get(SECURE_SSL_REDIRECT))))
    }
}

fn peer(site: &Site, process: &Process, upstream: &Endpoint) -> Option<Peer> {
    peer_of(site.view, process, upstream)
}

/// Who a connection comes from that is made in a view.
pub(super) fn peer_of(from: ViewId, process: &Process, upstream: &Endpoint) -> Option<Peer> {
    match upstream {
        Endpoint::Unix(_) => Some(Peer::Socket),
        Endpoint::Tcp { host: Host::Loopback, .. } if from == process.view => Some(Peer::Loopback),
        // A published port, or the name of a service.
        Endpoint::Tcp { host: Host::Loopback | Host::Name(_), .. } if from != process.view => {
            Some(Peer::Elsewhere)
        }
        Endpoint::Tcp { .. } => None,
    }
}

/// Whether the server takes `X-Forwarded-Proto: https` from this peer.
fn lifts(started: &Started, process: &Process, peer: Peer) -> Option<Fact<Lifting>> {
    let trust = trust(started, process, peer)?;
    // daphne takes the scheme only along with X-Forwarded-For.
    if trust.value.reads == Reads::Daphne && trust.value.believes {
        return None;
    }
    let scheme = if trust.value.believes { Scheme::Https } else { Scheme::Http };
    Some(trust.map(|trust| Lifting { scheme, option: trust.option.clone() }))
}

/// Whether the server believes what this peer says of the scheme. `None` if nobody can tell.
pub(super) fn trust(started: &Started, process: &Process, peer: Peer) -> Option<Fact<Trust>> {
    let program = &started.program;
    // Nobody knows what a file adds that is not in view; and who speaks TLS himself needs nobody's word.
    if started.config_file.is_some() && !started.config_read || started.certificate.is_some() {
        return None;
    }
    let trust = |believes: bool, reads: Reads, option: Option<Fact<()>>| {
        let rests = option.clone().unwrap_or_else(|| program.map(|_| ()));
        let rests = match process.environment.get("FORWARDED_ALLOW_IPS") {
            Lookup::Unknown(why) if option.is_none() => {
                let why = format!("FORWARDED_ALLOW_IPS may be set: {why}");
                rests.doubt(Certainty::Likely, &why)
            }
            _ => rests,
        };
        Some(rests.map(|()| Trust { believes, reads, option: option.clone() }))
    };
    match &program.value {
        Program::Gunicorn => {
            if !started.has_own_worker() || started.names_scheme_headers {
                return None;
            }
            if peer == Peer::Socket {
                return trust(true, Reads::Gunicorn, None);
            }
            let (believed, option) = believes(started, peer)?;
            trust(believed, Reads::Gunicorn, option)
        }
        Program::Uvicorn => {
            if let Some(off) = started.proxy_headers.as_ref().filter(|it| !it.value) {
                return trust(false, Reads::Uvicorn, Some(off.map(|_| ())));
            }
            let (believed, option) = believes(started, peer)?;
            trust(believed, Reads::Uvicorn, option)
        }
        Program::Daphne => match &started.proxy_headers {
            Some(it) if it.value => trust(true, Reads::Daphne, Some(it.map(|_| ()))),
            Some(_) | None => trust(false, Reads::Daphne, None),
        },
        Program::Hypercorn if peer == Peer::Loopback => trust(false, Reads::Uvicorn, None),
        // Whoever asks is believed.
        Program::Uwsgi => {
            Some(program.map(|_| Trust { believes: true, reads: Reads::Uwsgi, option: None }))
        }
        Program::Hypercorn
        | Program::Granian
        | Program::Waitress
        | Program::Celery(_)
        | Program::Manage(_)
        | Program::Nginx
        | Program::Caddy
        | Program::Redis
        | Program::Postgres
        | Program::Shell
        | Program::Other => None,
    }
}

/// `forwarded_allow_ips`, 127.0.0.1 unless given; an address that the peer may have is not decided.
fn believes(started: &Started, peer: Peer) -> Option<(bool, Option<Fact<()>>)> {
    let given = started.forwarded_allow_ips.as_ref();
    let option = given.map(|it| it.map(|_| ()));
    let allowed = given.map_or("127.0.0.1", |it| it.value.as_str());
    if allowed.contains(['/', '$', '{']) {
        return None;
    }
    let mut allowed = allowed.split(',').map(str::trim);
    let everybody = allowed.clone().any(|it| it == "*");
    let is_loopback = |it: &str| matches!(Host::parse(it), Host::Loopback);
    match peer {
        _ if everybody => Some((true, option)),
        Peer::Socket => Some((false, option)),
        Peer::Loopback => Some((allowed.any(is_loopback), option)),
        Peer::Elsewhere => allowed.all(is_loopback).then_some((false, option)),
    }
}
