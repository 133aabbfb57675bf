//! What a lock file adds: the versions that a resolver chose, and for whom.

use super::Declared;
use super::closure::{Asked, Listed};
use super::walk::Walk;
use crate::fact::Fact;
use crate::syntax::requirements::{Format, Group, Package, normalise};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

impl Walk<'_> {
    /// Takes over what a resolver chose for these groups.
    pub(super) fn lock(&mut self, lock: &Declared<'_>, groups: &[Group], is_root: bool) {
        let packages = &lock.manifest.packages;
        self.python(lock.manifest);
        if let Some(opaque) = lock.manifest.opaque.first() {
            self.open(opaque.value, opaque.place);
            return;
        }
        let grouped = packages.iter().any(|it| !it.groups.is_empty());
        let everything = is_root && lock.manifest.requirements.is_empty();
        let asked = self.closure.listed.iter().map(|(name, _)| name.to_owned());
        let reached = reached(packages, asked);
        for package in packages {
            let name = normalise(&package.name.value);
            let chosen = match grouped {
                true => package.groups.iter().any(|it| groups.contains(it)),
                false => everything || reached.contains(&name),
            };
            let new = Listed {
                place: package.name.place,
                extras: Vec::new(),
                range: None,
                pinned: package.version.clone().map(Fact::from),
                conditional: false,
            };
            let marker = package.marker.clone();
            self.add(Asked { name, listed: new, marker, by_lock: true }, chosen);
        }
    }
}

/// The lock file that goes with a file: beside it, or above it for a member of a workspace.
pub(super) fn lock_of<'a>(
    files: &'a [Declared<'a>],
    root: &'a Declared<'a>,
) -> Option<&'a Declared<'a>> {
    let beside = |folder: &Utf8Path, format: Format| {
        files.iter().find(|it| it.manifest.format == format && it.path.parent() == Some(folder))
    };
    let folder = root.path.parent()?;
    match root.manifest.format {
        Format::Pipfile => beside(folder, Format::PipfileLock),
        Format::Pyproject => {
            let locks = [Format::UvLock, Format::PoetryLock, Format::PdmLock, Format::Pylock];
            let mut folders = folder.ancestors();
            folders.find_map(|folder| locks.iter().find_map(|lock| beside(folder, *lock)))
        }
        Format::PipfileLock
        | Format::PoetryLock
        | Format::UvLock
        | Format::PdmLock
        | Format::Pylock => Some(root),
        Format::Requirements | Format::SetupCfg | Format::SetupPy => None,
    }
}

/// All that the given names lead to.
fn reached(packages: &[Package], from: impl Iterator<Item = String>) -> BTreeSet<String> {
    let mut needs: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for package in packages {
        let names = package.needs.iter().map(String::as_str);
        needs.entry(normalise(&package.name.value)).or_default().extend(names);
    }
    let mut reached = BTreeSet::new();
    let mut next: Vec<String> = from.collect();
    while let Some(name) = next.pop() {
        let further = needs.get(&name).into_iter().flatten().map(|it| (*it).to_owned());
        if !reached.contains(&name) {
            next.extend(further);
            reached.insert(name);
        }
    }
    reached
}
