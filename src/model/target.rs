//! The application that a command names, as it was looked up where the process imports from.

use crate::fact::Fact;
use camino::Utf8PathBuf;

/// What became of `config.wsgi:application` or celery's `-A config`.
#[derive(Clone, Debug)]
pub enum Application {
    Found {
        /// For which kind of server it is made; `None` if nobody can tell.
        interface: Option<Fact<Interface>>,
    },
    /// The package is there and has no such module, or there is no such package. `made` is the one
    /// module of the tree that makes an application for such a server.
    NoModule { module: String, made: Option<String> },
    /// The module is there, at its first byte, and binds no such name.
    NoAttribute { module: Fact<String>, attribute: String },
    /// Only another folder than the one that is imported from has the module.
    Elsewhere { imported_from: Fact<Utf8PathBuf>, module: String, folder: Utf8PathBuf },
}

/// What a server calls an application by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interface {
    Wsgi,
    Asgi,
}

impl Interface {
    pub fn name(self) -> &'static str {
        match self {
            Self::Wsgi => "WSGI",
            Self::Asgi => "ASGI",
        }
    }
}
