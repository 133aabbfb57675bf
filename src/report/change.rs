//! What a fix would change, as lines before and after, for formats that show it.
//!
//! Lines are masked like all that is shown, so this is to be read and not to be applied.

use crate::diagnostic::{Edit, Fix};
use crate::report::text::printable;
use crate::source::Shown;

/// One edit.
pub(super) struct Change<'a> {
    pub path: &'a str,
    /// The first line that changes, from 1.
    pub line: usize,
    pub old: Vec<String>,
    pub new: Vec<String>,
}

pub(super) fn of<'a>(fix: &Fix, shown: Shown<'a>) -> Vec<Change<'a>> {
    fix.edits.iter().map(|edit| change(edit, shown)).collect()
}

fn change<'a>(edit: &Edit, shown: Shown<'a>) -> Change<'a> {
    let file = edit.place().file;
    let text = shown.text(file);
    let (span, new) = edit.resolve(text);
    let (line, column) = shown.locate(file, span.start);
    let (start, end) = (span.start as usize, span.end as usize);

    // Whole lines around the edit; of one that inserts or removes whole lines, only those.
    let from = start - text[..start].bytes().rev().take_while(|byte| *byte != b'\n').count();
    let whole = column == 1 && (new.is_empty() || new.ends_with('\n')) && ends_line(text, end);
    let rest = if whole { 0 } else { text[end..].find('\n').unwrap_or(text.len() - end) };
    let after = format!("{}{new}{}", &text[from..start], &text[end..end + rest]);
    Change { path: shown.path(file), line, old: lines(&text[from..end + rest]), new: lines(&after) }
}

/// The edit's own text was not masked with the file's.
fn lines(text: &str) -> Vec<String> {
    let line =
        |line: &str| line.trim_end().split('\t').map(printable).collect::<Vec<_>>().join("\t");
    text.lines().map(line).collect()
}

fn ends_line(text: &str, at: usize) -> bool {
    at == text.len() || text[..at].ends_with('\n') || at == 0
}
