//! `uv run --env-file`, a fork of the dotenvy crate (`iter.rs`, `parse.rs`).
//!
//! Of two assignments the first counts, and a line that it cannot read drops all that follow.

use super::Reading;
use super::scope::{First, Variables, look_up};
use crate::fact::Environment;
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::cooked::Cooked;

pub(super) fn read(file: FileId, text: &str, environment: &Environment) -> Reading {
    let mut reader = Reader {
        file,
        text,
        environment,
        known: Variables::default(),
        variables: Variables::default(),
    };
    let mut rest = text;
    while !rest.is_empty() {
        let statement = match statement(rest) {
            Ok((statement, after)) => {
                rest = after;
                statement
            }
            Err(line) => return reader.stopped(line),
        };
        if reader.line(statement.trim_end()).is_none() {
            return reader.stopped(statement);
        }
    }
    reader.variables.into_reading()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Blank,
    Complete,
    Escape,
    Quote(char),
    QuoteEscape(char),
}

/// Cuts off one line, or several if a quote goes on; a comment is cut off first.
fn statement(text: &str) -> Result<(&str, &str), &str> {
    let mut state = State::Complete;
    let mut start = 0;
    loop {
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at + 1);
        if text.trim_start().starts_with('#') {
            return Ok(("", &text[line_end..]));
        }
        for (at, char) in text[start..line_end].char_indices() {
            state = match (state, char) {
                (State::Blank, '#') => return Ok((&text[..start + at], &text[line_end..])),
                (State::Blank | State::Complete, '\\') => State::Escape,
                (State::Blank | State::Complete, '"' | '\'') => State::Quote(char),
                (State::Complete, '\n' | '\r') => State::Complete,
                (State::Complete, char) if char.is_whitespace() => State::Blank,
                (State::Blank | State::Complete | State::Escape, _) => State::Complete,
                (State::Quote(quote), '\\') => State::QuoteEscape(quote),
                (State::Quote(quote), char) if char == quote => State::Complete,
                (State::Quote(quote) | State::QuoteEscape(quote), _) => State::Quote(quote),
            };
        }
        if matches!(state, State::Complete) {
            return Ok((&text[..line_end], &text[line_end..]));
        }
        if line_end == text.len() {
            return match state {
                State::Blank | State::Complete => Ok((text, "")),
                State::Escape | State::Quote(_) | State::QuoteEscape(_) => Err(text),
            };
        }
        start = line_end;
    }
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    environment: &'a Environment,
    /// What later lines see, where the last assignment counts.
    known: Variables,
    variables: Variables,
}

impl Reader<'_> {
    fn stopped(self, statement: &str) -> Reading {
        let line = statement.trim_start().lines().next().unwrap_or_default();
        let place = match line.is_empty() {
            true => Place::new(self.file, self.text.len(), self.text.len()),
            false => Place::of(self.file, self.text, line),
        };
        let message = "uv cannot read this line and drops it with all that follow";
        Reading { refused: Some(Problem::new(place, message)), ..self.variables.into_reading() }
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let rest = line.trim_start();
        if rest.is_empty() || rest.starts_with('#') {
            return Some(());
        }
        let (mut key, rest) = key(rest)?;
        let mut rest = rest.trim_start();
        if key == "export" && !rest.starts_with('=') {
            (key, rest) = self::key(rest)?;
            rest = rest.trim_start();
        }
        let rest = rest.strip_prefix('=')?.trim_start();
        let place = match rest.is_empty() {
            true => Place::of(self.file, self.text, key),
            false => Place::of(self.file, self.text, rest),
        };
        let value = match rest.is_empty() || rest.starts_with('#') {
            true => Cooked::at(place),
            false => self.value(rest, place)?,
        };
        self.known.set(key, value.clone().into_fact());
        if self.variables.get(key).is_none() {
            self.variables.set(key, value.into_fact());
        }
        Some(())
    }

    fn value(&self, raw: &str, place: Place) -> Option<Cooked> {
        let mut value = Cooked::at(place);
        let mut quote = None;
        let mut rest = raw;
        while let Some(char) = rest.chars().next() {
            let after = &rest[char.len_utf8()..];
            rest = match (quote, char) {
                (Some('\''), '\'') | (Some('"'), '"') => {
                    quote = None;
                    after
                }
                (Some('\''), char) => {
                    value.push_char(char);
                    after
                }
                (_, '$') => self.substitution(after, &mut value)?,
                (_, '\\') => escape(after, &mut value)?,
                (None, '\'' | '"') => {
                    quote = Some(char);
                    after
                }
                // A blank ends the value: only a comment may follow.
                (None, ' ' | '\t') => {
                    let end = after.trim_start_matches([' ', '\t']);
                    return (end.is_empty() || end.starts_with('#')).then_some(value);
                }
                (_, char) => {
                    value.push_char(char);
                    after
                }
            };
        }
        quote.is_none().then_some(value)
    }

    /// What follows a `$`: a name of letters and digits, or anything up to `}` in braces.
    fn substitution<'t>(&self, after: &'t str, value: &mut Cooked) -> Option<&'t str> {
        if let Some(inner) = after.strip_prefix('{') {
            let (name, rest) = inner.split_once('}')?;
            self.push_variable(name, value);
            return Some(rest);
        }
        let end = after.find(|c: char| !is_name(c)).unwrap_or(after.len());
        let (name, rest) = after.split_at(end);
        self.push_variable(name, value);
        // The character that ends a name is taken as it is, whatever it is.
        let mut chars = rest.chars();
        match chars.next() {
            Some('$') | None => Some(rest),
            Some(char) => {
                value.push_char(char);
                Some(chars.as_str())
            }
        }
    }

    fn push_variable(&self, name: &str, value: &mut Cooked) {
        if !name.is_empty() {
            value.push_lookup(look_up(name, First::Caller, self.environment, &self.known));
        }
    }
}

fn is_name(char: char) -> bool {
    char.is_alphanumeric()
}

fn key(text: &str) -> Option<(&str, &str)> {
    let is_key = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let end = text.find(|c: char| !is_key(c)).unwrap_or(text.len());
    starts.then(|| text.split_at(end))
}

/// Any other escape is an error; a backslash at the very end is nothing.
fn escape<'t>(after: &'t str, value: &mut Cooked) -> Option<&'t str> {
    let mut chars = after.chars();
    match chars.next() {
        Some(char @ ('\\' | '\'' | '"' | '$' | ' ')) => value.push_char(char),
        Some('n') => value.push_char('\n'),
        Some(_) => return None,
        None => {}
    }
    Some(chars.as_str())
}
