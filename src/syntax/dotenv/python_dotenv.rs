//! python-dotenv 1.2 (`parser.py`, `variables.py`), and docker-compose 1.x, which reads with it.

use super::Reading;
use super::scope::{First, Variables, look_up};
use crate::fact::{Environment, Lookup};
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::cooked::Cooked;
use std::borrow::Cow;

/// Which grammar: that of 1.2.4, or that of the releases up to 0.19 that docker-compose 1.x has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Era {
    Current,
    Old,
}

/// What becomes of a name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alone {
    /// It is known, without a value that could be exported.
    Unset,
    Empty,
    /// It is the caller's variable.
    Inherited,
}

pub(super) fn read(
    file: FileId,
    text: &str,
    environment: &Environment,
    first: First,
    era: Era,
    alone: Alone,
) -> Reading {
    let mut variables = Variables::default();
    let mut skipped = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    loop {
        let start = rest.trim_start_matches(is_space);
        if start.is_empty() {
            break;
        }
        let mut reader = Reader { rest: start, era };
        match reader.binding() {
            Some(Binding { key: Some(key), value: Some(value) }) => {
                let place = Place::of(file, text, value.raw);
                let value = expand(&value.text, place, first, environment, &variables);
                variables.set(key, value.into_fact());
            }
            Some(Binding { key: Some(key), value: None }) => {
                let place = Place::of(file, text, key);
                match alone {
                    Alone::Unset => variables.remove(key),
                    Alone::Empty => variables.set(key, Cooked::at(place).into_fact()),
                    Alone::Inherited => variables.inherit(key, environment),
                }
            }
            Some(Binding { key: None, .. }) => {}
            None => {
                let line = start.split(['\n', '\r']).next().unwrap_or_default();
                let message = "python-dotenv cannot read this statement and skips it";
                skipped.push(Problem::new(Place::of(file, text, line), message));
                reader.rest_of_line();
            }
        }
        rest = reader.rest;
    }
    Reading { skipped, ..variables.into_reading() }
}

struct Binding<'a> {
    key: Option<&'a str>,
    value: Option<Written<'a>>,
}

struct Written<'a> {
    raw: &'a str,
    text: String,
}

/// Each method stands for one of the regular expressions of `parser.py`.
struct Reader<'a> {
    rest: &'a str,
    era: Era,
}

