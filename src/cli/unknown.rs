//! `--show-unknown`: where kilter is silent because it cannot tell.

use crate::run::Outcome;

/// A sentence each.
pub(super) fn notes(outcome: &Outcome) -> Vec<String> {
    let shown = outcome.sources.shown();
    let at = |place| format!(" ({})", shown.address(place));
    let limits = outcome.model.reading.limits.iter().map(|limit| {
        let place = limit.evidence().place().map(at).unwrap_or_default();
        format!("unknown: {}{place}", limit.value)
    });
    let withheld = outcome.withheld.iter().map(|it| {
        let place = it.place().map(at).unwrap_or_default();
        let why = it.doubt().map(|doubt| {
            format!(", because {}{}", doubt.why, doubt.place.map(at).unwrap_or_default())
        });
        let why = why.unwrap_or_default();
        format!("only possible: {}: {}{place}{why}", it.rule, it.message)
    });
    limits.chain(withheld).collect()
}
