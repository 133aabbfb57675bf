//! Which distributions a project has installed, and in which versions.
//!
//! A tree seldom says which of its requirement files an image installs. Where the caller does
//! not know either, every way of installing is followed, and only what all agree on is said.
//! Nothing is looked up outside the files: what an index would resolve stays a range.

use super::distributions;
use crate::fact::Fact;
use crate::fact::version::Range;
use crate::source::{FileId, Place};
use crate::syntax::requirements::{Group, Manifest, normalise};
use camino::{Utf8Path, Utf8PathBuf};

mod closure;
mod locked;
mod ways;

use closure::{Closure, Listed};
pub use ways::included_paths;

/// A file that says what is to be installed.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'a> {
    pub path: &'a Utf8Path,
    pub file: FileId,
    pub manifest: &'a Manifest,
}

/// What an image, a virtualenv or a script installs: `-r requirements/prod.txt`,
/// `uv sync --group prod`, `pip install .[prod]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    pub file: Utf8PathBuf,
    /// Beside the main one.
    pub groups: Vec<Group>,
}

/// What follows from the requirement files of one project.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    /// One for each way of installing the project that is possible.
    ways: Vec<Closure>,
    /// Whether it is known that these are the ways.
    told: bool,
    /// The names in files and groups that no way is known to install.
    elsewhere: Vec<String>,
}

impl Requirements {
    /// Without `installs`, what is installed is guessed from the names of the files, and what
    /// stands in any of them is never said to be missing.
    pub fn new(files: &[Declared<'_>], installs: &[Install]) -> Self {
        let ways = if installs.is_empty() { ways::guess(files) } else { installs.to_vec() };
        let ways = ways.iter().map(|way| closure::follow(files, way));
        // Of a file that is not in view nothing is known, so all ways do not agree on anything.
        let ways: Vec<Closure> = ways.collect::<Option<_>>().unwrap_or_default();
        let mut elsewhere: Vec<String> = ways.iter().flat_map(|it| it.others.clone()).collect();
        if installs.is_empty() {
            let manifests = files.iter().map(|it| it.manifest);
            elsewhere.extend(manifests.flat_map(|it| {
                let asked = it.requirements.iter().map(|it| normalise(&it.name.value));
                asked.chain(it.packages.iter().map(|it| normalise(&it.name.value)))
            }));
        }
        elsewhere.sort();
        elsewhere.dedup();
        Self { ways, told: !installs.is_empty(), elsewhere }
    }

    /// Whether no file says anything.
    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }

    /// The versions of a distribution that may be installed; none if it is not listed, or comes
    /// from a checkout.
    pub fn of(&self, name: &str) -> Option<Fact<Range>> {
        let name = normalise(name);
        let listed = self.ways.iter().filter_map(|way| way.listed.get(&name));
        let ranges: Vec<Fact<Range>> = listed.map(Listed::versions).collect::<Option<_>>()?;
        ranges.into_iter().reduce(|one, other| one.zip(&other).map(|(a, b)| a.or(b)))
    }

    /// The versions of Django.
    pub fn django(&self) -> Option<Fact<Range>> {
        self.of("django")
    }

    /// The versions of Python that the project says it runs on.
    pub fn python(&self) -> Option<Fact<Range>> {
        let ranges = self.ways.iter().filter_map(|way| way.python.clone());
        ranges.reduce(|one, other| one.zip(&other).map(|(a, b)| a.or(b)))
    }

    /// Whether a distribution is installed: by all ways, by none, or nobody can tell.
    pub fn has(&self, name: &str) -> Option<Fact<bool>> {
        let name = normalise(name);
        let answers = self.ways.iter().map(|way| way.has(&name));
        let answer = agreed(answers.collect::<Option<Vec<_>>>()?)?;
        if !answer.value && self.elsewhere.contains(&name) && !self.told {
            return None;
        }
        Some(answer)
    }

    /// Whether a top-level module comes from what is installed. None as well if a distribution
    /// is installed whose modules nobody knows.
    pub fn provides(&self, module: &str) -> Option<Fact<bool>> {
        let top = module.split('.').next().unwrap_or(module);
        let answers = self.ways.iter().map(|way| way.provides(top));
        let answer = agreed(answers.collect::<Option<Vec<_>>>()?)?;
        let may_come = |name: &String| {
            distributions::modules_of(name).iter().any(|it| it == top)
                || distributions::suggests(name, top)
        };
        if !answer.value && !self.told && self.elsewhere.iter().any(may_come) {
            return None;
        }
        Some(answer)
    }

    /// Where a missing distribution would have to be listed: the first file of each way.
    pub fn lists(&self) -> impl Iterator<Item = Place> {
        self.ways.iter().map(|way| way.within)
    }
}

/// What all say alike, resting on all of them.
fn agreed(answers: Vec<Fact<bool>>) -> Option<Fact<bool>> {
    let same = answers.windows(2).all(|pair| pair[0].value == pair[1].value);
    same.then_some(())?;
    answers.into_iter().reduce(|one, other| one.given(&other))
}
