//! The whole program: a tree in, diagnostics out.
//!
//! Everything here is a function of the files and what was asked, so the result does not depend
//! on threads, on hashing, or on the order in which files were found.

use crate::config::Config;
use crate::diagnostic::{Checked, Diagnostic};
use crate::doctor;
use crate::fact::Certainty;
use crate::host::Host;
use crate::model::Model;
use crate::source::{Place, Sources, Tree};
use camino::Utf8PathBuf;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use std::collections::BTreeMap;
use std::sync::Arc;

mod annotate;
mod copies;
mod doubts;
mod ignore;
mod load;
mod made;
mod overrides;
mod refusals;
mod wanted;

pub use annotate::{Annotations, annotate};

pub struct Outcome {
    pub sources: Sources,
    pub model: Model,
    pub diagnostics: Vec<Diagnostic>,
    /// What is only possible, if that was not asked for.
    pub withheld: Vec<Diagnostic>,
    /// The names of all deployments that there are, judged or not.
    pub deployments: Vec<String>,
    /// What was looked at on a machine, and is not among the diagnostics.
    pub checked: Vec<Checked>,
    /// Whether a machine was asked, rather than files read.
    pub is_machine: bool,
}

pub fn run(tree: &Tree, config: &Config) -> Outcome {
    let (sources, model) = load::load(tree, config);
    judge(sources, model, config)
}

/// The same of a machine, with what is seen of it. `folders` are to be looked at besides those
/// that its units name.
pub fn examine(host: &Arc<dyn Host>, folders: &[Utf8PathBuf], config: &Config) -> Outcome {
    let mut tree = Tree::on_demand(host.clone());
    let discovered = doctor::discover(&mut tree, host.as_ref(), folders);
    let (mut sources, mut model, drifts) = load::load_machine(&mut tree, &discovered, config);
    doctor::hide(&mut sources);
    doctor::observe(&mut model, drifts, &mut sources, host.as_ref());
    Outcome { is_machine: true, ..judge(sources, model, config) }
}

fn judge(sources: Sources, mut model: Model, config: &Config) -> Outcome {
    let deployments = model.deployments.iter().map(|it| it.name.clone()).collect();
    if !config.deployments.is_empty() {
        model.deployments.retain(|it| config.deployments.contains(&it.name));
    }

    let Judged { mut found, mut withheld, checked } = check(&model, config);
    for diagnostic in found.iter_mut().chain(&mut withheld) {
        diagnostic.show_in(&sources);
    }
    explain(&mut found, config);
    doubts::apply(&mut found, &model, &sources, config);
    ignore::apply(&mut found, &sources, config);
    overrides::apply(&mut found, &sources, config);
    sort(&mut found);
    copies::merge(&mut found, &model, &sources);

    Outcome {
        sources,
        model,
        diagnostics: found,
        withheld,
        deployments,
        checked,
        is_machine: false,
    }
}

/// Reads a tree and judges nothing.
pub fn read(tree: &Tree, config: &Config) -> (Sources, Model) {
    load::load(tree, config)
}

struct Judged {
    found: Vec<Diagnostic>,
    /// What is only possible.
    withheld: Vec<Diagnostic>,
    checked: Vec<Checked>,
}

fn check(model: &Model, config: &Config) -> Judged {
    let each: Vec<_> =
        config.rules.par_iter().with_max_len(4).map(|rule| rule.examine(model)).collect();
    let (found, checked): (Vec<_>, Vec<_>) = each.into_iter().unzip();
    let is_said = |it: &Diagnostic| config.pedantic || it.certainty() > Certainty::Possible;
    let (found, withheld) = found.into_iter().flatten().partition(is_said);
    let mut checked = checked.concat();
    checked.sort();
    checked.dedup();
    Judged { found, withheld, checked }
}

