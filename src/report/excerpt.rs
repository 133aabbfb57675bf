//! The lines that a diagnostic's labels point at, with a line of context, as every format that
//! quotes files draws them.
//!
//! Lines that follow each other make one excerpt; what lies between two far labels is not
//! drawn. Long lines are clipped around what is labelled.

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Parity, Place, Shown};
use std::ops::Range;

/// How many bytes of a line are shown.
const CLIPPED: usize = 200;
/// How many of them before what is labelled, so that one sees what it belongs to.
const LEAD: usize = 80;
const ELLIPSIS: &str = "…";

pub(super) struct Excerpt<'a> {
    pub path: &'a str,
    pub lines: Vec<Line>,
}

pub(super) struct Line {
    /// From 1.
    pub number: usize,
    pub text: String,
    pub marks: Vec<Mark>,
}

/// A label's part of a line.
pub(super) struct Mark {
    /// The label's index in the diagnostic.
    pub label: usize,
    pub place: Place,
    /// Bytes of the line as it is shown.
    pub span: Range<usize>,
}

/// A label that has a place.
#[derive(Clone, Copy)]
struct Labelled {
    line: usize,
    label: usize,
    place: Place,
}

/// The primary label's file first, then in the labels' order; each file's lines downwards.
pub(super) fn of<'a>(diagnostic: &Diagnostic, shown: Shown<'a>) -> Vec<Excerpt<'a>> {
    let mut files: Vec<Vec<Labelled>> = Vec::new();
    for (label, shows) in diagnostic.labels.iter().enumerate() {
        let Some(place) = shows.evidence.place() else { continue };
        let labelled = Labelled { line: shown.position(place).0, label, place };
        match files.iter_mut().find(|file| file[0].place.file == place.file) {
            Some(file) => file.push(labelled),
            None => files.push(vec![labelled]),
        }
    }
    let mut excerpts = Vec::new();
    for mut labels in files {
        labels.sort_by_key(|it| (it.line, it.place.span.start, it.label));
        // Contexts that touch are joined.
        for run in labels.chunk_by(|above, below| below.line <= above.line + 3) {
            excerpts.push(excerpt(run, shown));
        }
    }
    excerpts
}

/// `labels` is not empty, and all in one file.
fn excerpt<'a>(labels: &[Labelled], shown: Shown<'a>) -> Excerpt<'a> {
    let file = labels[0].place.file;
    let (first, last) = (labels[0].line, labels[labels.len() - 1].line);
    let mut lines = Vec::new();
    for number in first.saturating_sub(1).max(1)..=last + 1 {
        let Some((start, text)) = shown.line(file, number) else { break };
        let here: Vec<_> = labels.iter().filter(|it| it.line == number).copied().collect();
        // What follows the file's last newline is a line only if something points there.
        let end_of_file = text.is_empty() && shown.line(file, number + 1).is_none();
        if end_of_file && here.is_empty() {
            break;
        }
        lines.push(line(file, number, (start, text), &here, shown));
    }
    Excerpt { path: shown.path(file), lines }
}

fn line(
    file: FileId,
    number: usize,
    (start, text): (u32, &str),
    labels: &[Labelled],
    shown: Shown<'_>,
) -> Line {
    let narrow = shown.letters_at(file).map(|parity| narrowed(text, start, parity));
    let before = |at: usize| match &narrow {
        Some(narrow) => narrow.kept.partition_point(|it| *it < at),
        None => at.min(text.len()),
    };
    let text = narrow.as_ref().map_or(text, |it| it.text.as_str());
    let span = |place: Place| {
        let span = shown.first_line(place);
        let [start, end] = [span.start, span.end].map(|it| before((it - start) as usize));
        start..end
    };
    let focus = labels.first().map_or(0, |it| span(it.place).start);
    let window = window(text, focus);
    let lead = if window.start > 0 { ELLIPSIS } else { "" };
    let tail = if window.end < text.len() { ELLIPSIS } else { "" };
    let moved = |at: usize| lead.len() + at.clamp(window.start, window.end) - window.start;
    let mark = |it: &Labelled| {
        let span = span(it.place);
        Mark { label: it.label, place: it.place, span: moved(span.start)..moved(span.end) }
    };
    let marks = labels.iter().map(mark).collect();
    Line { number, text: format!("{lead}{}{tail}", &text[window.clone()]), marks }
}

/// A line of UTF-16 without what that has beside the letters of ASCII.
struct Narrow {
    text: String,
    /// Which bytes of the line it has.
    kept: Vec<usize>,
}

/// `start` is where the line starts in its file.
fn narrowed(line: &str, start: u32, parity: Parity) -> Narrow {
    let is_letter = |at: &usize| parity.has_letter(start as usize + at);
    let kept: Vec<usize> = (0..line.len()).filter(is_letter).collect();
    let letter = |at: &usize| match line.as_bytes()[*at] {
        byte if byte.is_ascii() => char::from(byte),
        _ => '?',
    };
    let text = kept.iter().map(letter).collect();
    Narrow { text, kept }
}

fn window(text: &str, focus: usize) -> Range<usize> {
    if text.len() <= CLIPPED {
        return 0..text.len();
    }
    let start = text.floor_char_boundary(focus.saturating_sub(LEAD));
    start..text.floor_char_boundary(start + CLIPPED)
}
