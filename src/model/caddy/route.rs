//! What a site does with requests: handlers, in the order in which Caddy asks them.

use crate::fact::Fact;
use crate::model::caddy::{HeaderOps, MatcherSet, Proxy};
use crate::source::Place;
use std::sync::Arc;

/// Handlers that share a matcher.
#[derive(Debug)]
pub struct Route {
    pub matcher: Option<Arc<MatcherSet>>,
    /// Of the routes of one group only the first that matches is taken: `handle`, `rewrite`,
    /// and `root` if there are several.
    pub group: Option<u32>,
    pub steps: Vec<Step>,
}

#[derive(Debug)]
pub struct Step {
    /// The name of the directive, at its place.
    pub directive: Fact<String>,
    pub handler: Handler,
}

#[derive(Debug)]
pub enum Handler {
    /// `handle`, `handle_path`, `route`, `invoke`: what they hold, then what follows them.
    Routes(Vec<Route>),
    Root(Fact<String>),
    Headers(HeaderOps),
    RequestHeaders(HeaderOps),
    Rewrite(Rewrite),
    Files(FileServer),
    Proxy(Box<Proxy>),
    Respond(Respond),
    Redirect {
        to: Fact<String>,
        status: Fact<String>,
    },
    /// Ends in `handle_errors`, or in an empty response of that status.
    Error {
        status: Option<Fact<String>>,
    },
    /// The connection is closed without an answer.
    Abort,
    /// `basic_auth` and `forward_auth`: on if the client may, or else what they answer.
    Authenticate,
    /// `encode`, `log_skip`, `templates`, …: neither answers nor changes what answers.
    Transparent,
    /// What it does is not known here: `php_fastcgi`, `acme_server`, plugins.
    Opaque,
}

#[derive(Clone, Debug)]
pub enum Rewrite {
    /// Path, query or both are replaced.
    To(Fact<String>),
    Method(Fact<String>),
    StripPrefix {
        prefix: Fact<String>,
        /// What is left begins with a slash whatever was taken.
        keeps_slash: bool,
    },
    StripSuffix(Fact<String>),
    /// `uri replace`, `path_regexp` and `query`.
    Other,
}

/// `file_server`.
#[derive(Clone, Debug)]
pub struct FileServer {
    /// Its own, in place of what `root` said.
    pub root: Option<Fact<String>>,
    /// Folders without an index file are listed.
    pub browse: Option<Fact<()>>,
    pub hide: Vec<Fact<String>>,
    pub index: Vec<String>,
    /// Files that do not exist are left to the next handler.
    pub passes_through: bool,
    /// Folders get a slash and files lose theirs by a redirect.
    pub is_canonical: bool,
    pub status: Option<Fact<String>>,
    /// Whatever is neither GET nor HEAD is answered by 405.
    pub only_reads: bool,
    /// Files are not read from the disk.
    pub filesystem: Option<Fact<String>>,
}

#[derive(Clone, Debug)]
pub struct Respond {
    pub status: Option<Fact<String>>,
    pub body: Option<Fact<String>>,
}

impl Step {
    pub fn place(&self) -> Option<Place> {
        self.directive.evidence().place()
    }
}
