//! All that one way of installing leads to: includes followed, constraints and locks applied.

use super::Declared;
use super::Install;
use super::distributions;
use super::locked::lock_of;
use crate::fact::version::Range;
use crate::fact::{Certainty, Fact, Origin};
use crate::source::{Place, Spanned, normalize};
use crate::syntax::requirements::{
    Format, Group, Include, Included, Manifest, Marker, Requirement, Wanted, normalise,
};
use camino::Utf8Path;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
pub(super) struct Closure {
    /// By normalised name.
    pub(super) listed: BTreeMap<String, Listed>,
    /// Listed in groups, extras or parts of a lock file that this way does not install.
    pub(super) others: Vec<String>,
    pub(super) python: Option<Fact<Range>>,
    /// Where what is missing would stand.
    pub(super) within: Place,
    /// Why more may be installed than is listed.
    open: Option<Spanned<&'static str>>,
    /// Whether dependencies of dependencies are listed as well.
    pub(super) complete: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) place: Place,
    /// None if it comes from a checkout or was refused.
    pub(super) range: Option<Range>,
    /// The pin of a lock file or constraint, which decides.
    pub(super) pinned: Option<Fact<Range>>,
    /// Its marker depends on what is not known.
    pub(super) conditional: bool,
}

impl Listed {
    pub(super) fn versions(&self) -> Option<Fact<Range>> {
        let asked = self.range.clone().map(|range| Fact::at(range, self.place));
        match (&self.pinned, asked) {
            (Some(pinned), Some(asked)) => {
                let both = pinned.value.and(&asked.value);
                // A lock file that is behind its project is what is installed all the same.
                let both = if both.is_empty() { pinned.value.clone() } else { both };
                Some(pinned.map(|_| both.clone()).given(&asked))
            }
            (Some(pinned), None) => Some(pinned.clone()),
            (None, asked) => asked,
        }
    }
}

impl Closure {
    pub(super) fn has(&self, name: &str) -> Option<Fact<bool>> {
        if let Some(listed) = self.listed.get(name) {
            return (!listed.conditional).then(|| Fact::at(true, listed.place));
        }
        let mut brought = self.listed.iter().filter(|(it, _)| !self.complete && brings(it, name));
        if let Some((by, listed)) = brought.next() {
            let brought = Fact::at(true, listed.place);
            return Some(brought.doubt(Certainty::Likely, &format!("it comes with {by}")));
        }
        if self.open.is_some() {
            return None;
        }
        Some(self.absent())
    }

    pub(super) fn provides(&self, module: &str) -> Option<Fact<bool>> {
        let mut doubtful = false;
        for name in distributions::providers_of(module) {
            match self.has(name) {
                Some(fact) if fact.value => return Some(fact),
                Some(_) => {}
                None => doubtful = true,
            }
        }
        let suggests =
            |name: &String| !distributions::is_known(name) && distributions::suggests(name, module);
        if let Some((_, listed)) = self.listed.iter().find(|(name, _)| suggests(name)) {
            let found = Fact::at(true, listed.place);
            return Some(found.doubt(Certainty::Likely, "its name suggests the module"));
        }
        let all_known = self.listed.keys().all(|name| distributions::is_known(name));
        let told = !doubtful && all_known && self.open.is_none();
        told.then(|| self.absent())
    }

    fn absent(&self) -> Fact<bool> {
        let absent = Fact::new(false, Origin::Absent { within: self.within });
        let unknown = self.listed.keys().find(|name| !distributions::is_known(name));
        match unknown {
            Some(unknown) if !self.complete => {
                absent.doubt(Certainty::Likely, &format!("{unknown} may bring it along"))
            }
            Some(_) | None => absent,
        }
    }
}

/// Whether a known distribution depends on another, at whatever distance.
fn brings(name: &str, wanted: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&'static str> = distributions::brought_by(name).collect();
    while let Some(name) = next.pop() {
        if name == wanted {
            return true;
        }
        if seen.insert(name) {
            next.extend(distributions::brought_by(name));
        }
    }
    false
}

/// None if the file is not in view.
pub(super) fn follow(files: &[Declared<'_>], way: &Install) -> Option<Closure> {
    let root = files.iter().find(|it| it.path == normalize(&way.file))?;
    let mut groups = vec![Group::Main];
    groups.extend(way.groups.iter().cloned());
    let mut walk = Walk {
        files,
        closure: Closure {
            listed: BTreeMap::new(),
            others: Vec::new(),
            python: None,
            within: Place::new(root.file, 0, 0),
            open: None,
            complete: true,
        },
        pins: BTreeMap::new(),
        next: vec![(root, groups.clone())],
        seen: BTreeSet::new(),
    };
    while let Some((file, groups)) = walk.next.pop() {
        if walk.seen.insert((file.path, groups.clone())) {
            walk.file(file, &groups);
        }
    }
    walk.constrain();
    if let Some(lock) = lock_of(files, root) {
        walk.lock(lock, &groups, root.path == lock.path);
    }
    Some(walk.closure)
}

/// On the way through the files.
pub(super) struct Walk<'a> {
    files: &'a [Declared<'a>],
    pub(super) closure: Closure,
    /// What constraints say, by normalised name.
    pins: BTreeMap<String, Fact<Range>>,
    next: Vec<(&'a Declared<'a>, Vec<Group>)>,
    seen: BTreeSet<(&'a Utf8Path, Vec<Group>)>,
}

