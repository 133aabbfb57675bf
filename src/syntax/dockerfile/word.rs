//! Words of an instruction: quotes, escapes, and the variables in them.

use crate::source::{Place, Spanned};
use crate::syntax::spliced::Spliced;
use std::ops::Range;

/// A word as it is written, and what it is made of.
#[derive(Clone, Debug)]
pub struct Word {
    pub text: Spliced,
    pub parts: Vec<Part>,
    /// Why BuildKit refuses it.
    pub fault: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub enum Part {
    /// Quotes and escapes taken away.
    Text(Spanned<String>),
    Variable {
        name: String,
        operator: Option<(Operator, Vec<Self>)>,
        place: Place,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `-`: if it is not set.
    Default,
    /// `:-`: if it is not set or empty.
    DefaultOrEmpty,
    /// `+`: if it is set.
    Alternative,
    /// `:+`: if it is set and not empty.
    AlternativeNotEmpty,
    /// `?` and `:?`: the build stops if it is not set.
    Required,
    /// `#`, `%`, `/`: cut or replaced, which kilter does not follow.
    Pattern,
}

/// `${a:-${b:-…}}` may go on; nobody needs this much.
const DEEPEST: usize = 32;

/// Takes a word apart.
pub(super) fn parts(line: &Spliced, escape: char) -> Word {
    let mut lexer = Lexer { line, escape, at: 0, depth: 0, fault: None };
    let parts = lexer.until(None);
    Word { text: line.clone(), parts, fault: lexer.fault }
}

/// Whether a word ends before what was begun in it does.
pub(super) fn is_open(fault: &&str) -> bool {
    fault.ends_with("is not closed")
}

struct Lexer<'a> {
    line: &'a Spliced,
    escape: char,
    at: usize,
    depth: usize,
    fault: Option<&'static str>,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.line.as_str()[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Parts up to `stop`, which is taken as well.
    fn until(&mut self, stop: Option<char>) -> Vec<Part> {
        let mut parts =
            Parts { line: self.line, done: Vec::new(), text: String::new(), from: self.at };
        while let Some(next) = self.peek() {
            let start = self.at;
            if stop == Some(next) {
                parts.flush(start);
                self.at += next.len_utf8();
                return parts.done;
            }
            match next {
                '\'' => self.single(&mut parts),
                '"' => self.double(&mut parts),
                '$' => self.dollar(&mut parts),
                _ if next == self.escape => {
                    self.next();
                    if let Some(escaped) = self.next() {
                        parts.text.push(escaped);
                    }
                }
                _ => {
                    self.next();
                    parts.text.push(next);
                }
            }
        }
        parts.flush(self.at);
        if stop.is_some() {
            self.fault = Some("`${` is not closed");
        }
        parts.done
    }

    fn single(&mut self, parts: &mut Parts<'_>) {
        self.next();
        loop {
            match self.next() {
                Some('\'') => return,
                Some(next) => parts.text.push(next),
                None => return self.fault = Some("a single quote is not closed"),
            }
        }
    }

    fn double(&mut self, parts: &mut Parts<'_>) {
        self.next();
        loop {
            match self.peek() {
                Some('"') => {
                    self.next();
                    return;
                }
                Some('$') => self.dollar(parts),
                Some(next) if next == self.escape => {
                    self.next();
                    match self.peek() {
                        Some(it) if it == '"' || it == '$' || it == self.escape => {
                            self.next();
                            parts.text.push(it);
                        }
                        Some(_) => parts.text.push(next),
                        None => {}
                    }
                }
                Some(next) => {
                    self.next();
                    parts.text.push(next);
                }
                None => return self.fault = Some("a double quote is not closed"),
            }
        }
    }

    fn dollar(&mut self, parts: &mut Parts<'_>) {
        let start = self.at;
        self.next();
        if self.peek() != Some('{') {
            let name = self.name();
            return match name.is_empty() {
                true => parts.text.push('$'),
                false => parts.variable(start..self.at, name, None),
            };
        }
        self.next();
        let name = self.name();
        let operator = match self.next() {
            _ if name.is_empty() => return self.refuse(),
            Some('}') => return parts.variable(start..self.at, name, None),
            Some(':') => match self.next() {
                Some('-') => Operator::DefaultOrEmpty,
                Some('+') => Operator::AlternativeNotEmpty,
                Some('?') => Operator::Required,
                _ => return self.refuse(),
            },
            Some('-') => Operator::Default,
            Some('+') => Operator::Alternative,
            Some('?') => Operator::Required,
            Some('#' | '%' | '/') => Operator::Pattern,
            _ => return self.refuse(),
        };
        if self.depth == DEEPEST {
            return self.refuse();
        }
        self.depth += 1;
        let word = self.until(Some('}'));
        self.depth -= 1;
        parts.variable(start..self.at, name, Some((operator, word)));
    }

    /// The rest of the word cannot be read.
    fn refuse(&mut self) {
        self.fault = Some("this is no substitution that a Dockerfile knows");
        self.at = self.line.as_str().len();
    }

    /// Letters, digits and `_`; digits alone; or one of the shell's own parameters.
    fn name(&mut self) -> String {
        let rest = &self.line.as_str()[self.at..];
        let first = rest.chars().next();
        let length = match first {
            Some(first) if first.is_ascii_digit() => {
                rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len())
            }
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
            _ => rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len()),
        };
        self.at += length;
        rest[..length].to_owned()
    }
}

struct Parts<'a> {
    line: &'a Spliced,
    done: Vec<Part>,
    text: String,
    /// Where the text that is being gathered began.
    from: usize,
}

impl Parts<'_> {
    fn flush(&mut self, end: usize) {
        if !self.text.is_empty() {
            let place = self.line.place_of(self.from..end.max(self.from));
            self.done.push(Part::Text(Spanned::new(std::mem::take(&mut self.text), place)));
        }
        self.from = end;
    }

    fn variable(
        &mut self,
        at: Range<usize>,
        name: String,
        operator: Option<(Operator, Vec<Part>)>,
    ) {
        self.flush(at.start);
        self.from = at.end;
        self.done.push(Part::Variable { name, operator, place: self.line.place_of(at) });
    }
}

/// Splits at blanks outside quotes, as `ENV`, `ARG` and `LABEL` do; quotes stay.
pub(super) fn split(line: &Spliced, escape: char) -> Vec<Spliced> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(word) = next_word(line.as_str(), at, escape) {
        at = word.end;
        words.push(line.slice(word));
    }
    words
}

/// The word that begins at or behind `from`.
pub(super) fn next_word(text: &str, from: usize, escape: char) -> Option<Range<usize>> {
    let start = from + text[from..].find(|it: char| !it.is_whitespace())?;
    let mut quote = None;
    let mut chars = text[start..].char_indices();
    while let Some((at, next)) = chars.next() {
        match quote {
            None if next.is_whitespace() => return Some(start..start + at),
            None if next == '\'' || next == '"' => quote = Some(next),
            Some(open) if open == next => quote = None,
            _ if next == escape && quote != Some('\'') => {
                chars.next();
            }
            _ => {}
        }
    }
    Some(start..text.len())
}

/// Splits at blanks alone.
pub(super) fn fields(line: &Spliced) -> Vec<Spliced> {
    let place = |part: &str| {
        let start = part.as_ptr() as usize - line.as_str().as_ptr() as usize;
        line.slice(start..start + part.len())
    };
    line.as_str().split_whitespace().map(place).collect()
}

pub(super) fn spanned(line: &Spliced, part: Range<usize>) -> Spanned<String> {
    Spanned::new(line.as_str()[part.clone()].to_owned(), line.place_of(part))
}
