//! What nginx does with a request in the end, and how it came to that.

use crate::fact::Fact;
use crate::model::nginx::choose::Server;
use crate::model::nginx::handler::{Gateway, Pass};
use crate::model::nginx::level::Level;
use crate::model::nginx::scope::ScopeId;
use crate::model::nginx::text::Unknown;

/// What nginx does in the end.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A file of the machine, which may or may not be there.
    File(String),
    /// A listing of a folder.
    Listing(String),
    Redirect {
        status: u16,
        location: Result<String, Unknown>,
    },
    /// `return` with a text, or without one where that is no error.
    Respond {
        status: u16,
        body: Option<Result<String, Unknown>>,
    },
    /// A page of nginx's own for a status.
    Error(u16),
    Proxy(Proxied),
    Gateway(Gateway),
    /// What a directive of that name does.
    Own(String),
    Unknown(Unknown),
}

/// A request that is passed on.
#[derive(Clone, Debug)]
pub struct Proxied {
    pub pass: Pass,
    /// The client's, unless an error's page is fetched.
    pub method: String,
    /// Path and query as the upstream gets them.
    pub uri: Result<String, Unknown>,
}

/// A file that would be sent before all else, were it there.
#[derive(Clone, Debug)]
pub struct Tried {
    pub path: Fact<String>,
    /// The level whose headers it would be sent with.
    pub level: ScopeId,
}

/// Something on the way that decided where it went.
pub type Step = Fact<String>;

#[derive(Clone, Debug)]
pub struct Answer<'c> {
    pub server: Server<'c>,
    /// The level that answers: a location, a block in one, or the server.
    pub level: Level<'c>,
    pub reply: Fact<Reply>,
    /// The status that is sent; none if the upstream says. An error's page keeps the error's.
    pub status: Option<u16>,
    /// Files that come first if they are there, which nobody can tell.
    pub tried: Vec<Tried>,
    /// What only some clients pass: addresses, passwords.
    pub conditions: Vec<Fact<()>>,
    pub steps: Vec<Step>,
    /// Headers of the answer, with their values as they are here.
    pub added: Vec<Header>,
    /// Headers of the request that is passed on, without those the client sent itself; empty
    /// values are left out of it.
    pub sent: Vec<Header>,
    /// What is passed on beside them to who speaks uWSGI's protocol.
    pub variables: Vec<Header>,
}

/// A header with its value filled in.
#[derive(Clone, Debug)]
pub struct Header {
    pub name: Fact<String>,
    pub value: Result<String, Unknown>,
    /// Sent with every status rather than with good news only.
    pub always: bool,
}

impl Reply {
    /// The status that it has by itself; none if the upstream says.
    pub(super) fn own_status(&self) -> Option<u16> {
        match self {
            Self::Redirect { status, .. } | Self::Respond { status, .. } => Some(*status),
            Self::Error(status) => Some(*status),
            Self::File(_) | Self::Listing(_) => Some(200),
            Self::Proxy(_) | Self::Gateway(_) | Self::Own(_) | Self::Unknown(_) => None,
        }
    }

    /// Whether it sets the status anew, whatever an error before it was.
    pub(super) fn is_of_its_own(&self) -> bool {
        matches!(self, Self::Redirect { .. } | Self::Error(_))
    }
}
