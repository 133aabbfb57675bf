//! What a finding is known by from one run to the next: `kilter/v1`.
//!
//! Made of what the finding is about, and of nothing that moves when something else is edited:
//! the rule; the subject; for each label the file's name and what is written at the label's
//! place. So it survives lines inserted above, blanks, a folder renamed, a secret rotated,
//! another wording of kilter's, and a deployment more. It changes when a value that takes part
//! does: what replaces a known disagreement is a new one.
//!
//! Findings that are equal in all of this are numbered in the order of the report: `…:2` is the
//! second of its kind.

use crate::diagnostic::{Diagnostic, Subject};
use crate::fact::{Label, Origin};
use crate::source::{Place, Shown};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// One for each diagnostic, no two alike.
pub fn all(diagnostics: &[Diagnostic], shown: Shown<'_>) -> Vec<String> {
    let mut seen = HashMap::new();
    let mut number = |base: String| {
        let count = seen.entry(base.clone()).and_modify(|count| *count += 1).or_insert(1);
        if *count == 1 { base } else { format!("{base}:{count}") }
    };
    diagnostics.iter().map(|it| number(of(it, shown))).collect()
}

/// What two findings of one kind have in common: the fingerprint without its number.
pub fn kind(fingerprint: &str) -> &str {
    fingerprint.split(':').next().unwrap_or(fingerprint)
}

fn of(diagnostic: &Diagnostic, shown: Shown<'_>) -> String {
    let mut parts = vec![diagnostic.rule.to_owned()];
    parts.extend(subject(&diagnostic.subject, shown).map(str::to_owned));
    parts.extend(diagnostic.labels.iter().flat_map(|label| written(label, shown)));

    let mut hasher = Sha256::new();
    for part in &parts {
        // The length first, or two parts could pass for one.
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn subject<'a>(subject: &'a Subject, shown: Shown<'a>) -> [&'a str; 2] {
    match subject {
        Subject::File(file) => ["file", file_name(shown.path(*file))],
        Subject::Process(name) => ["process", file_name(name)],
        Subject::Site(name) => ["site", file_name(name)],
        Subject::Project(name) => ["project", file_name(name)],
        // A path on the server is not one of the repository's folders.
        Subject::Path(path) if path.starts_with('/') => ["path", path],
        Subject::Path(path) => ["path", file_name(path)],
        Subject::Nothing => ["nothing", ""],
    }
}

/// What a label contributes.
fn written(label: &Label, shown: Shown<'_>) -> [String; 2] {
    let origins = label.evidence.origins();
    let placed = origins.iter().find(|origin| origin.place().is_some()).or(origins.first());
    match placed {
        Some(Origin::At(place)) => [name_at(*place, shown), value_at(*place, shown)],
        // A block is known by its head. What is missing from a whole file has none: its first
        // line is whatever happens to stand there.
        Some(Origin::Absent { within }) if within.span.start > 0 => {
            [name_at(*within, shown), value_at(*within, shown)]
        }
        Some(Origin::Absent { within }) => [name_at(*within, shown), String::new()],
        Some(Origin::Default { of, .. }) => ["default".to_owned(), (*of).to_owned()],
        None => [String::new(), String::new()],
    }
}

fn name_at(place: Place, shown: Shown<'_>) -> String {
    file_name(shown.path(place.file)).to_owned()
}

/// Without what does not matter to any format: how many blanks, and how long a secret is.
fn value_at(place: Place, shown: Shown<'_>) -> String {
    let line = shown.first_line(place);
    let text = &shown.text(place.file)[line.range()];
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    while words.contains("**") {
        words = words.replace("**", "*");
    }
    words
}

/// Without the folder, also of a process that is named after its file.
fn file_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}
