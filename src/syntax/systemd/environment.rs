//! `Environment=` and `EnvironmentFile=` (systemd.exec(5), "Environment").
//!
//! There is no `$` expansion here, and a word that assigns nothing is dropped.

use super::fault::{Fault, Problem};
use super::name::{Manager, UnitName};
use super::specifier::{self, Undecided};
use super::words::{self, Escapes, Stop};
use crate::fact::symbol;
use crate::source::{Place, Spanned};
use crate::syntax::spliced::Spliced;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    Set {
        name: Spanned<String>,
        /// With specifiers expanded; without a value if only the host can do that.
        value: Result<Spliced, Undecided>,
    },
    /// A template's placeholder that may become any number of assignments, or quotes that hold
    /// nothing any more: whoever showed the unit to others took out what it says.
    Inserted(Place),
}

/// What one `Environment=` line sets.
pub fn entries(value: &Spliced, unit: &UnitName, manager: Manager) -> (Vec<Entry>, Vec<Problem>) {
    let (words, stop) = words::split(value, Escapes::Strict);
    let mut entries = Vec::new();
    let mut problems = Vec::new();
    for word in words {
        let text = word.as_str();
        let Some(equals) = text.find('=') else {
            if symbol::is_symbolic(text) || text.is_empty() {
                entries.push(Entry::Inserted(word.place()));
            } else {
                let message = "this word assigns nothing, so systemd drops it";
                problems.push(Problem::ignored(Fault::DroppedWord, word.place(), message));
            }
            continue;
        };
        let name = word.text.slice(0..equals);
        // `{{ key }}={{ value }}` of a loop is any number of them.
        if symbol::is_symbolic(name.as_str()) {
            entries.push(Entry::Inserted(word.place()));
            continue;
        }
        if !is_name(name.as_str()) {
            let message = "this is no name of a variable, so systemd drops the assignment";
            problems.push(Problem::ignored(Fault::DroppedWord, word.place(), message));
            continue;
        }
        let value = specifier::expand(&word.text.slice(equals + 1..text.len()), unit, manager);
        if let Err(Undecided::Unknown(letter, place)) = value {
            let message = format!(
                "`%{letter}` is no specifier, so systemd drops the assignment; a literal `%` is `%%`"
            );
            problems.push(Problem::ignored(Fault::UnknownSpecifier, place, message));
            continue;
        }
        let name = Spanned::new(name.as_str().to_owned(), name.place());
        entries.push(Entry::Set { name, value });
    }
    problems.extend(stop.map(|stop| match stop {
        Stop::UnclosedQuote(place) => Problem::ignored(
            Fault::UnclosedQuote,
            place,
            "this quote is never closed, so systemd ignores the rest of the line",
        ),
        Stop::UnknownEscape(place) | Stop::LoneBackslash(place) => Problem::ignored(
            Fault::UnknownEscape,
            place,
            "this escape sequence does not exist, so systemd ignores the rest of the line",
        ),
    }));
    (entries, problems)
}

/// `env_name_is_valid` (env-util.c); a placeholder may still become one.
fn is_name(name: &str) -> bool {
    let is_plain = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_plain || symbol::is_symbolic(name)
}

/// One `EnvironmentFile=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// `-`: it may be absent.
    pub optional: bool,
    pub path: Result<Spliced, Undecided>,
}

impl File {
    /// Whether the path has to be matched against what is there.
    pub fn is_glob(&self) -> bool {
        self.path.as_ref().is_ok_and(|path| path.as_str().contains(['*', '?', '[']))
    }
}

/// Reads the value of `EnvironmentFile=`: quotes are part of it, and it must be absolute.
pub fn file(value: &Spliced, unit: &UnitName, manager: Manager) -> Result<File, Problem> {
    let text = value.as_str();
    let optional = text.starts_with('-');
    let written = value.slice(usize::from(optional)..text.len());
    let path = specifier::expand(&written, unit, manager);
    if let Err(Undecided::Unknown(letter, place)) = path {
        let message = format!("`%{letter}` is no specifier, so systemd ignores the line");
        return Err(Problem::ignored(Fault::UnknownSpecifier, place, message));
    }
    let is_symbolic =
        symbol::find(written.as_str()).is_some_and(|it| written.as_str().starts_with(it));
    if !written.as_str().starts_with(['/', '%']) && !is_symbolic {
        let message = "the path is not absolute, so systemd ignores the line";
        return Err(Problem::ignored(Fault::PathNotAbsolute, written.place(), message));
    }
    Ok(File { optional, path })
}
