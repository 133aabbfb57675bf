//! `--add-ignore REASON`: comments that silence what was found, written into the files.

use crate::cli::Failure;
use crate::cli::baseline::findings;
use crate::fix;
use crate::run::{Outcome, annotate};
use crate::source::Tree;
use camino::Utf8Path;

/// Writes all comments or none; what no comment can silence is left in the outcome.
pub(super) fn apply(outcome: &mut Outcome, reason: &str, tree: &Tree) -> Result<(), Failure> {
    let reason = reason.trim();
    if reason.is_empty() || reason.contains(char::is_control) {
        return Err(Failure::Reason);
    }
    let mut annotations = annotate(outcome, reason);
    let plan = fix::plan(&annotations.fixes, false, &outcome.sources, tree);
    fix::write(&plan, &outcome.sources, Utf8Path::new(""))?;
    for (index, _) in &plan.left_out {
        annotations.left.append(&mut annotations.silenced[*index]);
    }
    let silenced = outcome.diagnostics.len() - annotations.left.len();
    outcome.diagnostics = annotations.left;
    let note = format!("{} ignored from now on", findings(silenced));
    outcome.model.reading.notes.push(note);
    Ok(())
}
