//! What is spoken where a proxy meets a server: HTTP, or uWSGI's own protocol.
//!
//! `proxy_pass` to uWSGI's `socket` is answered with 502, as is `uwsgi_pass` to gunicorn (uWSGI's manual,
//! "Things to know": `http-socket` is what takes HTTP).

use crate::fact::Fact;
use crate::model::command::Program;
use crate::model::{Deployment, Endpoint, Listening, Process, Route, reaches};

/// Where a server takes another protocol than a route speaks.
#[derive(Debug)]
pub struct OtherProtocol<'d> {
    pub process: Fact<&'d Process>,
    pub listening: &'d Fact<Listening>,
    /// It takes uWSGI's protocol there, and HTTP otherwise.
    pub takes_uwsgi: bool,
}

impl Deployment {
    /// Why a route and the server behind it do not understand each other, if both protocols are
    /// known.
    pub fn other_protocol(&self, route: &Route) -> Option<OtherProtocol<'_>> {
        let process = self.process(route).filter(|_| !route.missed)?;
        let speaks_uwsgi = route.pass.value.starts_with("uwsgi://");
        let mut met = route.upstreams.iter().filter_map(|to| process.value.listening_to(&to.value));
        let listening = met.next()?;
        let takes_uwsgi = process.value.takes_uwsgi(listening)?;
        (takes_uwsgi != speaks_uwsgi).then_some(OtherProtocol { process, listening, takes_uwsgi })
    }
}

impl Process {
    /// Where it takes connections to an address that leads to it. In a container it goes by another
    /// name, at the same port.
    pub(in crate::model) fn listening_to(&self, to: &Endpoint) -> Option<&Fact<Listening>> {
        self.listens.iter().find(|it| match (to, &it.value.endpoint) {
            (Endpoint::Tcp { port, .. }, Endpoint::Tcp { port: bound, .. }) => port == bound,
            (to, bound) => reaches(to, bound) == Some(true),
        })
    }

    /// Whether it takes uWSGI's protocol at one of its addresses, and no HTTP. `None` if nobody can
    /// tell.
    pub(in crate::model) fn takes_uwsgi(&self, listening: &Fact<Listening>) -> Option<bool> {
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
