//! Whether a user may reach a file, folder by folder, and which one ends the way.

use crate::fact::Fact;
use crate::model::observed::Seen;
use camino::Utf8PathBuf;

/// A path that somebody needs.
#[derive(Clone, Debug)]
pub struct Access {
    pub path: Utf8PathBuf,
    pub purpose: Purpose,
    /// Who.
    pub user: Fact<String>,
    /// What says that they need it.
    pub asked: Fact<()>,
    /// The unit or site, for subjects.
    pub by: String,
    pub way: Seen<Way>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The web server reads static files there.
    ServeStatic,
    /// The web server reads uploads there.
    ServeMedia,
    /// The web server connects to the socket.
    Connect,
    /// The application writes there, as this setting says.
    Write(&'static str),
    /// Anybody of the machine who wants to know a secret.
    Peek,
    /// The service starts in the folder.
    StartIn,
    /// The service executes the file.
    Execute,
}

/// Where the way ends.
#[derive(Clone, Debug)]
pub enum Way {
    Free,
    /// Something on the way does not let them, at the line that says how it is protected.
    Blocked(Fact<Utf8PathBuf>),
    /// Nothing is there, below what the line shows.
    Missing(Fact<Utf8PathBuf>),
}
