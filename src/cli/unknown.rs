//! `--show-unknown`: where kilter is silent because it cannot tell.

use crate::run::Outcome;
use crate::source::Place;
use std::collections::BTreeSet;

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
    limits.chain(settings(outcome, at)).chain(withheld).collect()
}

/// Where the settings of a process may have values that nothing in view gives them, as from an
/// optional `local_settings` that is on the server alone. Once, however many processes load them.
fn settings(outcome: &Outcome, at: impl Fn(Place) -> String + Copy) -> Vec<String> {
    let apps = outcome.model.deployments.iter().flat_map(|it| &it.processes);
    let djangos = apps.filter_map(|process| process.django.as_ref());
    let mores = djangos.filter_map(|django| {
        let more = django.evaluation.namespace()?.more.as_ref()?;
        let place = more.evidence().place().map(at).unwrap_or_default();
        let module = &django.module;
        Some(format!("unknown: what `{module}` comes to, as {}{place}", more.value))
    });
    mores.collect::<BTreeSet<_>>().into_iter().collect()
}
