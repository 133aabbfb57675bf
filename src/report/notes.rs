//! What no frame can show: values that nobody wrote, and why kilter is not certain.

use crate::diagnostic::Diagnostic;
use crate::fact::Origin;
use crate::source::Shown;
use std::borrow::Cow;

/// A sentence each, without a full stop.
pub(super) fn of(diagnostic: &Diagnostic, shown: Shown<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for label in &diagnostic.labels {
        for origin in label.evidence.origins() {
            let note = match origin {
                Origin::At(_) | Origin::Absent { .. } => continue,
                Origin::Default { source, .. } if *origin == Origin::UNSEEN => {
                    format!("{}: {source}", label.text)
                }
                Origin::Default { of, version: "", source } => {
                    format!("{}: {of}'s default ({source})", label.text)
                }
                Origin::Default { of, version, source } => {
                    format!("{}: {of}'s default ({source}, {version})", label.text)
                }
            };
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    if let Some(doubt) = diagnostic.doubt() {
        let place = doubt.place.map_or_else(String::new, |it| format!(" ({})", shown.address(it)));
        notes.push(format!("not certain, as {}{place}", doubt.why));
    }
    notes
}

/// Text that a rule or a path brought along, on one line, and unable to drive a terminal: what
/// is quoted comes from files that may be hostile.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    let harmless = |it: char| !it.is_control() && !is_bidirectional(it);
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let shown = |it: char| match it {
        '\n' | '\t' => " ".to_owned(),
        _ if harmless(it) => it.to_string(),
        _ => it.escape_unicode().to_string(),
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// Those that make a line read in another order than it is written (CVE-2021-42574).
fn is_bidirectional(it: char) -> bool {
    matches!(it, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