impl<'a> Walk<'a> {
    fn file(&mut self, file: &'a Declared<'a>, groups: &[Group]) {
        let manifest = file.manifest;
        self.python(manifest);
        for requirement in &manifest.requirements {
            if groups.contains(&requirement.group) {
                self.list(requirement);
            } else {
                self.closure.others.push(normalise(&requirement.name.value));
            }
        }
        for include in manifest.includes.iter().filter(|it| groups.contains(&it.group)) {
            self.include(file, include);
        }
        if let Some(opaque) = manifest.opaque.first() {
            self.open(opaque.value, opaque.place);
        }
        // pip refuses whatever is not listed once one requirement has a hash.
        self.closure.complete &= manifest.requirements.iter().any(|it| it.hashed);
    }

    pub(super) fn python(&mut self, manifest: &Manifest) {
        if let (None, Some(python)) = (&self.closure.python, &manifest.python) {
            self.closure.python = Some(python.clone().into());
        }
    }

    pub(super) fn open(&mut self, why: &'static str, place: Place) {
        self.closure.open.get_or_insert(Spanned::new(why, place));
    }

    /// Whether a marker holds: surely not, or surely, or nobody can tell.
    pub(super) fn holds(&self, marker: Option<&Marker>) -> Option<bool> {
        let python = self.closure.python.as_ref().map(|it| &it.value);
        marker.map_or(Some(true), |it| it.holds(python))
    }

    fn list(&mut self, requirement: &Requirement) {
        let holds = self.holds(requirement.marker.as_ref());
        if holds == Some(false) {
            return;
        }
        let range = match &requirement.wanted {
            Wanted::Versions(range) => Some(range.clone()),
            Wanted::Elsewhere | Wanted::Refused => None,
        };
        let place = requirement.name.place;
        let conditional = holds.is_none();
        let new = Listed { place, range, pinned: None, conditional };
        match self.closure.listed.entry(normalise(&requirement.name.value)) {
            Entry::Vacant(entry) => _ = entry.insert(new),
            Entry::Occupied(mut entry) => entry.get_mut().and(new),
        }
    }

    fn include(&mut self, file: &'a Declared<'a>, include: &'a Include) {
        let folder = file.path.parent().unwrap_or(Utf8Path::new(""));
        let find = |path: &Utf8Path| self.files.iter().find(|it| it.path == normalize(path));
        let main = vec![Group::Main];
        match &include.what {
            Included::Group(group) => self.next.push((file, vec![group.clone()])),
            Included::Requirements(path) => match find(&folder.join(path)) {
                Some(other) => self.next.push((other, main)),
                None => self.open("a file that it includes is not in view", include.place),
            },
            Included::Constraints(path) => {
                if let Some(other) = find(&folder.join(path)) {
                    self.pin(other);
                }
            }
            Included::Project { path, extras } => match self.project(folder, path) {
                Some(other) => {
                    let extras = extras.iter().map(|it| Group::Extra(normalise(it)));
                    self.next.push((other, main.into_iter().chain(extras).collect()));
                }
                None => self.open("what it depends on is not in view", include.place),
            },
        }
    }

    /// The file of a project that is installed from a folder. pip takes its path from where it is
    /// called, which is seldom the folder of a `requirements/dev.txt`, but one above.
    fn project(&self, from: &Utf8Path, path: &str) -> Option<&'a Declared<'a>> {
        from.ancestors().find_map(|folder| {
            let is_it = |it: &&Declared<'_>| {
                matches!(it.manifest.format, Format::Pyproject | Format::SetupCfg)
                    && it.manifest.declares
                    && it.path.parent() == Some(&normalize(&folder.join(path)))
            };
            self.files.iter().find(is_it)
        })
    }

    fn pin(&mut self, constraints: &Declared<'_>) {
        for it in &constraints.manifest.requirements {
            if let Wanted::Versions(range) = &it.wanted {
                let pin = Fact::at(range.clone(), it.name.place);
                self.pins.insert(normalise(&it.name.value), pin);
            }
        }
    }

    fn constrain(&mut self) {
        for (name, pin) in &self.pins {
            if let Some(listed) = self.closure.listed.get_mut(name) {
                listed.pinned = Some(pin.clone());
            }
        }
    }
}

impl Listed {
    /// Asked for once more: at once, or for other interpreters.
    fn and(&mut self, other: Self) {
        let (Some(one), Some(two)) = (&self.range, &other.range) else {
            self.range = None;
            self.conditional &= other.conditional;
            return;
        };
        let both = one.and(two);
        let either = self.conditional || other.conditional || both.is_empty();
        self.range = Some(if either { one.or(two) } else { both });
        self.conditional &= other.conditional;
    }

    /// A lock file may hold several versions, each for some interpreters.
    pub(super) fn lock(&mut self, version: Option<Fact<Range>>) {
        self.pinned = match (self.pinned.take(), version) {
            (Some(one), Some(two)) => Some(one.zip(&two).map(|(one, two)| one.or(two))),
            (one, two) => one.or(two),
        };
    }
}
