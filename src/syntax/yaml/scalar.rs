//! Scalars: how they are written, which type they have, which bytes hold a part of them.
//!
//! Types are those of go-yaml v3's `resolve`, which is neither YAML 1.1 nor 1.2: `yes` is text,
//! `0777` an octal number, `12:30` text (measured with compose 2.26).

use crate::source::{Place, Span};
use std::ops::Range;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Scalar {
    /// Unquoted, unescaped, unfolded.
    pub text: Arc<str>,
    pub style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Typed<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'a str),
}

impl Scalar {
    /// The value under this tag. A tag of an application types nothing.
    pub fn typed(&self, tag: Option<&str>) -> Typed<'_> {
        let text = &*self.text;
        let by_shape = match self.style {
            Style::Plain => plain(text),
            Style::Single | Style::Double | Style::Literal | Style::Folded => Typed::Text(text),
        };
        match tag {
            Some("!!str" | "!!binary" | "!") => Typed::Text(text),
            Some("!!int" | "!!float" | "!!bool" | "!!null") => plain(text),
            _ => by_shape,
        }
    }

    /// The place of a part of the text, given the scalar's place and the file's whole text;
    /// the scalar's own place where escapes or folding leave no such bytes.
    pub fn part(&self, place: Place, source: &str, part: Range<usize>) -> Place {
        let Some(raw) = source.get(place.span.range()) else {
            return place;
        };
        let Some(wanted) = self.text.get(part.clone()).filter(|it| !it.is_empty()) else {
            return place;
        };
        // The nth occurrence in the text is the nth in the file if both hold equally many.
        let mut found = raw.match_indices(wanted).map(|(at, _)| at);
        let earlier = self.text[..part.start].matches(wanted).count();
        if raw.matches(wanted).count() != self.text.matches(wanted).count() {
            return place;
        }
        let Some(at) = found.nth(earlier) else { return place };
        let start = place.span.start as usize + at;
        Place { file: place.file, span: Span::new(start, start + wanted.len()) }
    }
}

fn plain(text: &str) -> Typed<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Typed::Null,
        "true" | "True" | "TRUE" => return Typed::Bool(true),
        "false" | "False" | "FALSE" => return Typed::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Typed::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Typed::Float(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Typed::Float(f64::NEG_INFINITY),
        _ => {}
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) {
        return Typed::Text(text);
    }
    let digits = text.replace('_', "");
    if let Some(number) = integer(&digits) {
        return Typed::Int(number);
    }
    match is_float(&digits).then(|| digits.parse().ok()).flatten() {
        Some(number) => Typed::Float(number),
        None => Typed::Text(text),
    }
}

/// As Go's `strconv.ParseInt` with base 0: a leading zero means octal.
fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match lower.split_at_checked(2) {
        Some(("0x", digits)) => (16, digits),
        Some(("0o", digits)) => (8, digits),
        Some(("0b", digits)) => (2, digits),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, &lower[1..]),
        _ => (10, &*lower),
    };
    if !digits.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return None;
    }
    i64::from_str_radix(&format!("{sign}{digits}"), base).ok()
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && digits(exponent)
        && !exponent.is_empty()
        && !(whole.is_empty() && fraction.is_empty())
}
