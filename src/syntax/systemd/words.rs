//! A value as words: quotes and C escapes, after `extract_first_word` of systemd's
//! extract-word.c.
//!
//! Escapes count inside single quotes too, and quotes may open in the middle of a word.

use super::parse::is_blank;
use crate::source::Place;
use crate::syntax::braces;
use crate::syntax::spliced::Spliced;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Without quotes, escapes decoded.
    pub text: Spliced,
    /// As it stands in the value, quotes and all.
    pub raw: Spliced,
}

impl Word {
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    pub fn place(&self) -> Place {
        self.raw.place()
    }

    /// Written with neither quotes nor escapes.
    pub fn is_bare(&self) -> bool {
        self.raw.as_str() == self.text.as_str()
    }
}

/// Why a value cannot be split any further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The quote that nothing closes.
    UnclosedQuote(Place),
    UnknownEscape(Place),
    /// A backslash with nothing behind it.
    LoneBackslash(Place),
}

/// What to do with `\q` and its kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// `Environment=`: the rest of the value is ignored.
    Strict,
    /// Command lines: the backslash is kept, with a warning.
    Kept,
}

/// Cuts words off a value one by one.
pub struct Words<'a> {
    value: &'a Spliced,
    at: usize,
    escapes: Escapes,
    /// Escape sequences that were kept though they do not exist.
    pub kept: Vec<Place>,
}

impl<'a> Words<'a> {
    pub fn new(value: &'a Spliced, escapes: Escapes) -> Self {
        Self { value, at: 0, escapes, kept: Vec::new() }
    }

    /// What is left, without the blanks before it.
    pub fn rest(&mut self) -> &'a str {
        let text = self.value.as_str();
        let rest = text[self.at..].trim_start_matches(is_blank);
        self.at = text.len() - rest.len();
        rest
    }

    /// Takes `length` bytes of what is left as they are.
    pub fn take(&mut self, length: usize) -> Word {
        let raw = self.value.slice(self.at..self.at + length);
        self.at += length;
        Word { text: raw.clone(), raw }
    }

    pub fn next_word(&mut self) -> Result<Option<Word>, Stop> {
        if self.rest().is_empty() {
            return Ok(None);
        }
        let text = self.value.as_str();
        let start = self.at;
        let mut word = Spliced::empty(self.value.place_of(start..start));
        let mut quote: Option<(char, usize)> = None;
        while let Some(char) = text[self.at..].chars().next() {
            let here = self.at;
            match (quote, char) {
                (None, blank) if is_blank(blank) => break,
                (None, '"' | '\'') => {
                    quote = Some((char, here));
                    self.at += 1;
                }
                (Some((open, _)), close) if open == close => {
                    quote = None;
                    self.at += 1;
                }
                (_, '\\') => self.escape(&mut word)?,
                (_, char) => {
                    self.at += braces::at(&text[here..]).unwrap_or(char.len_utf8());
                    word.push_part(self.value, here..self.at);
                }
            }
        }
        if let Some((_, open)) = quote {
            return Err(Stop::UnclosedQuote(self.value.place_of(open..open + 1)));
        }
        Ok(Some(Word { text: word, raw: self.value.slice(start..self.at) }))
    }

    fn escape(&mut self, word: &mut Spliced) -> Result<(), Stop> {
        let start = self.at;
        let after = &self.value.as_str()[start + 1..];
        let place = |length: usize| self.value.place_of(start..start + length);
        if let Some((char, length)) = unescape(after) {
            let mut buffer = [0; 4];
            word.push(char.encode_utf8(&mut buffer), place(1 + length));
            self.at += 1 + length;
            return Ok(());
        }
        let Some(char) = after.chars().next() else {
            if self.escapes == Escapes::Strict {
                return Err(Stop::LoneBackslash(place(1)));
            }
            self.kept.push(place(1));
            word.push("\\", place(1));
            self.at += 1;
            return Ok(());
        };
        let length = 1 + char.len_utf8();
        if self.escapes == Escapes::Strict {
            return Err(Stop::UnknownEscape(place(length)));
        }
        self.kept.push(place(length));
        word.push_part(self.value, start..start + length);
        self.at += length;
        Ok(())
    }
}

/// All words, and what stopped it before the end.
pub fn split(value: &Spliced, escapes: Escapes) -> (Vec<Word>, Option<Stop>) {
    let mut words = Words::new(value, escapes);
    let mut found = Vec::new();
    loop {
        match words.next_word() {
            Ok(Some(word)) => found.push(word),
            Ok(None) => return (found, None),
            Err(stop) => return (found, Some(stop)),
        }
    }
}

/// What follows a backslash: the character it stands for and how long it is (`cunescape_one`).
fn unescape(after: &str) -> Option<(char, usize)> {
    let first = after.chars().next()?;
    let hex = |digits: usize| {
        let number = after.get(1..1 + digits)?;
        let is_hex = number.bytes().all(|b| b.is_ascii_hexdigit());
        let number = u32::from_str_radix(number, 16).ok().filter(|it| is_hex && *it != 0)?;
        Some((char::from_u32(number)?, 1 + digits))
    };
    match first {
        'a' => Some(('\u{7}', 1)),
        'b' => Some(('\u{8}', 1)),
        'f' => Some(('\u{c}', 1)),
        'n' => Some(('\n', 1)),
        'r' => Some(('\r', 1)),
        't' => Some(('\t', 1)),
        'v' => Some(('\u{b}', 1)),
        's' => Some((' ', 1)),
        '\\' | '"' | '\'' => Some((first, 1)),
        'x' => hex(2),
        'u' => hex(4),
        'U' => hex(8),
        '0'..='7' => {
            let number =
                after.get(..3).filter(|it| it.bytes().all(|b| matches!(b, b'0'..=b'7')))?;
            let number = u8::from_str_radix(number, 8).ok().filter(|it| *it != 0)?;
            Some((char::from(number), 3))
        }
        _ => None,
    }
}
