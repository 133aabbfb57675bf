//! Text that its consumer puts together from pieces of a file.
//!
//! A unit's line goes on after a backslash, a shell takes quotes away, an escape stands for a
//! character: what is compared is the joined text, what is pointed at are its pieces. This module
//! keeps the way back; how pieces are joined is each format's business.

use crate::source::{FileId, Place, Span};
use std::ops::Range;

/// A text, and for each part of it the part of the file that it was made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spliced {
    file: FileId,
    /// Where an empty text stands.
    start: u32,
    text: String,
    runs: Vec<Run>,
}

/// From `at` to the next run, the text comes from `source`: byte by byte if both are equally
/// long, or else as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Run {
    at: u32,
    source: Span,
}

impl Spliced {
    /// Nothing yet, standing where `place` starts.
    pub fn empty(place: Place) -> Self {
        Self { file: place.file, start: place.span.start, text: String::new(), runs: Vec::new() }
    }

    /// A part of a file's text as it is.
    pub fn verbatim(file: FileId, text: &str, part: &str) -> Self {
        Self::new(part, Place::of(file, text, part))
    }

    /// A text that all of `place` stands for.
    pub fn new(text: &str, place: Place) -> Self {
        let mut spliced = Self::empty(place);
        spliced.push(text, place);
        spliced
    }

    /// Goes on with `text`, which `place` stands for.
    pub fn push(&mut self, text: &str, place: Place) {
        debug_assert_eq!(self.file, place.file, "pieces of two files");
        if text.is_empty() {
            return;
        }
        let at = self.text.len() as u32;
        self.text.push_str(text);
        if let Some(last) = self.runs.last_mut()
            && last.source.len() == (at - last.at) as usize
            && place.span.len() == text.len()
            && last.source.end == place.span.start
        {
            last.source.end = place.span.end;
        } else {
            self.runs.push(Run { at, source: place.span });
        }
    }

    /// Goes on with a part of another text.
    pub fn push_part(&mut self, of: &Self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        for (index, run) in of.runs.iter().enumerate().skip(of.run_at(range.start)) {
            let start = run.at as usize;
            let end = of.runs.get(index + 1).map_or(of.text.len(), |next| next.at as usize);
            let part = range.start.max(start)..range.end.min(end);
            if part.is_empty() {
                break;
            }
            self.push(&of.text[part.clone()], of.place_of(part));
        }
    }

    pub fn slice(&self, range: Range<usize>) -> Self {
        let mut slice = Self::empty(self.place_of(range.clone()));
        slice.push_part(self, range);
        slice
    }

    /// Without the blanks at both ends, by the consumer's idea of a blank.
    pub fn trim_matches(&self, is_blank: impl Fn(char) -> bool + Copy) -> Self {
        let start = self.text.len() - self.text.trim_start_matches(is_blank).len();
        let end = self.text.trim_end_matches(is_blank).len().max(start);
        self.slice(start..end)
    }

    /// With parts replaced, in order; what comes in stands where the part did.
    pub fn replaced(&self, parts: &[(Range<usize>, &str)]) -> Self {
        let mut whole = Self::empty(self.place());
        let mut done = 0;
        for (range, text) in parts {
            whole.push_part(self, done..range.start);
            whole.push(text, self.place_of(range.clone()));
            done = range.end;
        }
        whole.push_part(self, done..self.text.len());
        whole
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn file(&self) -> FileId {
        self.file
    }

    /// Whether it stands in the file as it is, in one piece.
    pub fn is_verbatim(&self) -> bool {
        self.place().span.len() == self.text.len()
    }

    /// From its first piece to its last.
    pub fn place(&self) -> Place {
        self.place_of(0..self.text.len())
    }

    /// Where a part of the text comes from; an empty part is a point before what follows.
    pub fn place_of(&self, range: Range<usize>) -> Place {
        let start = self.source_of(range.start).start;
        let end = match range.is_empty() {
            true => start,
            false => self.source_of(range.end - 1).end.max(start),
        };
        Place { file: self.file, span: Span { start, end } }
    }

    fn run_at(&self, offset: usize) -> usize {
        self.runs.partition_point(|run| run.at as usize <= offset).saturating_sub(1)
    }

    fn source_of(&self, offset: usize) -> Span {
        let index = self.run_at(offset);
        let Some(run) = self.runs.get(index) else {
            return Span { start: self.start, end: self.start };
        };
        if offset >= self.text.len() {
            let end = self.runs.last().map_or(self.start, |last| last.source.end);
            return Span { start: end, end };
        }
        let end = self.runs.get(index + 1).map_or(self.text.len() as u32, |next| next.at);
        if run.source.len() != (end - run.at) as usize {
            return run.source;
        }
        let start = run.source.start + (offset as u32 - run.at);
        Span { start, end: start + 1 }
    }
}
