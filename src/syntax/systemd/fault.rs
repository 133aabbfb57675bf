//! What systemd refuses or ignores in a unit.

use crate::diagnostic::{Edit, Fix, Safety};
use crate::source::Place;
use crate::syntax;

/// Which kind of fault, as rules ask for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A line that is neither section, assignment nor comment; a broken section header.
    Syntax,
    /// An assignment before the first section, which is ignored.
    OutsideSection,
    UnknownSection,
    UnknownKey,
    /// A key that only another section knows.
    WrongSection,
    /// Quotes do not balance in a value that is split into words.
    UnclosedQuote,
    /// A word of `Environment=` that assigns nothing and is dropped.
    DroppedWord,
    /// An escape sequence that does not exist.
    UnknownEscape,
    /// A `#` after the value, which is part of it.
    InlineComment,
    InvalidValue,
    PathNotAbsolute,
    /// `%x` where there is no such specifier.
    UnknownSpecifier,
    /// `&&`, `|`, `>` and their kin, outside of a shell.
    ShellSyntax,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub fault: Fault,
    pub place: Place,
    pub message: String,
    /// Whether systemd refuses to load or start the unit, rather than ignoring the line.
    pub fatal: bool,
    /// What would make it what was plainly meant.
    pub fix: Option<Box<Fix>>,
    /// What to do about it, where that is not what one does about others of its kind.
    pub help: Option<&'static str>,
}

impl Problem {
    pub(super) fn ignored(fault: Fault, place: Place, message: impl Into<String>) -> Self {
        Self { fault, place, message: message.into(), fatal: false, fix: None, help: None }
    }

    pub(super) fn fatal(fault: Fault, place: Place, message: impl Into<String>) -> Self {
        Self { fault, place, message: message.into(), fatal: true, fix: None, help: None }
    }

    /// Says of what begins like an option of a program that it is the rest of a command: no key of systemd's
    /// begins so.
    pub(super) fn of_command(self, written: &str) -> Self {
        let help = "end the line before with `\\`, which has systemd go on with it here";
        Self { help: written.starts_with('-').then_some(help), ..self }
    }

    pub(super) fn helped(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }

    pub(super) fn mended(mut self, safety: Safety, title: &str, edits: Vec<Edit>) -> Self {
        self.fix = Some(Box::new(Fix { safety, title: title.to_owned(), edits }));
        self
    }
}

impl From<Problem> for syntax::Problem {
    fn from(it: Problem) -> Self {
        Self { fix: it.fix, help: it.help, ..Self::new(it.place, it.message) }
    }
}
