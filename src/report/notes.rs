//! What no frame can show: values that nobody wrote, and why kilter is not certain.

use crate::diagnostic::Diagnostic;
use crate::fact::Origin;
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
