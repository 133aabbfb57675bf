//! One parser per format: text in, a tree with a place for everything out.
//!
//! A parser is a pure function of a file's text. It never fails: what the real consumer would
//! refuse becomes a [`Problem`], and the rest is still read. It never resolves an include, never
//! touches the disk, and knows nothing of Django.

use crate::source::{FileId, Place};
use crate::syntax::kind::Kind;

pub mod kind;

pub mod caddy;
pub mod dockerfile;
pub mod nginx;
pub mod requirements;
pub mod yaml;

pub mod placeholder;
pub mod spliced;
pub mod systemd;

/// What the real consumer of a file refuses or ignores, and where.
///
/// Formats whose faults have rules of their own say which by a type of their own that becomes
/// this one where no rule asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub place: Place,
    /// A message as a diagnostic's: lower case, one line, no full stop.
    pub message: String,
    /// Something else that takes part, as the bracket that was never closed.
    pub also: Option<(Place, String)>,
}

impl Problem {
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), also: None }
    }

    pub fn also(mut self, place: Place, message: impl Into<String>) -> Self {
        self.also = Some((place, message.into()));
        self
    }
}

/// A file's tree, of whatever format it is.
#[derive(Debug)]
pub enum Parsed {
    Text,
}

/// Reads a text as the format says.
pub fn parse(kind: Kind, _file: FileId, _text: &str) -> (Parsed, Vec<Problem>) {
    let _ = kind;
    (Parsed::Text, Vec::new())
}

impl Parsed {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text => Kind::Text,
        }
    }

    /// What no report may show.
    pub fn secrets(&self) -> Vec<Place> {
        match self {
            Self::Text => Vec::new(),
        }
    }
}
