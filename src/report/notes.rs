//! What no frame can show: values that nobody wrote, and why kilter is not certain.

use crate::diagnostic::Diagnostic;
use crate::fact::{Label, Origin};
use crate::source::Shown;

/// A sentence each, without a full stop.
pub(super) fn of(diagnostic: &Diagnostic, shown: Shown<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for label in &diagnostic.labels {
        for origin in label.evidence.origins() {
            let note = match origin {
                Origin::At(_) | Origin::Absent { .. } => continue,
                // Of what nobody sees, the doubt speaks.
                Origin::Default { .. } if *origin == Origin::UNSEEN => continue,
                Origin::Default { of, version, source } => {
                    let comma = if version.is_empty() { "" } else { ", " };
                    told(label, of, &format!("{source}{comma}{version}"))
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

/// What a program does by itself. Labels at lines of nginx and of settings say what comes of it there;
/// by any other program's, as the address that gunicorn listens at, two files were matched.
fn told(label: &Label, of: &str, source: &str) -> String {
    let is_said = ["nginx", "Django", "Caddy"].contains(&of);
    let is_written = label.evidence.origins().iter().any(|it| matches!(it, Origin::At(_)));
    match is_written && !is_said {
        true => format!("{of}'s default counts, too ({source})"),
        false => format!("{}: {of}'s default ({source})", label.text),
    }
}
