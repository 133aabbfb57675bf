//! Compose v2's env files (compose-go, `dotenv/parser.go`).
//!
//! A statement that it cannot read refuses the whole file, and with it the command.

use super::Reading;
use super::interpolate::{Refused, interpolate};
use super::scope::{First, Variables, look_up};
use crate::fact::Environment;
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::cooked::Cooked;
use std::borrow::Cow;

pub(super) fn read(file: FileId, text: &str, environment: &Environment) -> Reading {
    let mut reader = Reader { file, text, environment, variables: Variables::default() };
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    loop {
        rest = statement_start(rest);
        if rest.is_empty() {
            return reader.variables.into_reading();
        }
        rest = match reader.statement(rest) {
            Ok(rest) => rest,
            Err(problem) => return Reading { refused: Some(problem), ..Reading::default() },
        };
    }
}

fn statement_start(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with('#') {
        rest = rest.find('\n').map_or("", |end| &rest[end..]).trim_start();
    }
    rest
}

/// Its blanks inside a line.
fn is_blank(char: char) -> bool {
    matches!(char, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    environment: &'a Environment,
    variables: Variables,
}

impl<'a> Reader<'a> {
    fn statement(&mut self, text: &'a str) -> Result<&'a str, Problem> {
        let text = match text.strip_prefix("export") {
            Some(after) if after.starts_with(char::is_whitespace) => {
                after.trim_start_matches(is_blank)
            }
            _ => text,
        };
        let end = text.find(|c: char| !(is_blank(c) || is_name(c))).unwrap_or(text.len());
        let key = text[..end].trim_end();
        let after = &text[end..];
        let is_inherited = match after.chars().next() {
            Some('=' | ':') => false,
            // A last line without its end is read as an assignment to nothing.
            Some('\n') | None => true,
            Some(_) => {
                let message = "docker compose refuses the file: a name cannot hold this character";
                let char = &after[..after.chars().next().map_or(0, char::len_utf8)];
                return Err(Problem::new(Place::of(self.file, self.text, char), message));
            }
        };
        if key.contains(' ') {
            let message = "docker compose refuses the file: a name cannot hold a blank";
            return Err(Problem::new(Place::of(self.file, self.text, key), message));
        }
        let after = after.get(1..).unwrap_or_default();
        if is_inherited {
            if !key.is_empty() {
                self.variables.inherit(key, self.environment);
            }
            return Ok(after);
        }
        self.value(key, after.trim_start_matches(is_blank))
    }

    fn value(&mut self, key: &str, text: &'a str) -> Result<&'a str, Problem> {
        let Some(quote) = text.chars().next().filter(|it| matches!(it, '"' | '\'')) else {
            let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
            let raw = line.split(" #").next().unwrap_or_default().trim_end();
            let value = self.expand(raw, raw)?;
            self.variables.set(key, value.into_fact());
            return Ok(rest);
        };
        let Some((inner, length)) = quoted(&text[1..], quote) else {
            let line = text.lines().next().unwrap_or_default();
            let message = "docker compose refuses the file: this quote is never closed";
            return Err(Problem::new(Place::of(self.file, self.text, line), message));
        };
        let raw = &text[..1 + length];
        let value = match quote {
            '"' => self.expand(&unescape(&inner), raw)?,
            _ => Cooked::text(inner, Place::of(self.file, self.text, raw)),
        };
        self.variables.set(key, value.into_fact());
        Ok(&text[1 + length..])
    }

    fn expand(&self, text: &str, raw: &str) -> Result<Cooked, Problem> {
        let place = Place::of(self.file, self.text, raw);
        let look_up = |name: &str| look_up(name, First::Caller, self.environment, &self.variables);
        interpolate(text, place, &look_up).map_err(|refused| {
            let message = match refused {
                Refused::Malformed => "docker compose refuses the file: this `${` cannot be read",
                Refused::Required => {
                    "docker compose refuses the file: a variable that it requires is missing"
                }
            };
            Problem::new(place, message)
        })
    }
}

/// What a name may be made of.
pub(super) fn is_name(char: char) -> bool {
    char.is_alphabetic() || char.is_numeric() || matches!(char, '_' | '.' | '-' | '[' | ']')
}

/// The inside of a quoted value, and its length with the closing quote. A backslash goes only
/// from before the quote itself.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut inner = String::new();
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        if char == quote && !escaped {
            return Some((inner, at + 1));
        }
        if char == '\\' && !escaped {
            escaped = true;
            continue;
        }
        if escaped && char != quote {
            inner.push('\\');
        }
        escaped = false;
        inner.push(char);
    }
    None
}

/// The escapes of `escapeSeqRegex`; `\$` becomes `$$`, which interpolation takes for a `$`.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let length = match after.chars().next() {
            Some('a') => push(&mut out, "\u{7}"),
            Some('b') => push(&mut out, "\u{8}"),
            Some('f') => push(&mut out, "\u{c}"),
            Some('n') => push(&mut out, "\n"),
            Some('r') => push(&mut out, "\r"),
            Some('t') => push(&mut out, "\t"),
            Some('v') => push(&mut out, "\u{b}"),
            Some('"') => push(&mut out, "\""),
            Some('\\') => push(&mut out, "\\"),
            Some('$') => push(&mut out, "$$"),
            Some('0') => octal(after, &mut out),
            _ => {
                out.push('\\');
                0
            }
        };
        rest = &after[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn push(out: &mut String, text: &str) -> usize {
    out.push_str(text);
    1
}

/// `\0` and up to three digits: a character if there are just three octal ones; or else only the
/// zero goes.
fn octal(after: &str, out: &mut String) -> usize {
    let digits = after[1..].bytes().take(3).take_while(u8::is_ascii_digit).count();
    let number = &after[1..1 + digits];
    match u8::from_str_radix(number, 8) {
        Ok(byte) if digits == 3 => out.push(char::from(byte)),
        Ok(_) | Err(_) => {
            out.push('\\');
            out.push_str(number);
        }
    }
    1 + digits
}
