//! The values of literals: numbers, and what stands between quotes.

use crate::syntax::python::ast::Constant;
use std::borrow::Cow;

/// What a string's prefix says of how to read it.
#[derive(Clone, Copy)]
pub(super) struct Prefix {
    pub(super) raw: bool,
    pub(super) bytes: bool,
    pub(super) format: bool,
}

/// What the letters before a string's quotes mean; none if Python 3 has no such prefix (`ur"…"`).
pub(super) fn prefix(letters: &str) -> Option<Prefix> {
    let letters = letters.to_ascii_lowercase();
    let known = ["", "r", "u", "b", "f", "br", "rb", "fr", "rf", "ur"].contains(&letters.as_str());
    known.then(|| Prefix {
        raw: letters.contains('r'),
        bytes: letters.contains('b'),
        format: letters.contains('f'),
    })
}

/// `0644`, as Python 2 has numbers to the base of eight.
pub(super) fn old_octal(source: &str) -> Option<i128> {
    i128::from_str_radix(source.strip_prefix('0')?, 8).ok()
}

/// What the text between the quotes stands for; none if a character is named, or is half of a
/// surrogate pair.
pub(super) fn text(source: &str, prefix: Prefix) -> Option<String> {
    let source = match source.contains('\r') {
        true => Cow::Owned(source.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(source),
    };
    if prefix.raw {
        return Some(source.into_owned());
    }
    let mut text = String::with_capacity(source.len());
    let mut rest = &*source;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = escape(&rest[at + 1..], &mut text)?;
    }
    text.push_str(rest);
    Some(text)
}

/// Reads one escape after its backslash, and returns what follows it. An unknown one stays as it
/// is, backslash included (Python reference, 2.4.1.1).
fn escape<'t>(rest: &'t str, text: &mut String) -> Option<&'t str> {
    let mut characters = rest.chars();
    let Some(letter) = characters.next() else {
        text.push('\\');
        return Some(rest);
    };
    let simple = match letter {
        '\n' => return Some(characters.as_str()),
        '\\' | '\'' | '"' => letter,
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '0'..='7' => {
            let digits = rest.bytes().take(3).take_while(|it| (b'0'..=b'7').contains(it)).count();
            return numbered(rest, 0, digits, 8, text);
        }
        'x' => return numbered(rest, 1, 2, 16, text),
        'u' => return numbered(rest, 1, 4, 16, text),
        'U' => return numbered(rest, 1, 8, 16, text),
        'N' => return None,
        other => {
            text.push('\\');
            other
        }
    };
    text.push(simple);
    Some(characters.as_str())
}

fn numbered<'t>(
    rest: &'t str,
    skip: usize,
    digits: usize,
    radix: u32,
    text: &mut String,
) -> Option<&'t str> {
    let number = u32::from_str_radix(rest.get(skip..skip + digits)?, radix).ok()?;
    text.push(char::from_u32(number)?);
    Some(&rest[skip + digits..])
}

/// The value of a bytes literal; none if it holds a character beyond ASCII, which CPython refuses.
pub(super) fn bytes(source: &str, prefix: Prefix) -> Option<Vec<u8>> {
    if !source.is_ascii() {
        return None;
    }
    // `\u` and `\N` mean nothing in bytes and stay as they are.
    let kept = source.replace("\\u", "\\\\u").replace("\\U", "\\\\U").replace("\\N", "\\\\N");
    let text = text(if prefix.raw { source } else { &kept }, prefix)?;
    Some(text.chars().map(|it| it as u32 as u8).collect())
}

/// The value of an integer literal; none if Python 3 does not know the form (`10L`, `0777`).
pub(super) fn integer(source: &str) -> Option<Constant> {
    let digits = source.replace('_', "").to_ascii_lowercase();
    if let Some(imaginary) = digits.strip_suffix('j') {
        return imaginary.parse().ok().map(Constant::Imaginary);
    }
    let (radix, body) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ => (10, digits.as_str()),
    };
    let leading_zero = radix == 10 && body.starts_with('0') && body.contains(|it| it != '0');
    let valid = !body.is_empty() && body.chars().all(|it| it.is_digit(radix));
    if leading_zero || !valid || source.ends_with('_') || source.contains("__") {
        return None;
    }
    let small = i128::from_str_radix(body, radix).ok();
    Some(small.map_or_else(|| Constant::LargeInt(digits.clone()), Constant::Int))
}

pub(super) fn float(source: &str) -> Option<Constant> {
    let digits = source.replace('_', "").to_ascii_lowercase();
    match digits.strip_suffix('j') {
        Some(imaginary) => imaginary.parse().ok().map(Constant::Imaginary),
        None => digits.parse().ok().map(Constant::Float),
    }
}
