//! A finding's evidence in plain lines, for formats that have a text and no structure.

use crate::diagnostic::{Diagnostic, Safety};
use crate::report::notes;
use crate::report::text::printable;
use crate::source::Shown;

/// Every label with its address, then what is to be noted, and what helps.
pub(super) fn lines(diagnostic: &Diagnostic, shown: Shown<'_>) -> Vec<String> {
    let placed = diagnostic.labels.iter().filter_map(|label| {
        let place = label.evidence.place()?;
        Some(format!("{}: {}", shown.address(place), label.text))
    });
    let notes = notes::of(diagnostic, shown).into_iter().map(|note| format!("note: {note}"));
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    let lines = placed.chain(help).chain(fix(diagnostic)).chain(notes);
    lines.map(|line| printable(&line).into_owned()).collect()
}

/// What a fix would do, and what it takes to have it done.
pub(super) fn fix(diagnostic: &Diagnostic) -> Option<String> {
    let fix = diagnostic.fix.as_ref()?;
    let option = match fix.safety {
        Safety::Safe => "--fix",
        Safety::Unsafe => "--fix --unsafe-fixes",
    };
    Some(format!("fix: {} (`{option}`)", fix.title))
}
