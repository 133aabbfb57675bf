//! Which distributions a project has installed, and in which versions.
//!
//! A tree seldom says which of its requirement files an image installs. Where the caller does
//! not know either, every way of installing is followed, and only what all agree on is said.
//! Nothing is looked up outside the files: what an index would resolve stays a range.

use super::distributions;
use crate::fact::version::Range;
use crate::fact::{Certainty, Fact};
use crate::model::{Files, Found, Kind};
use crate::source::{FileId, Place};
use crate::syntax::requirements::{Group, Manifest, Requirement, normalise};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

mod by_images;
mod chosen;
mod closure;
mod gather;
mod locked;
mod walk;
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

/// One of the things that an image, a virtualenv or a script installs.
#[derive(Clone, Debug, PartialEq)]
pub enum Install {
    /// `-r requirements/prod.txt`, `uv sync --group prod`, `pip install .[prod]`.
    File {
        path: Utf8PathBuf,
        /// Beside the main one.
        groups: Vec<Group>,
    },
    /// `pip install gunicorn==23.0`.
    Named(Requirement),
}

/// What follows from the requirement files of one project.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    /// One for each way of installing the project that is possible.
    ways: Vec<Closure>,
    /// Where the ways are guessed: every name in any file, as somebody may install that one.
    elsewhere: BTreeSet<String>,
    /// What they are told to be; nothing where they are guessed.
    told: Vec<Install>,
}

