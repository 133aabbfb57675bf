//! Units that people are told to edit: "copy `app.service` and adjust its paths".

use crate::model::Files;
use crate::model::build::documents::documents;
use crate::model::units::Unit;

/// How words begin by which a document has somebody change a file.
const EDITS: &[&str] = &["edit", "replac", "adjust", "adapt", "updat", "chang", "customi"];

/// Programs to do it with.
const EDITORS: &[&str] = &["nano", "vim", "vi"];

/// A sentence or a list of steps on one file has no more lines than these before or behind its name.
const NEAR: usize = 3;

/// Asks the documents of those that have something to be filled in.
pub(super) fn mark(files: &Files, units: &mut [Unit]) {
    let mut open = units.iter_mut().filter(|it| it.placeholder().is_some()).peekable();
    let documents = if open.peek().is_some() { documents(files) } else { Vec::new() };
    for unit in open {
        let name = unit.path.file_name().unwrap_or_default();
        unit.is_told_to_be_edited = documents.iter().any(|it| tells(it.text, name));
    }
}

/// Whether a text has a word for editing near the name of a file.
fn tells(text: &str, name: &str) -> bool {
    if !text.contains(name) {
        return false;
    }
    let lines: Vec<&str> = text.lines().collect();
    let named = (0..lines.len()).filter(|at| lines[*at].contains(name));
    named.into_iter().any(|at| {
        let near = &lines[at.saturating_sub(NEAR)..lines.len().min(at + NEAR + 1)];
        near.iter().any(|line| says_edit(&line.to_lowercase()))
    })
}

fn says_edit(line: &str) -> bool {
    // What is installed anew edits nothing.
    let words = line.replace("apt update", "").replace("apt-get update", "");
    let mut words = words.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty());
    words.any(|word| EDITORS.contains(&word) || EDITS.iter().any(|it| word.starts_with(it)))
}