/// One cause, one diagnostic: drops what another rule's finding about the same subject explains, or
/// one at the same place.
///
/// What was found in a file alone knows no deployment, and has no cause in one but what is found at
/// its own place: elsewhere in the file may be another fault.
///
/// The one that stays must weigh as much as the one that goes: a guess may not hide a proof.
/// What was dropped still explains, so a chain of causes leaves only the first. And this comes
/// before suppression, or ignoring a cause would bring its consequences back.
pub(crate) fn explain(found: &mut Vec<Diagnostic>, config: &Config) {
    let explains: BTreeMap<_, _> =
        config.rules.iter().map(|rule| (rule.id, rule.explains)).collect();
    let by_subject =
        |rule, it: &Diagnostic| (rule, Some((it.subject.clone(), it.deployments.clone())), None);
    let by_place = |rule, it: &Diagnostic| (rule, None, it.place());
    let weight = |it: &Diagnostic| (it.severity(), it.certainty());

    let mut explained = BTreeMap::new();
    for cause in found.iter() {
        for rule in explains.get(cause.rule).copied().unwrap_or_default() {
            for key in [by_subject(*rule, cause), by_place(*rule, cause)] {
                let heaviest = explained.entry(key).or_insert(weight(cause));
                *heaviest = weight(cause).max(*heaviest);
            }
        }
    }
    found.retain(|it| {
        let placed = it.place().is_some();
        let keys = [Some(by_subject(it.rule, it)), placed.then(|| by_place(it.rule, it))];
        let mut causes = keys.iter().flatten().filter_map(|key| explained.get(key));
        causes.all(|cause| *cause < weight(it))
    });
}

/// By place, then rule; what several deployments share is shown once and names them.
fn sort(found: &mut Vec<Diagnostic>) {
    fn key(it: &Diagnostic) -> impl Ord + use<> {
        let labels = it.labels.iter().map(|it| (it.evidence.place(), it.text.clone()));
        (it.place(), it.rule, it.message.clone(), labels.collect::<Vec<_>>(), it.certainty())
    }
    found.sort_by_cached_key(|it| (key(it), it.deployments.clone()));
    // What several processes share is one thing to mend, whichever of them the message names. What
    // lies between it and each of them is shown.
    let mut kept: Vec<Shared> = Vec::new();
    for diagnostic in found.drain(..) {
        let before = kept.iter().rposition(|it| !it.is_at(&diagnostic));
        let near = kept.split_off(before.map_or(0, |it| it + 1));
        let (alike, apart): (Vec<_>, Vec<_>) =
            near.into_iter().partition(|it| it.is_like(&diagnostic));
        // What it is like in different ways is one thing as well.
        let all = alike.into_iter().chain([Shared::new(diagnostic)]);
        kept.extend(apart);
        kept.extend(all.reduce(Shared::with));
    }
    *found = kept.into_iter().map(|it| it.diagnostic).collect();
}

/// A finding, and what was told of other processes that is the same thing.
struct Shared {
    diagnostic: Diagnostic,
    told: Vec<(Vec<Option<Place>>, String)>,
}

impl Shared {
    fn new(diagnostic: Diagnostic) -> Self {
        Self { told: vec![told(&diagnostic)], diagnostic }
    }

    fn is_at(&self, other: &Diagnostic) -> bool {
        let own = &self.diagnostic;
        own.rule == other.rule && other.place().is_some() && own.place() == other.place()
    }

    fn is_like(&self, other: &Diagnostic) -> bool {
        let (places, message) = told(other);
        self.told.iter().any(|it| it.0 == places || it.1 == message)
    }

    /// The surest of them is the one that counts.
    fn with(mut self, mut other: Self) -> Self {
        let weight = |it: &Self| (it.diagnostic.severity(), it.diagnostic.certainty());
        if weight(&other) > weight(&self) {
            std::mem::swap(&mut self, &mut other);
        }
        let shown = told(&self.diagnostic).0;
        let labels = other.diagnostic.labels.into_iter();
        let new = labels.filter(|it| !shown.contains(&it.evidence.place()));
        self.diagnostic.labels.extend(new);
        self.diagnostic.deployments.append(&mut other.diagnostic.deployments);
        self.diagnostic.deployments.sort();
        self.diagnostic.deployments.dedup();
        self.told.append(&mut other.told);
        self
    }
}

fn told(diagnostic: &Diagnostic) -> (Vec<Option<Place>>, String) {
    let places = diagnostic.labels.iter().map(|it| it.evidence.place());
    (places.collect(), diagnostic.message.clone())
}
