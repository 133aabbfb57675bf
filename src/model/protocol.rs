//! What is spoken where a proxy meets a server: HTTP, the same over TLS, or uWSGI's own protocol.
//!
//! `proxy_pass` to uWSGI's `socket` is answered with 502, as is `uwsgi_pass` to gunicorn (uWSGI's manual,
//! "Things to know": `http-socket` is what takes HTTP), and `proxy_pass https://` to a server without a
//! certificate (nginx: "SSL_do_handshake() failed", "wrong version number").

use crate::fact::Fact;
use crate::model::command::{Program, Started};
use crate::model::{Deployment, Endpoint, Listening, Process, Route, reaches};

/// What is spoken on a connection to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoken {
    Http,
    Tls,
    Uwsgi,
}

/// Where a server takes another protocol than a route speaks.
#[derive(Debug)]
pub struct OtherProtocol<'d> {
    pub process: Fact<&'d Process>,
    pub listening: &'d Fact<Listening>,
    pub speaks: Spoken,
    pub takes: Spoken,
}

impl Deployment {
    /// Why a route and the server behind it do not understand each other, if both protocols are
    /// known.
    pub fn other_protocol(&self, route: &Route) -> Option<OtherProtocol<'_>> {
        let process = self.process(route).filter(|_| !route.missed)?;
        let speaks = spoken_by(route);
        let mut met = route.upstreams.iter().filter_map(|to| process.value.listening_to(&to.value));
        let listening = met.next()?;
        let takes = process.value.takes(listening, speaks)?;
        (takes != speaks).then_some(OtherProtocol { process, listening, speaks, takes })
    }
}

fn spoken_by(route: &Route) -> Spoken {
    match route.is_by_uwsgi() {
        true => Spoken::Uwsgi,
        false if route.pass.value.starts_with("https://") => Spoken::Tls,
        false => Spoken::Http,
    }
}

/// Servers that people call sockets after.
const SERVERS: [(&str, Program); 5] = [
    ("daphne", Program::Daphne),
    ("gunicorn", Program::Gunicorn),
    ("hypercorn", Program::Hypercorn),
    ("uvicorn", Program::Uvicorn),
    ("uwsgi", Program::Uwsgi),
];

impl Process {
    /// Whether it is another server that a route is meant for: this one takes uWSGI's protocol
    /// nowhere, and the route speaks it, or the other way round.
    pub(in crate::model) fn is_foreign_to(&self, route: &Route) -> bool {
        let speaks_uwsgi = spoken_by(route) == Spoken::Uwsgi;
        let mut takes = self.listens.iter().map(|it| self.takes_uwsgi(it));
        !self.listens.is_empty() && takes.all(|it| it == Some(!speaks_uwsgi))
    }

    /// Whether a socket has the name of a server, and this process is one of another name without such
    /// a socket: the site is the project's, and something else that is not in view serves it.
    pub fn is_called_otherwise(&self, to: &Endpoint) -> bool {
        let Endpoint::Unix(path) = to else { return false };
        let name = path.file_name().unwrap_or_default();
        let own = self.started.as_ref().map(|it| &it.program.value);
        let Some((_, of)) = SERVERS.iter().find(|(server, _)| name.contains(server)) else {
            return false;
        };
        let is_server = SERVERS.iter().any(|(_, it)| Some(it) == own);
        is_server
            && Some(of) != own
            && self.listens.iter().all(|it| !it.value.endpoint.is_named_as(to))
    }

    /// Where it takes connections to an address that leads to it. In a container it goes by another
    /// name, at the same port.
    pub(in crate::model) fn listening_to(&self, to: &Endpoint) -> Option<&Fact<Listening>> {
        self.listens.iter().find(|it| match (to, &it.value.endpoint) {
            (Endpoint::Tcp { port, .. }, Endpoint::Tcp { port: bound, .. }) => port == bound,
            (to, bound) => reaches(to, bound) == Some(true),
        })
    }

    /// What it takes at one of its addresses from who speaks so. `None` if nobody can tell.
    fn takes(&self, listening: &Fact<Listening>, spoken: Spoken) -> Option<Spoken> {
        match (self.takes_uwsgi(listening)?, spoken) {
            (true, _) => Some(Spoken::Uwsgi),
            (false, Spoken::Tls) => self
                .started
                .as_ref()
                .is_some_and(Started::has_no_certificate)
                .then_some(Spoken::Http),
            (false, _) => Some(Spoken::Http),
        }
    }

    /// Where it takes HTTP from who connects to an address, and surely no TLS.
    pub(in crate::model) fn without_tls(&self, to: &Endpoint) -> Option<&Fact<Listening>> {
        let listening = self.listening_to(to)?;
        (self.takes(listening, Spoken::Tls) == Some(Spoken::Http)).then_some(listening)
    }

    /// Whether it takes uWSGI's protocol at one of its addresses, and no HTTP. `None` if nobody can
    /// tell.
    pub fn takes_uwsgi(&self, listening: &Fact<Listening>) -> Option<bool> {
        let started = self.started.as_ref().filter(|it| it.protocol.is_none())?;
        match started.program.value {
            _ if listening.value.activated => None,
            Program::Uwsgi => {
                let place = listening.evidence().place()?;
                Some(started.uwsgi_sockets.contains(&place))
            }
            Program::Gunicorn | Program::Uvicorn | Program::Daphne | Program::Hypercorn => {
                Some(false)
            }
            _ => None,
        }
    }
}