impl Requirements {
    /// Without `installs`, what is installed is guessed from the names of the files, and what
    /// stands in any of them is never said to be missing.
    pub fn new(files: &[Declared<'_>], installs: &[Install]) -> Self {
        if installs.is_empty() {
            return Self::by(files, &ways::guess(files));
        }
        let told = Self::by(files, &[installs.to_vec()]);
        Self { elsewhere: BTreeSet::new(), told: installs.to_vec(), ..told }
    }

    fn by(files: &[Declared<'_>], ways: &[Vec<Install>]) -> Self {
        let ways = ways.iter().map(|way| walk::follow(files, way));
        // Of a file that is not in view nothing is known, so all ways do not agree on anything.
        let ways: Vec<Closure> = ways.collect::<Option<_>>().unwrap_or_default();
        let manifests = files.iter().map(|it| it.manifest);
        let names = manifests.flat_map(|it| {
            let asked = it.requirements.iter().map(|it| normalise(&it.name.value));
            asked.chain(it.packages.iter().map(|it| normalise(&it.name.value)))
        });
        Self { ways, elsewhere: names.collect(), told: Vec::new() }
    }

    /// From the files around a project: all below its folder, or below the first folder above
    /// it that says what to install. Included files of any name are asked for.
    pub fn gather(files: &Files<'_>, folder: &Utf8Path, installs: &[Install]) -> Self {
        let found = gather::around(files, folder, installs);
        let declared = gather::declared(&found);
        if !installs.is_empty() {
            return Self::new(&declared, installs);
        }
        // What conda installs is in no file that pip reads.
        if is_of_conda(files) {
            return Self::by(&declared, &[]);
        }
        let around: Vec<&Utf8Path> = declared.iter().map(|it| it.path).collect();
        let way = |path| vec![Install::File { path, groups: Vec::new() }];
        let apart = by_images::apart(files, folder, &around).into_iter().map(way);
        let apart: Vec<Vec<Install>> = apart.collect();
        if !apart.is_empty() {
            let found = gather::around(files, folder, &apart.concat());
            let by_images = Self::by(&gather::declared(&found), &apart);
            if !by_images.is_partial() && !by_images.is_empty() {
                return by_images;
            }
        }
        let mut ways = chosen::narrow(files, folder, ways::guess(&declared));
        ways.sort_by_key(|way| rank(way));
        Self::by(&declared, &ways)
    }

    /// What that follows from, as an image installs it; nothing of a guess from the files around a
    /// project.
    pub fn told(&self) -> &[Install] {
        &self.told
    }

    pub fn is_told(&self) -> bool {
        !self.told.is_empty()
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
        let listed: Vec<&Listed> = listed.collect();
        if !listed.is_empty() || self.elsewhere.is_empty() {
            return either(listed);
        }
        let others = either(self.ways.iter().filter_map(|way| way.others.get(&name)).collect());
        others.map(|it| it.doubt(Certainty::Likely, "nothing shows that this part is installed"))
    }

    /// The same on these interpreters alone: markers that ask for the version are decided.
    pub fn under(&self, python: &Range) -> Self {
        let ways = self.ways.iter().map(|way| way.under(python)).collect();
        Self { ways, ..self.clone() }
    }

    /// Whether a marker that nobody can decide says if a distribution is installed, or which.
    pub fn is_conditional(&self, name: &str) -> bool {
        let name = normalise(name);
        let undecided = |way: &Closure| way.listed.get(&name).is_some_and(|it| it.conditional);
        self.ways.iter().any(undecided)
    }

    /// Whether a list sends pip to another index than PyPI.
    pub fn names_an_index(&self) -> bool {
        self.ways.iter().any(|way| way.index.is_some())
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

    /// Whether Django is surely installed: what does not lead to it is not what a project is run with.
    pub fn has_django(&self) -> bool {
        self.has("django").is_some_and(|it| it.value)
    }

    /// Whether a distribution is installed: by all ways, by none, or nobody can tell.
    pub fn has(&self, name: &str) -> Option<Fact<bool>> {
        let name = normalise(name);
        let answers = self.ways.iter().map(|way| way.has(&name));
        let answer = agreed(answers.collect::<Option<Vec<_>>>()?)?;
        let may_be = self.is_partial() || self.elsewhere.contains(&name);
        (answer.value || !may_be).then_some(answer)
    }

    /// Whether a distribution is installed that nobody knows, with one of these in its name.
    pub fn may_bring(&self, hints: &[&str]) -> bool {
        let mut unknown = self.ways.iter().flat_map(Closure::unknown).map(|(name, _)| name);
        unknown.any(|name| hints.iter().any(|hint| name.contains(hint)))
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
        let may_be = self.is_partial() || self.elsewhere.iter().any(may_come);
        (answer.value || !may_be).then_some(answer)
    }

    /// Whether what is listed is all that is installed, dependencies of dependencies and all, and no other
    /// list is there that somebody may install.
    pub fn is_frozen(&self) -> bool {
        !self.ways.is_empty() && !self.is_partial() && self.ways.iter().all(Closure::is_frozen)
    }

    /// Whether a top-level module may come from what is installed: it does, or a distribution has its
    /// name, or more is installed than is listed.
    pub fn may_provide(&self, module: &str) -> bool {
        let may = |way: &Closure| {
            let named = |it: &str| distributions::suggests(it, module);
            way.open.is_some()
                || way.listed.iter().any(|(name, _)| named(name))
                || distributions::providers_of(module)
                    .any(|it| way.has(it).is_none_or(|it| it.value))
        };
        self.ways.is_empty()
            || self.is_partial()
            || self.ways.iter().any(may)
            || self.elsewhere.iter().any(|it| distributions::suggests(it, module))
    }

    /// Whether a guessed way cannot be all that is installed, as it leads to no Django.
    fn is_partial(&self) -> bool {
        let has_django = |way: &Closure| way.has("django").is_some_and(|it| it.value);
        !self.elsewhere.is_empty() && !self.ways.iter().all(has_django)
    }

    /// Where a missing distribution would have to be listed: the first file of each way.
    pub fn lists(&self) -> impl Iterator<Item = Place> {
        self.ways.iter().map(|way| way.within)
    }
}

/// All that some way admits, first where all of it is admitted.
fn either(listed: Vec<&Listed>) -> Option<Fact<Range>> {
    let mut ranges: Vec<Fact<Range>> =
        listed.into_iter().map(Listed::versions).collect::<Option<_>>()?;
    let whole = ranges.iter().map(|it| it.value.clone()).reduce(|one, other| one.or(&other))?;
    ranges.sort_by_key(|it| it.value != whole);
    ranges.into_iter().reduce(|one, other| one.zip(&other).map(|(one, other)| one.or(other)))
}

/// Which of several ways to show where all say the same: that of the nearest file, and of those the one that
/// is called as pip's guide calls it.
fn rank(way: &[Install]) -> (usize, bool) {
    let files = way.iter().filter_map(|it| match it {
        Install::File { path, .. } => Some(path),
        _ => None,
    });
    let ranks =
        files.map(|it| (it.components().count(), it.file_name() != Some("requirements.txt")));
    ranks.min().unwrap_or_default()
}

/// What all say alike, resting on all of them.
fn agreed(answers: Vec<Fact<bool>>) -> Option<Fact<bool>> {
    let same = answers.windows(2).all(|pair| pair[0].value == pair[1].value);
    same.then_some(())?;
    answers.into_iter().reduce(|one, other| one.given(&other))
}

/// Whether an environment of conda has Django, so that what requirement files say of it is for others.
fn is_of_conda(files: &Files<'_>) -> bool {
    let names = ["environment.yml", "environment.yaml"];
    names.into_iter().flat_map(|name| files.files_named(name)).any(|path| {
        let Found::Read(read) = files.find(path) else { return false };
        let mut versions = read.text.lines().filter_map(|line| {
            let entry = line.trim_start().trim_start_matches("- ").trim_start();
            entry.get(..6).filter(|it| it.eq_ignore_ascii_case("django"))?;
            Some(entry[6..].trim()).filter(|it| it.starts_with(['=', '>', '<', '~']))
        });
        // Where pip's files pin the same, it does not matter which are read.
        versions.any(|it| !is_pinned(files, it.trim_start_matches('=')))
    })
}

/// Whether a requirements file pins Django to a version.
fn is_pinned(files: &Files<'_>, version: &str) -> bool {
    let pin = format!("django=={version}");
    let mut read = files.of(Kind::Requirements).into_iter();
    read.any(|it| it.text.lines().any(|line| line.trim().eq_ignore_ascii_case(&pin)))
}
