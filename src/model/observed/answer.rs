//! What listens on the machine answered when it was asked.

use crate::fact::Fact;
use crate::model::ServerKind;
use crate::model::observed::Seen;
use std::net::IpAddr;

/// One request of HTTP, and what came of it.
#[derive(Clone, Debug)]
pub struct Answered {
    pub asked: Asked,
    /// `http://app.example/`, for display.
    pub url: String,
    /// The line that says it should be answered.
    pub named: Fact<()>,
    /// The site or process that is asked, for subjects.
    pub by: String,
    /// Nothing if nobody listens there, which is another finding.
    pub page: Seen<Option<Fact<Page>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The proxy, under a name of the site.
    Site,
    /// The application itself, as its proxy would ask it; as one that says https, or not.
    App { https: bool },
    /// The application itself, under a name that nobody has.
    Stranger,
    /// A path whose status is declared: the proxy, or the application behind one that speaks TLS.
    Declared(u16),
    /// The proxy, for a static file of this many bytes.
    File(u64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub status: u16,
    /// Where it redirects to, its query left out.
    pub location: Option<String>,
    /// How long it is.
    pub length: Option<u64>,
    /// It is Django's page for developers.
    pub debug: bool,
}

/// A server that a process depends on.
#[derive(Clone, Debug)]
pub struct Backend {
    pub kind: ServerKind,
    /// `CACHES`, `DATABASES`.
    pub setting: String,
    pub process: String,
    /// `127.0.0.1:6379`, for display.
    pub at: String,
    /// What names it.
    pub named: Fact<()>,
    /// Whether somebody answered as such a server does.
    pub answers: Seen<Fact<bool>>,
}

/// A site's name, and where it leads whoever asks for it.
#[derive(Clone, Debug)]
pub struct Named {
    pub host: Fact<String>,
    pub addresses: Seen<Fact<Vec<IpAddr>>>,
}
