//! Sets of compose files as calls of compose name them.

use crate::fact::Fact;
use crate::model::Stage;
use crate::model::build::compose_calls::Calls;
use crate::model::build::compose_files::{Candidate, Set, complements, is_default};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// The sets that calls name in place of those that the files suggest.
pub(super) fn as_called(mut sets: Vec<Set>, calls: &Calls, candidates: &[&Candidate]) -> Vec<Set> {
    for set in calls.together().into_iter().filter_map(|it| joined(it, candidates)) {
        match sets.iter_mut().find(|it| it.files.last() == set.files.last()) {
            Some(suggested) => *suggested = set,
            None => sets.push(set),
        }
    }
    let parts: BTreeSet<Utf8PathBuf> = parts(&sets, calls).cloned().collect();
    sets.retain(|set| !matches!(set.files.as_slice(), [only] if parts.contains(only)));
    sets
}

/// The files of a call as a set, if compose does not take its last file by itself.
fn joined(together: &[Utf8PathBuf], candidates: &[&Candidate]) -> Option<Set> {
    let of_call = together
        .iter()
        .rev()
        .filter_map(|path| candidates.iter().copied().find(|candidate| candidate.path == path));
    let of_call: Vec<&Candidate> = of_call.collect();
    // Compose takes the one of the usual name by itself, unless it lies beside none of the others.
    let is_beside = |path: &Utf8Path| together.iter().all(|it| it.parent() == path.parent());
    let is_taken = |path: &Utf8Path| is_default(path) && is_beside(path);
    let last = of_call.first().filter(|it| !is_taken(it.path))?;
    // An override that is named on the way is as good for production.
    let says = |it: &&Candidate| it.stage.filter(|_| !it.is_override());
    let stage = of_call.iter().find_map(says).or(last.stage);
    Some(Set {
        files: together.to_vec(),
        stage: Fact::at(stage.unwrap_or(Stage::Production), last.whole),
        stage_is_said: stage.is_some(),
        is_beside_developers: false,
        is_beside_production: false,
        elsewhere: complements(&of_call, candidates.iter().copied()),
        declared_elsewhere: BTreeSet::new(),
        others_stand_alone: true,
        others_are_for_others: false,
        supplied_by_others: BTreeSet::new(),
    })
}

/// The files that make a set alone, and that are started with others on top only.
fn parts<'s>(sets: &'s [Set], calls: &'s Calls) -> impl Iterator<Item = &'s Utf8PathBuf> {
    // What only developers lay something over may well be deployed as it is.
    let laid_over = |base: &Utf8PathBuf| {
        let is_it = |set: &&Set| set.files.len() > 1 && set.files.contains(base);
        sets.iter().filter(is_it).any(|set| !set.stage.value.is_for_few())
    };
    let is_part = move |only: &Utf8PathBuf| match is_default(only) {
        true => calls.is_never_plain(only) && laid_over(only),
        false => calls.is_only_below(only),
    };
    let alone = sets.iter().filter_map(|set| match set.files.as_slice() {
        [only] => Some(only),
        _ => None,
    });
    alone.filter(move |only| is_part(only))
}
