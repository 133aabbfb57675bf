//! The way through the files of one installation: includes followed, constraints and locks
//! applied.

use super::Declared;
use super::Install;
use super::closure::{Asked, Closure, List, Listed};
use super::locked::lock_of;
use crate::fact::Fact;
use crate::fact::version::Range;
use crate::source::{Place, Spanned, normalize};
use crate::syntax::requirements::{
    Format, Group, Include, Included, Manifest, Marker, Requirement, Wanted, normalise,
};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// What comes of all these together; none if one of the files is not in view.
pub(super) fn follow(files: &[Declared<'_>], installs: &[Install]) -> Option<Closure> {
    let mut roots = Vec::new();
    let mut named = Vec::new();
    for install in installs {
        match install {
            Install::Named(requirement) => named.push(requirement),
            Install::File { path, groups } => {
                let path = normalize(path);
                let groups: Vec<Group> = [Group::Main].into_iter().chain(groups.clone()).collect();
                roots.push((files.iter().find(|it| it.path == path)?, groups));
            }
        }
    }
    let head = roots.first().map(|(root, _)| Place::new(root.file, 0, 0));
    let within = head.or_else(|| named.first().map(|it| it.name.place))?;
    let mut walk = Walk {
        files,
        closure: Closure {
            listed: List::default(),
            others: List::default(),
            undecided: Vec::new(),
            pins: BTreeMap::new(),
            python: None,
            index: None,
            within,
            open: None,
            complete: true,
            brought: OnceLock::new(),
        },
        pins: BTreeMap::new(),
        next: Vec::new(),
        seen: BTreeSet::new(),
        asked: Vec::new(),
    };
    let mut complete = named.is_empty();
    for (root, groups) in roots {
        complete &= walk.root(root, groups);
    }
    for requirement in named {
        walk.ask(requirement, true);
    }
    for (name, pin) in &walk.pins {
        walk.closure.listed.constrain(name, pin);
    }
    walk.closure.complete = complete;
    walk.keep_undecided();
    Some(walk.closure)
}

pub(super) struct Walk<'a> {
    files: &'a [Declared<'a>],
    pub(super) closure: Closure,
    /// What constraints say, by normalised name.
    pins: BTreeMap<String, Fact<Range>>,
    next: Vec<(&'a Declared<'a>, Vec<Group>)>,
    seen: BTreeSet<(&'a Utf8Path, Vec<Group>)>,
    /// All that asked for something that is installed.
    asked: Vec<Asked>,
}

impl<'a> Walk<'a> {
    /// Whether that is all that is installed, dependencies of dependencies included.
    fn root(&mut self, root: &'a Declared<'a>, groups: Vec<Group>) -> bool {
        self.closure.complete = true;
        self.next.push((root, groups.clone()));
        while let Some((file, groups)) = self.next.pop() {
            if self.seen.insert((file.path, groups.clone())) {
                self.file(file, &groups);
            }
        }
        let lock = lock_of(self.files, root);
        if let Some(lock) = lock {
            self.lock(lock, &groups, root.path == lock.path);
        }
        lock.is_some() || self.closure.complete
    }

    fn file(&mut self, file: &'a Declared<'a>, groups: &[Group]) {
        let manifest = file.manifest;
        self.python(manifest);
        for requirement in &manifest.requirements {
            self.ask(requirement, groups.contains(&requirement.group));
        }
        for include in manifest.includes.iter().filter(|it| groups.contains(&it.group)) {
            self.include(file, include);
        }
        if let Some(opaque) = manifest.opaque.first() {
            self.open(opaque.value, opaque.place);
        }
        self.closure.index = self.closure.index.or(manifest.index);
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

    fn ask(&mut self, requirement: &Requirement, installed: bool) {
        let range = match &requirement.wanted {
            Wanted::Versions(range) => Some(range.clone()),
            Wanted::Elsewhere | Wanted::Refused => None,
        };
        let new = Listed {
            place: requirement.name.place,
            extras: requirement.extras.iter().map(|it| normalise(it)).collect(),
            range,
            pinned: None,
            conditional: false,
        };
        self.add(
            Asked {
                name: normalise(&requirement.name.value),
                listed: new,
                marker: requirement.marker.clone(),
                by_lock: false,
            },
            installed,
        );
    }

    /// Lists it where its marker may hold.
    pub(super) fn add(&mut self, asked: Asked, installed: bool) {
        let holds = self.holds(asked.marker.as_ref());
        // What the project rules out for its own interpreters stays out on each of them.
        if holds == Some(false) && !asked.by_lock {
            return;
        }
        let installed = installed && holds != Some(false);
        let listed = Listed { conditional: holds.is_none(), ..asked.listed.clone() };
        let list = if installed { &mut self.closure.listed } else { &mut self.closure.others };
        list.add(asked.name.clone(), listed, asked.by_lock);
        if installed {
            self.asked.push(asked);
        }
    }

    /// Keeps what an interpreter of its own may decide otherwise.
    fn keep_undecided(&mut self) {
        let open = |it: &&Asked| self.holds(it.marker.as_ref()).is_none();
        let names: BTreeSet<String> =
            self.asked.iter().filter(open).map(|it| it.name.clone()).collect();
        let asked = std::mem::take(&mut self.asked).into_iter();
        self.closure.undecided = asked.filter(|it| names.contains(&it.name)).collect();
        let pins = std::mem::take(&mut self.pins).into_iter();
        self.closure.pins = pins.filter(|(name, _)| names.contains(name)).collect();
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
            Included::Release { name, version, folder: subdirectory } => {
                let made = Some((name.clone(), version.clone()));
                let own = self.project(folder, subdirectory).filter(|it| it.manifest.makes == made);
                self.next.extend(own.map(|it| (it, main)));
            }
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
            let Wanted::Versions(range) = &it.wanted else { continue };
            let holds = self.holds(it.marker.as_ref());
            if holds == Some(false) {
                continue;
            }
            let pin = Fact::at(range.clone(), it.name.place);
            let name = normalise(&it.name.value);
            // Which of two counts that no interpreter in view tells apart, nobody knows.
            let pin = match self.pins.get(&name).filter(|_| holds.is_none()) {
                Some(other) => other.zip(&pin).map(|(one, two)| one.or(two)),
                None => pin,
            };
            self.pins.insert(name, pin);
        }
    }
}
