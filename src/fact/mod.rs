//! A value, where it comes from, and what speaks against relying on it.
//!
//! A fact made of others comes from all of them and is as certain as the least certain of them;
//! no method raises certainty. Which doubts there are is decided where facts are first stated,
//! by `syntax`, `python` and `model`.

use crate::source::{Place, Spanned};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

mod environment;
pub mod secret;
pub mod spelling;
mod switch;
pub mod symbol;
pub mod tongue;
pub mod version;

pub use environment::{Environment, Lookup, Open, Piece, Supplied, pieces};
pub use switch::switch;

/// How much of the evidence was computed rather than assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    Possible,
    Likely,
    Certain,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    At(Place),
    /// Nobody wrote it: it is what the program does by itself.
    Default {
        of: &'static str,
        version: &'static str,
        source: &'static str,
    },
    /// It would have to stand here, and does not.
    Absent {
        within: Place,
    },
}

impl Origin {
    /// Of what lies outside every file that was read.
    pub const UNSEEN: Self =
        Self::Default { of: "the environment", version: "", source: "not in view" };

    pub fn place(self) -> Option<Place> {
        match self {
            Self::At(place) | Self::Absent { within: place } => Some(place),
            Self::Default { .. } => None,
        }
    }
}

/// Why a fact is less than certain, and which place started it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    pub certainty: Certainty,
    pub place: Option<Place>,
    pub why: Arc<str>,
}

/// More places than anybody would follow; the first decide.
const MOST_ORIGINS: usize = 32;

/// What a fact rests on: its origins, the deciding one first, and its worst doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    origins: Arc<[Origin]>,
    doubt: Option<Doubt>,
}

impl Evidence {
    /// What a value rests on that was worked out elsewhere: its origins, the deciding one first.
    pub fn new(origins: Vec<Origin>, doubt: Option<Doubt>) -> Self {
        Self { origins: origins.into(), doubt }
    }

    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    pub fn doubt(&self) -> Option<&Doubt> {
        self.doubt.as_ref()
    }

    pub fn certainty(&self) -> Certainty {
        self.doubt.as_ref().map_or(Certainty::Certain, |doubt| doubt.certainty)
    }

    /// Whether somebody wrote it, and it is no program's default nor missing.
    pub fn is_written(&self) -> bool {
        matches!(self.origins.first(), Some(Origin::At(_)))
    }

    /// The first origin that can be pointed at.
    pub fn place(&self) -> Option<Place> {
        self.origins.iter().find_map(|origin| origin.place())
    }

    /// Whether both rest on one place, among others.
    pub fn meets(&self, other: &Self) -> bool {
        let mut places = self.origins.iter().filter_map(|origin| origin.place());
        places.any(|place| other.origins.iter().any(|it| it.place() == Some(place)))
    }

    /// The same, with each of its places somewhere else.
    pub fn moved(&self, to: impl Fn(Place) -> Place) -> Self {
        let moved = |origin: &Origin| match *origin {
            Origin::At(place) => Origin::At(to(place)),
            Origin::Absent { within } => Origin::Absent { within: to(within) },
            default @ Origin::Default { .. } => default,
        };
        let doubt = self.doubt.clone();
        Self {
            origins: self.origins.iter().map(moved).collect(),
            doubt: doubt.map(|it| Doubt { place: it.place.map(&to), ..it }),
        }
    }

    /// Both together. Origins are kept once each, so that `f"{a}{a}"` cannot make them grow, and
    /// no more than a few, so that a file whose every line rests on the one before cannot either.
    fn and(&self, other: &Self) -> Self {
        let new = other.origins.iter().filter(|origin| !self.origins.contains(origin));
        Self {
            origins: self.origins.iter().chain(new).take(MOST_ORIGINS).copied().collect(),
            doubt: [&self.doubt, &other.doubt].into_iter().flatten().min().cloned(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    pub value: T,
    evidence: Evidence,
}

impl<T> Fact<T> {
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, evidence: Evidence { origins: [origin].into(), doubt: None } }
    }

    /// A value that rests on evidence gathered before.
    pub fn resting(value: T, evidence: Evidence) -> Self {
        Self { value, evidence }
    }

    pub fn at(value: T, place: Place) -> Self {
        Self::new(value, Origin::At(place))
    }

    /// The same value, at most this certain.
    pub fn doubt(mut self, certainty: Certainty, why: &str) -> Self {
        let doubt = Doubt { certainty, place: self.evidence.place(), why: why.into() };
        self.evidence.doubt = self.evidence.doubt.into_iter().chain([doubt]).min();
        self
    }

    /// The same value, resting on another fact as well.
    pub fn given<U>(self, other: &Fact<U>) -> Self {
        Self { value: self.value, evidence: self.evidence.and(&other.evidence) }
    }

    pub fn map<U>(&self, f: impl FnOnce(&T) -> U) -> Fact<U> {
        Fact { value: f(&self.value), evidence: self.evidence.clone() }
    }

    pub fn try_map<U>(&self, f: impl FnOnce(&T) -> Option<U>) -> Option<Fact<U>> {
        Some(Fact { value: f(&self.value)?, evidence: self.evidence.clone() })
    }

    pub fn and_then<U>(&self, f: impl FnOnce(&T) -> Fact<U>) -> Fact<U> {
        f(&self.value).given(self)
    }

    pub fn zip<'a, U>(&'a self, other: &'a Fact<U>) -> Fact<(&'a T, &'a U)> {
        Fact { value: (&self.value, &other.value), evidence: self.evidence.and(&other.evidence) }
    }

    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Where it is written, if it is: a default or something absent has no text to change.
    pub fn written_at(&self) -> Option<Place> {
        match self.evidence.origins.first() {
            Some(Origin::At(place)) => Some(*place),
            Some(Origin::Default { .. } | Origin::Absent { .. }) | None => None,
        }
    }

    /// Where it is written, if what stands there is as long as this text: then there are no quotes
    /// around it nor anything beside it, and no variable stands for it.
    pub fn written_as(&self, text: &str) -> Option<Place> {
        self.written_at().filter(|place| place.span.len() == text.len())
    }

    /// Says what this fact shows where it stands.
    pub fn label(&self, text: impl Into<String>) -> Label {
        Label { text: text.into(), evidence: self.evidence.clone() }
    }
}

impl Fact<String> {
    /// Where all of this text stands, without the quotes around it.
    pub fn whole(&self) -> Option<Place> {
        self.part(0..self.value.len())
    }

    /// Where a part of this text stands: it is written as it is, in quotes or not.
    pub fn part(&self, range: Range<usize>) -> Option<Place> {
        let place = self.written_at()?;
        let start = place.span.start as usize;
        let quote = match place.span.len().checked_sub(self.value.len())? {
            0 => 0,
            2 => 1,
            _ => return None,
        };
        (range.end <= self.value.len())
            .then(|| Place::new(place.file, start + quote + range.start, start + quote + range.end))
    }
}

impl<T> From<Spanned<T>> for Fact<T> {
    fn from(it: Spanned<T>) -> Self {
        Self::at(it.value, it.place)
    }
}

impl<T: fmt::Display> fmt::Display for Fact<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// A fact as a diagnostic shows it. Only facts make labels, so no rule can claim more than it
/// was given.
#[derive(Clone, Debug)]
pub struct Label {
    pub text: String,
    pub evidence: Evidence,
}
