//! Logical lines: continuations joined, comments and blank lines inside them gone.

use crate::source::{FileId, Place, Spanned};
use std::ops::Range;

/// A text put together from several lines of the file, which still knows its bytes.
#[derive(Clone, Debug)]
pub struct Line {
    pub text: String,
    file: FileId,
    /// Where in the text each stretch begins, and where that is in the file.
    stretches: Vec<(usize, usize)>,
    /// Where all of it stands, if escapes make the text differ from the bytes.
    decoded: Option<Place>,
}

impl Line {
    pub(super) fn new(file: FileId) -> Self {
        Self { text: String::new(), file, stretches: Vec::new(), decoded: None }
    }

    /// A text that the bytes at `place` stand for.
    pub(super) fn decoded(text: String, place: Place) -> Self {
        Self { text, file: place.file, stretches: Vec::new(), decoded: Some(place) }
    }

    /// Adds a slice of the file.
    pub(super) fn push(&mut self, part: &str, at: usize) {
        if !part.is_empty() || self.stretches.is_empty() {
            self.stretches.push((self.text.len(), at));
            self.text.push_str(part);
        }
    }

    /// Where a part of the text stands; over several lines, from its first byte to its last.
    pub fn place(&self, part: Range<usize>) -> Place {
        if let Some(place) = self.decoded {
            return place;
        }
        let start = self.offset(part.start);
        let end = if part.is_empty() { start } else { self.offset(part.end - 1) + 1 };
        Place::new(self.file, start, end)
    }

    pub fn whole(&self) -> Place {
        self.place(0..self.text.len())
    }

    fn offset(&self, at: usize) -> usize {
        let after = self.stretches.partition_point(|(text, _)| *text <= at);
        let Some((text, file)) = self.stretches.get(after.saturating_sub(1)) else { return 0 };
        file + (at - text)
    }

    pub(super) fn slice(&self, part: Range<usize>) -> Self {
        if self.decoded.is_some() {
            return Self { text: self.text[part].to_owned(), ..self.clone() };
        }
        let mut line = Self::new(self.file);
        line.push("", self.offset(part.start));
        let first = self.stretches.partition_point(|(text, _)| *text <= part.start);
        for index in first.saturating_sub(1)..self.stretches.len() {
            let (text, file) = self.stretches[index];
            let next = self.stretches.get(index + 1).map_or(self.text.len(), |it| it.0);
            let (from, to) = (part.start.max(text), part.end.min(next));
            if text >= part.end {
                break;
            }
            if from < to {
                line.push(&self.text[from..to], file + (from - text));
            }
        }
        line
    }

    pub(super) fn trimmed(&self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        self.slice(start..start + self.text.trim().len())
    }

    pub(super) fn spanned(&self, part: Range<usize>) -> Spanned<String> {
        Spanned::new(self.text[part.clone()].to_owned(), self.place(part))
    }
}

/// The lines of a file, one after another.
pub(super) struct Lines<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Lines<'a> {
    /// The next line without its end, and where it begins.
    pub(super) fn next(&mut self) -> Option<(&'a str, usize)> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        self.at = start + length;
        Some((rest[..length].trim_end_matches(['\r', '\n']), start))
    }
}

pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The line without the escape that continues it, if one does: the last character but blanks,
/// and not itself escaped.
pub(super) fn continued(line: &str, escape: char) -> Option<&str> {
    let before = line.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    (!before.ends_with(escape)).then_some(before)
}