impl<'a> Reader<'a> {
    /// `None` if the statement is an error, with the reader where that was met.
    fn binding(&mut self) -> Option<Binding<'a>> {
        if let Some(after) = self.rest.strip_prefix("export")
            && after.starts_with(is_blank)
        {
            self.rest = after.trim_start_matches(is_blank);
        }
        let key = self.key()?;
        self.blanks();
        let value = match self.rest.strip_prefix('=') {
            Some(after) => {
                self.rest = after;
                self.blanks();
                let is_comment = self.era == Era::Current
                    && after.starts_with(is_blank)
                    && self.rest.starts_with('#');
                match is_comment {
                    true => Some(Written { raw: &self.rest[..0], text: String::new() }),
                    false => Some(self.value()?),
                }
            }
            None => None,
        };
        self.comment();
        self.end_of_line()?;
        Some(Binding { key, value })
    }

    fn key(&mut self) -> Option<Option<&'a str>> {
        if self.rest.starts_with('#') {
            return Some(None);
        }
        if let Some(after) = self.rest.strip_prefix('\'') {
            let end = after.find('\'').filter(|end| *end > 0)?;
            self.rest = &after[end + 1..];
            return Some(Some(&after[..end]));
        }
        let ends = |c: char| matches!(c, '=' | '#') || is_space(c);
        let key = self.take(self.rest.find(ends).unwrap_or(self.rest.len()));
        (!key.is_empty()).then_some(Some(key))
    }

    fn value(&mut self) -> Option<Written<'a>> {
        match self.rest.chars().next() {
            Some('\'') => self.quoted('\'', "\\'"),
            Some('"') => self.quoted('"', "\\'\"abfnrtv"),
            _ => {
                let line = self.take(self.rest.find(['\r', '\n']).unwrap_or(self.rest.len()));
                let raw = without_comment(line).trim_end_matches(is_space);
                Some(Written { raw, text: raw.to_owned() })
            }
        }
    }

    /// A backslash escapes any character. The old expression, `(?:\\"|[^"])*`, knew `\"` alone,
    /// and went back to the last of them if no other quote was left.
    fn quoted(&mut self, quote: char, escapes: &str) -> Option<Written<'a>> {
        let inner = &self.rest[1..];
        let end = match self.era {
            Era::Current => unescaped(inner, quote)?,
            Era::Old => {
                let mut quotes = inner.match_indices(quote).map(|(at, _)| at);
                let bare = quotes.find(|at| !inner[..*at].ends_with('\\'));
                bare.or_else(|| inner.rfind(quote))?
            }
        };
        let raw = &self.rest[..end + 2];
        self.rest = &self.rest[end + 2..];
        Some(Written { raw, text: unescape(&newlines(&inner[..end]), escapes) })
    }

    fn comment(&mut self) {
        let after = self.rest.trim_start_matches(is_blank);
        if after.starts_with('#') {
            self.rest = &after[after.find(['\r', '\n']).unwrap_or(after.len())..];
        }
    }

    fn end_of_line(&mut self) -> Option<()> {
        let after = self.rest.trim_start_matches(is_blank);
        if !after.is_empty() && !after.starts_with(['\r', '\n']) {
            return None;
        }
        self.rest = after;
        Some(())
    }

    fn rest_of_line(&mut self) {
        self.rest = &self.rest[self.rest.find(['\r', '\n']).unwrap_or(self.rest.len())..];
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(is_blank);
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

/// The file is opened as text, which makes every end of line a `\n`.
fn newlines(text: &str) -> Cow<'_, str> {
    match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    }
}

/// Where the first quote stands that no backslash takes.
fn unescaped(inner: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    inner.char_indices().find_map(|(at, char)| {
        if escaped {
            escaped = false;
            return None;
        }
        escaped = char == '\\';
        (char == quote).then_some(at)
    })
}

/// Python's `\s`.
pub(super) fn is_space(char: char) -> bool {
    char.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&char)
}

/// `[^\S\r\n]`.
fn is_blank(char: char) -> bool {
    is_space(char) && !matches!(char, '\r' | '\n')
}

/// `re.sub(r"\s+#.*", "", part)`.
fn without_comment(line: &str) -> &str {
    let hash = line.match_indices('#').find(|(at, _)| line[..*at].ends_with(is_space));
    hash.map_or(line, |(at, _)| line[..at].trim_end_matches(is_space))
}

fn unescape(inner: &str, escapes: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(char) = chars.next() {
        let escaped = chars.peek().copied().filter(|next| char == '\\' && escapes.contains(*next));
        let Some(escaped) = escaped else {
            text.push(char);
            continue;
        };
        chars.next();
        text.push(match escaped {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            same => same,
        });
    }
    text
}

/// `${NAME}` and `${NAME:-default}`, in single quotes too; nothing else is a reference.
fn expand(
    text: &str,
    place: Place,
    first: First,
    caller: &Environment,
    variables: &Variables,
) -> Cooked {
    let mut value = Cooked::at(place);
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        value.push(&rest[..at]);
        let inner = &rest[at + 2..];
        let end = inner.find(['}', ':']).unwrap_or(inner.len());
        let (name, after) = inner.split_at(end);
        let default = after.strip_prefix(":-").and_then(|it| it.split_once('}'));
        let (default, after) = match (default, after.strip_prefix('}')) {
            (Some((default, after)), _) => (Some(default), after),
            (None, Some(after)) => (None, after),
            (None, None) => {
                value.push("${");
                rest = inner;
                continue;
            }
        };
        match look_up(name, first, caller, variables) {
            Lookup::Absent => value.push(default.unwrap_or_default()),
            found @ (Lookup::Set(_) | Lookup::Unknown(_)) => value.push_lookup(found),
        }
        rest = after;
    }
    value.push(rest);
    value
}
