//! What happens to one request: who takes the connection, what the web server does with it, what
//! it sends on, what the application's server and Django make of that, and what comes back.
//!
//! A journey is walked and never guessed: whatever is not known ends it, with the reason. Each hop
//! keeps the places that decided it. Nothing is looked up in DNS; the name in the URL is taken to
//! lead here. What a view answers is the project's own affair.

use crate::fact::{Doubt, Fact};
use crate::model::{Deployment, Endpoint, Storage, ViewId};
use std::cell::{OnceCell, RefCell};

mod caddy;
mod csrf;
mod disk;
mod django;
mod encoding;
mod enter;
mod gates;
mod headers;
mod hop;
mod nginx;
mod request;
mod server;
mod traefik;
mod upstream;
mod uwsgi;

pub use disk::{Disk, Lies};
pub use hop::{At, Hop};
pub use request::{BadUrl, From, Request};

pub use enter::Fit;

use enter::{Entered, Front};
use gates::Gates;
use hop::Trail;
use upstream::Reached;

/// As many redirects as browsers follow (Fetch, "HTTP-redirect fetch").
const REDIRECTS: usize = 20;

#[derive(Clone, Debug)]
pub struct Journey {
    pub request: Request,
    pub hops: Vec<Hop>,
    pub end: End,
    /// The worst doubt about anything on the way.
    pub doubt: Option<Doubt>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Answered(Response),
    /// Redirected to where it has been before.
    Loop(Response),
    /// The connection is refused, or closed without an answer.
    Refused,
    /// Why nobody can tell.
    Unknown(String),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// `None` if a view decides.
    pub status: Option<u16>,
    pub location: Option<String>,
}

impl End {
    fn answered(status: u16) -> Self {
        Self::Answered(Response { status: Some(status), location: None })
    }

    fn redirected(status: u16, location: String) -> Self {
        Self::Answered(Response { status: Some(status), location: Some(location) })
    }
}

/// The journeys through one deployment. What they have in common is worked out once.
pub struct Journeys<'d> {
    deployment: &'d Deployment,
    disk: Option<Disk<'d>>,
    fronts: Vec<Front<'d>>,
    gates: Vec<OnceCell<Option<Gates<'d>>>>,
    static_roots: OnceCell<Vec<(Fact<Storage>, usize)>>,
    /// Who takes connections that were asked for before.
    reached: RefCell<Vec<(Connection, Option<Fact<usize>>)>>,
}

type Connection = (ViewId, Endpoint);

impl<'d> Journeys<'d> {
    pub fn new(deployment: &'d Deployment, disk: Option<Disk<'d>>) -> Self {
        Self {
            deployment,
            disk,
            fronts: enter::fronts(deployment),
            gates: deployment.processes.iter().map(|_| OnceCell::new()).collect(),
            static_roots: OnceCell::new(),
            reached: RefCell::default(),
        }
    }

    /// The answer to one request; redirects are not followed.
    pub fn answer(&self, request: &Request) -> Journey {
        let mut trail = Trail::default();
        let end = self.leg(request, &mut trail);
        let doubt = trail.doubt();
        Journey { request: request.clone(), hops: trail.hops, end, doubt }
    }

    /// As a browser goes: redirects are followed until something else is answered, they lead to
    /// where they led before, or nobody can tell.
    pub fn follow(&self, request: &Request) -> Journey {
        let mut trail = Trail::default();
        let mut past: Vec<Request> = Vec::new();
        let mut next = request.clone();
        let end = loop {
            let end = self.leg(&next, &mut trail);
            let End::Answered(response) = &end else { break end };
            let Response {
                status: Some(status @ (301 | 302 | 303 | 307 | 308)),
                location: Some(to),
            } = response
            else {
                break end;
            };
            let Some(then) = next.follow(*status, to) else { break end };
            past.push(next);
            trail.hop(At::Redirect, format!("the client goes on with {then}"));
            if past.contains(&then) || past.len() > REDIRECTS {
                break End::Loop(response.clone());
            }
            next = then;
        };
        let doubt = trail.doubt();
        Journey { request: request.clone(), hops: trail.hops, end, doubt }
    }

    fn leg(&self, request: &Request, trail: &mut Trail) -> End {
        self.way(request, trail).unwrap_or_else(|end| end)
    }

    /// Whatever ends it early comes as the error.
    fn way(&self, request: &Request, trail: &mut Trail) -> Result<End, End> {
        let passed = match self.enter(request, trail)? {
            Entered::Nginx { config, view, port } => {
                self.nginx((config, view, port), request, trail)?
            }
            Entered::Caddy { config, view, port } => {
                self.caddy((config, view, port), request, trail)?
            }
            Entered::Traefik { config, view, port } => {
                self.traefik((config, view, port), request, trail)?
            }
            Entered::Process { index, peer } => {
                let reached = Reached { index, peer };
                return self.serve(&reached, &server::Received::directly(request), request, trail);
            }
        };
        let reached = self.reach(&passed, trail)?;
        let received = server::Received::from(&passed);
        let end = self.serve(&reached, &received, request, trail).unwrap_or_else(|end| end);
        Ok(passed.back(end, trail))
    }
}
