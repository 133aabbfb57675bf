//! django-environ 0.14, `Env.read_env()` with its defaults.
//!
//! Reading expands nothing. That `env("K")` follows a value that starts with `$` is the
//! evaluator's business.

use super::Reading;
use super::scope::Variables;
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::cooked::Cooked;

pub(super) fn read(file: FileId, text: &str) -> Reading {
    let mut variables = Variables::default();
    let mut skipped = Vec::new();
    for line in python_lines(text) {
        let Some((key, raw)) = assignment(line) else {
            if !line.is_empty() && !line.starts_with('#') {
                let message = "django-environ cannot read this line and skips it";
                skipped.push(Problem::new(Place::of(file, text, line), message));
            }
            continue;
        };
        let inner = unquoted(raw, '\'').unwrap_or(raw);
        let value = match unquoted(inner, '"') {
            Some(inner) => unescape(inner),
            None => inner.to_owned(),
        };
        variables.set(key, Cooked::text(value, Place::of(file, text, raw)).into_fact());
    }
    Reading { skipped, ..variables.into_reading() }
}

/// `str.splitlines()`.
pub(super) fn python_lines(text: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'
                ..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(ends).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        let ending = after.chars().next().map_or(0, char::len_utf8);
        rest = after.strip_prefix("\r\n").unwrap_or(&after[ending..]);
        Some(line)
    })
}

/// `\A(?:export )?([A-Za-z_0-9]+)=(.*)\Z`
fn assignment(line: &str) -> Option<(&str, &str)> {
    let read = |line: &'_ str| -> Option<usize> {
        let equals = line.find('=')?;
        let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        (equals > 0 && line[..equals].bytes().all(is_name)).then_some(equals)
    };
    let line = match line.strip_prefix("export ") {
        Some(after) if read(after).is_some() => after,
        _ => line,
    };
    let equals = read(line)?;
    Some((&line[..equals], &line[equals + 1..]))
}

fn unquoted(value: &str, quote: char) -> Option<&str> {
    value.strip_prefix(quote)?.strip_suffix(quote)
}

/// `\x` is `x`, but `\n`, `\r` and `\t` stay two characters.
fn unescape(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        match (char, if char == '\\' { chars.next() } else { None }) {
            ('\\', Some(kept @ ('n' | 'r' | 't'))) => text.extend(['\\', kept]),
            ('\\', Some(escaped)) => text.push(escaped),
            _ => text.push(char),
        }
    }
    text
}
