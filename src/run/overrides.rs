//! What the configuration says of findings: severities, and what holds for some paths only.
//!
//! After explanations, which follow from the rules alone: how somebody weighs a cause does not
//! bring its consequences back.

use crate::config::{Config, Override};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

pub(super) fn apply(found: &mut Vec<Diagnostic>, sources: &Sources, config: &Config) {
    found.retain_mut(|it| {
        let holds = |over: &&Override| {
            let mut places = it.labels.iter().filter_map(|label| label.evidence.place());
            places.any(|place| over.paths.matches(sources.get(place.file).path()))
        };
        let holding: Vec<_> = config.overrides.iter().filter(holds).collect();
        // The last that speaks of a rule is the nearest.
        let special = holding.iter().rev().find_map(|over| over.severities.of(it.rule));
        if let Some(severity) = special.or_else(|| config.severities.of(it.rule)) {
            it.weigh(severity);
        }
        !holding.iter().any(|over| over.ignores(it.rule))
    });
}
