//! What a `$` begins.

use super::Flavour;
use super::lexer::{Lexer, Result};
use super::word::{Expansion, Operator, Part, PartKind, Word};
use crate::syntax::spliced::Spliced;

pub(super) fn dollar(lexer: &mut Lexer<'_>, quoted: bool, parts: &mut Vec<Part>) -> Result<()> {
    let start = lexer.at;
    let after = &lexer.text[start + 1..];
    match after.chars().next() {
        Some('(') if after.starts_with("((") && is_arithmetic(after) => {
            lexer.at += 1;
            let inner = lexer.parentheses()?;
            parts.push(Part { kind: PartKind::Arithmetic(inner), quoted });
        }
        Some('(') => {
            lexer.at += 1;
            let inner = lexer.parentheses()?;
            parts.push(Part { kind: PartKind::Command(inner), quoted });
        }
        Some('{') => {
            lexer.at += 2;
            let expansion = braces(lexer, start, quoted)?;
            parts.push(Part { kind: PartKind::Variable(expansion), quoted });
        }
        Some('\'') if !quoted && lexer.flavour == Flavour::Bash => {
            lexer.at += 2;
            let text = ansi(lexer, start)?;
            parts.push(Part { kind: PartKind::Text(text), quoted: true });
        }
        // bash translates `$"…"`, which without a catalogue is the text itself.
        Some('"') if !quoted && lexer.flavour == Flavour::Bash => lexer.at += 1,
        Some(char) if is_name_start(char) => {
            let length = name_length(after);
            lexer.at += 1 + length;
            parts.push(variable(lexer, &after[..length], start, quoted));
        }
        Some(char) if is_special(char) => {
            lexer.at += 1 + char.len_utf8();
            parts.push(variable(lexer, &after[..char.len_utf8()], start, quoted));
        }
        _ => {
            lexer.at += 1;
            lexer.push(parts, start..start + 1, quoted);
        }
    }
    Ok(())
}

fn variable(lexer: &Lexer<'_>, name: &str, start: usize, quoted: bool) -> Part {
    let place = lexer.place(start);
    let expansion =
        Expansion { name: name.to_owned(), operator: Operator::None, word: None, place };
    Part { kind: PartKind::Variable(expansion), quoted }
}

/// `$((1 + 2))`, and not `$((a; b) | c)`.
fn is_arithmetic(after: &str) -> bool {
    after.find("))").is_some_and(|end| !after[..end].contains([';', '\n', '|']))
}

pub(super) fn is_name_start(char: char) -> bool {
    char.is_ascii_alphabetic() || char == '_'
}

pub(super) fn name_length(text: &str) -> usize {
    if !text.starts_with(is_name_start) {
        return 0;
    }
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

fn is_special(char: char) -> bool {
    char.is_ascii_digit() || "@*#?-$!".contains(char)
}

/// The rest of `${…}`, behind the brace.
fn braces(lexer: &mut Lexer<'_>, start: usize, quoted: bool) -> Result<Expansion> {
    lexer.deeper(start)?;
    let rest = lexer.rest();
    let is_indirect = rest.starts_with('!') || (rest.starts_with('#') && !rest.starts_with("#}"));
    let skip = usize::from(is_indirect);
    let after = &rest[skip..];
    let length = match after.chars().next() {
        Some(char) if is_name_start(char) => name_length(after),
        Some(digit) if digit.is_ascii_digit() => {
            after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())
        }
        Some(char) if is_special(char) => char.len_utf8(),
        _ => return lexer.refuse(start, "the shell cannot read this expansion"),
    };
    let name = after[..length].to_owned();
    lexer.at += skip + length;
    let (mut operator, length) = operator(lexer.rest());
    if is_indirect {
        operator = Operator::Other;
    }
    lexer.at += length;
    let word = inner_word(lexer, start, quoted)?;
    lexer.depth -= 1;
    let word = (operator != Operator::None).then_some(word);
    Ok(Expansion { name, operator, word, place: lexer.place(start) })
}

fn operator(rest: &str) -> (Operator, usize) {
    let colon = rest.starts_with(':');
    let length = usize::from(colon) + 1;
    match rest[usize::from(colon)..].chars().next() {
        Some('-') => (Operator::Default { colon }, length),
        Some('=') => (Operator::Assign { colon }, length),
        Some('?') => (Operator::Required { colon }, length),
        Some('+') => (Operator::Alternative { colon }, length),
        Some('}') if !colon => (Operator::None, 0),
        _ => (Operator::Other, 0),
    }
}

/// Up to the brace that closes; blanks and operators are text here.
fn inner_word(lexer: &mut Lexer<'_>, start: usize, quoted: bool) -> Result<Word> {
    let from = lexer.at;
    let mut parts = Vec::new();
    loop {
        let Some(char) = lexer.rest().chars().next() else {
            return lexer.refuse(start, "this `${` is never closed");
        };
        match char {
            '}' => break,
            '\'' | '"' | '\\' | '$' | '`' => {
                // Quotes inside `"${X:-'y'}"` are literal if single, and quote if double.
                let literal = quoted && char == '\'';
                if literal {
                    lexer.push(&mut parts, lexer.at..lexer.at + 1, true);
                    lexer.at += 1;
                } else {
                    lexer.part(quoted && char != '"', &mut parts)?;
                }
            }
            _ => {
                let rest = lexer.rest();
                let ends = |c: char| "}'\"\\$`".contains(c);
                let length = rest.find(ends).unwrap_or(rest.len());
                lexer.push(&mut parts, lexer.at..lexer.at + length, quoted);
                lexer.at += length;
            }
        }
    }
    let raw = lexer.source.slice(from..lexer.at);
    lexer.at += 1;
    Ok(Word { parts, raw })
}

/// The inside of bash's `$'…'`, escapes decoded.
fn ansi(lexer: &mut Lexer<'_>, start: usize) -> Result<Spliced> {
    let mut text = Spliced::empty(lexer.source.place_of(lexer.at..lexer.at));
    while let Some(char) = lexer.rest().chars().next() {
        let here = lexer.at;
        lexer.at += char.len_utf8();
        if char == '\'' {
            return Ok(text);
        }
        let decoded = if char == '\\' { escape(lexer.rest()) } else { None };
        match decoded {
            Some((decoded, length)) => {
                lexer.at += length;
                let place = lexer.source.place_of(here..lexer.at);
                text.push(decoded.encode_utf8(&mut [0; 4]), place);
            }
            None => text.push_part(lexer.source, here..lexer.at),
        }
    }
    lexer.refuse(start, "this quote is never closed")
}

fn escape(after: &str) -> Option<(char, usize)> {
    let number = |from: usize, most: usize, radix: u32| {
        let digits = after[from..].chars().take(most).take_while(|c| c.is_digit(radix)).count();
        let number = u32::from_str_radix(&after[from..from + digits], radix).ok()?;
        Some((char::from_u32(number)?, from + digits))
    };
    match after.chars().next()? {
        'a' => Some(('\u{7}', 1)),
        'b' => Some(('\u{8}', 1)),
        'e' | 'E' => Some(('\u{1b}', 1)),
        'f' => Some(('\u{c}', 1)),
        'n' => Some(('\n', 1)),
        'r' => Some(('\r', 1)),
        't' => Some(('\t', 1)),
        'v' => Some(('\u{b}', 1)),
        same @ ('\\' | '\'' | '"' | '?') => Some((same, 1)),
        'x' => number(1, 2, 16),
        'u' => number(1, 4, 16),
        'U' => number(1, 8, 16),
        '0'..='7' => number(0, 3, 8),
        _ => None,
    }
}
