//! Traefik before the containers of a compose project: its own files, its options, and their labels.
//!
//! It serves no files; what it is asked for it passes on whole, with the host that was asked for and with
//! `X-Forwarded-*` of its own, or redirects (Traefik's documentation, "Routers", "Headers").

use crate::fact::Fact;
use crate::model::{Answer, Endpoint};

mod build;
mod dashboard;
mod entries;
mod labels;
mod rule;

pub use build::{Labelled, read};
pub use entries::Entries;
pub use rule::Rule;

/// All that one Traefik was told, as the sites that it has.
#[derive(Debug, Default)]
pub struct Config {
    pub sites: Vec<Site>,
    /// Fields that some middleware adds to answers, in small letters.
    pub added: Vec<String>,
    /// What entry points do with all that comes in without TLS, by their port, whatever routers say.
    pub redirects: Vec<(u16, Redirect)>,
    /// That it shows its dashboard at a port of its own and asks nobody who they are (its documentation,
    /// "API & Dashboard", `insecure`).
    pub insecure: Option<Fact<()>>,
    /// Its dashboard where routers lead to it and let everybody in.
    pub dashboards: Vec<Dashboard>,
    /// There is more than is read.
    pub limit: Option<Fact<String>>,
}

/// A router that leads to Traefik's dashboard.
#[derive(Clone, Debug)]
pub struct Dashboard {
    pub service: Fact<String>,
    pub rule: Fact<String>,
    /// Those of its entry points.
    pub ports: Vec<u16>,
}

/// The hosts that the same routers are for, on one entry point.
#[derive(Clone, Debug)]
pub struct Site {
    /// None for whatever host no router names.
    pub hosts: Vec<Fact<String>>,
    pub tls: bool,
    pub port: Option<u16>,
    pub listener: Fact<()>,
    /// Those that may be for it, which comes first first.
    pub routers: Vec<Router>,
}

#[derive(Clone, Debug)]
pub struct Router {
    pub name: String,
    pub rule: Fact<String>,
    /// `None` if nobody can tell what it is for.
    pub takes: Option<Rule>,
    /// The higher comes first.
    pub priority: usize,
    pub does: Does,
}

/// What becomes of a request that is a router's.
#[derive(Clone, Debug)]
pub enum Does {
    Pass(Pass),
    Redirect(Redirect),
    /// A middleware decides that nobody knows.
    Unknown,
}

/// To another scheme, at the same path.
#[derive(Clone, Debug)]
pub struct Redirect {
    pub at: Fact<()>,
    pub scheme: String,
    /// That of the entry point that it leads to.
    pub port: Option<u16>,
    pub permanent: bool,
}

#[derive(Clone, Debug)]
pub struct Pass {
    /// Where it is said to whom.
    pub at: Fact<String>,
    pub to: Vec<Fact<Endpoint>>,
    /// Fields that a middleware sets, by name in small letters; empty ones are taken away.
    pub sets: Vec<(String, Fact<String>)>,
    pub keeps_host: bool,
    /// The entry point believes what clients say of it.
    pub believes: bool,
}

impl Router {
    /// As messages name it.
    pub fn shown(&self) -> String {
        format!("router {}", self.name)
    }
}

impl Site {
    /// Whether it has a host.
    pub fn has(&self, host: &str) -> bool {
        self.hosts.iter().any(|it| rule::is_same_host(&it.value, host))
    }

    /// Whether nobody can tell if a router is for a path.
    pub fn is_open(&self, host: &str, path: &str) -> bool {
        let takes = |it: &Router| it.takes.as_ref().and_then(|it| it.takes(host, path));
        self.routers.iter().any(|it| takes(it).is_none())
    }

    /// The router that answers for a path of a host.
    pub fn router(&self, host: &str, path: &str) -> Option<&Router> {
        for router in &self.routers {
            if router.takes.as_ref()?.takes(host, path)? {
                return Some(router);
            }
        }
        None
    }

    /// What is answered. `None` if nobody can tell, or no router is for it.
    pub fn ask(&self, host: &str, path: &str) -> Option<Fact<Answer>> {
        let router = self.router(host, path)?;
        match &router.does {
            Does::Pass(pass) => Some(pass.at.map(|_| Answer::Pass).given(&router.rule)),
            Does::Redirect(it) => Some(it.at.map(|()| Answer::Redirect).given(&router.rule)),
            Does::Unknown => None,
        }
    }
}
