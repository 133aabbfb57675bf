//! A tree that grows by what is asked of it.
//!
//! Whoever asks for a path that nobody has looked at is told that it is not there, and it is looked
//! at before the next round. When a round asks for nothing new, every answer was true.

use crate::source::FileStat;
use crate::source::file_system::{FileSystem, StatKind};
use crate::source::paths::normalize;
use crate::source::tree::{EntryKind, Tree, Trouble, Unread};
use crate::source::walk::is_foreign_name;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

/// A walk ends here: a folder of uploads tells nothing more than its first names.
const MOST_ENTRIES: usize = 20_000;

/// Deeper than anybody nests what configures a site.
const DEEPEST: usize = 12;

/// A chain of links is as long as it may be on Linux (path_resolution(7)).
const MOST_LINKS: usize = 40;

/// What answers, and what is known of it so far.
#[derive(Debug)]
pub(super) struct Demand {
    pub(super) files: Arc<dyn FileSystem>,
    asked: Mutex<Asked>,
    /// What was looked at because somebody asked. Looking again would tell nothing new, wherever
    /// the way ended: at a file, beyond a link, in a folder that may not be listed.
    answered: Answered,
    /// Surely not there.
    absent: BTreeSet<Utf8PathBuf>,
    /// Folders all of whose names are known.
    listed: BTreeSet<Utf8PathBuf>,
    /// Nobody can tell what is there or below.
    denied: BTreeMap<Utf8PathBuf, Unread>,
}

#[derive(Debug, Default)]
struct Asked {
    paths: BTreeSet<Utf8PathBuf>,
    folders: BTreeSet<Utf8PathBuf>,
}

/// As texts: these are searched for every path that any configuration names.
#[derive(Debug, Default)]
struct Answered {
    paths: HashSet<String>,
    folders: HashSet<String>,
}

impl Demand {
    fn asked(&self, ask: impl FnOnce(&mut Asked)) {
        ask(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn ask(&self, path: &Utf8Path) {
        let is_new = path.is_absolute() && !self.answered.paths.contains(path.as_str());
        if is_new && !self.is_settled(path) {
            self.asked(|asked| _ = asked.paths.insert(path.to_owned()));
        }
    }

    pub(super) fn ask_names(&self, folder: &Utf8Path) {
        let is_new = folder.is_absolute() && !self.answered.folders.contains(folder.as_str());
        if is_new && !self.listed.contains(folder) && !self.is_settled(folder) {
            self.asked(|asked| _ = asked.folders.insert(folder.to_owned()));
        }
    }

    pub(super) fn is_denied(&self, path: &Utf8Path) -> bool {
        path.ancestors().any(|it| self.denied.contains_key(it))
    }

    /// Whether nothing can be there, or nobody will ever know.
    fn is_settled(&self, path: &Utf8Path) -> bool {
        path.ancestors().any(|it| self.absent.contains(it) || self.denied.contains_key(it))
    }
}

impl Tree {
    /// The files of a machine, by their absolute paths; none is known yet.
    pub fn on_demand(files: Arc<dyn FileSystem>) -> Self {
        let demand = Demand {
            files,
            asked: Mutex::default(),
            answered: Answered::default(),
            absent: BTreeSet::new(),
            listed: BTreeSet::new(),
            denied: BTreeMap::new(),
        };
        let mut tree = Self { roots: vec!["/".into()], ..Self::default() };
        tree.insert("/".into(), EntryKind::Dir);
        tree.demand = Some(demand);
        tree
    }

    /// Whether its paths are those of a machine, and not of a folder that somebody keeps.
    pub fn is_machine(&self) -> bool {
        self.demand.is_some()
    }

    /// Looks at what was asked for since the last time. Whether that was anything.
    pub fn grow(&mut self) -> bool {
        let Some(demand) = &self.demand else { return false };
        let mut asked = Asked::default();
        demand.asked(|it| mem::swap(it, &mut asked));
        let grows = !asked.paths.is_empty() || !asked.folders.is_empty();
        for path in &asked.paths {
            self.look(path);
        }
        for folder in &asked.folders {
            self.list(folder);
        }
        if let Some(demand) = &mut self.demand {
            demand.answered.paths.extend(asked.paths.into_iter().map(Into::into));
            demand.answered.folders.extend(asked.folders.into_iter().map(Into::into));
        }
        grows
    }

    /// Looks at one path: what is there once links are followed, if anything is.
    pub fn look(&mut self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        let mut path = normalize(path);
        for _ in 0..MOST_LINKS {
            match self.look_along(&path)? {
                Some(further) => path = further,
                None => return Some(path),
            }
        }
        None
    }

    /// Looks at each folder of a path and at itself. The path that it goes on to if there is a
    /// link on the way; nothing if it ends.
    fn look_along(&mut self, path: &Utf8Path) -> Option<Option<Utf8PathBuf>> {
        let folders: Vec<_> = path.ancestors().collect();
        for part in folders.into_iter().rev() {
            let kind = match self.entries.get(part) {
                Some(entry) => entry.kind.clone(),
                None => self.stat(part)?,
            };
            match kind {
                EntryKind::Link(target) => {
                    let rest = path.strip_prefix(part).unwrap_or(Utf8Path::new(""));
                    return Some(Some(normalize(&target.join(rest))));
                }
                EntryKind::Dir => {}
                EntryKind::File { .. } | EntryKind::Other => return (part == path).then_some(None),
            }
        }
        Some(None)
    }

    /// Asks for a path that is in no folder beyond a link.
    fn stat(&mut self, path: &Utf8Path) -> Option<EntryKind> {
        let demand = self.demand.as_mut()?;
        let parent = path.parent().unwrap_or(path);
        if demand.is_settled(path) || demand.listed.contains(parent) {
            return None;
        }
        let stat = match demand.files.stat(path) {
            Ok(Some(stat)) => stat,
            Ok(None) => {
                demand.absent.insert(path.to_owned());
                return None;
            }
            Err(why) => {
                demand.denied.insert(path.to_owned(), why);
                return None;
            }
        };
        let kind = match stat.kind {
            StatKind::File => EntryKind::File {
                stat: Some(FileStat { size: stat.size, executable: stat.mode & 0o111 != 0 }),
            },
            StatKind::Dir => EntryKind::Dir,
            StatKind::Link(target) => EntryKind::Link(normalize(&parent.join(target))),
            StatKind::Socket | StatKind::Fifo | StatKind::Device => EntryKind::Other,
        };
        self.insert(path.to_owned(), kind.clone());
        Some(kind)
    }

    /// Looks at all that is directly in a folder, and says where that is.
    pub fn list(&mut self, folder: &Utf8Path) -> Option<Utf8PathBuf> {
        let folder = self.look(folder)?;
        if self.entries.get(&folder).map(|it| &it.kind) != Some(&EntryKind::Dir) {
            return None;
        }
        let demand = self.demand.as_mut()?;
        if demand.listed.contains(&folder) {
            return Some(folder);
        }
        let names = match demand.files.names(&folder) {
            Ok(names) => names,
            Err(why) => {
                // What is in it may still be reached by name.
                self.troubles.push(Trouble { path: folder, why });
                return None;
            }
        };
        for name in &names {
            let path = folder.join(name);
            if !self.entries.contains(&path) {
                self.stat(&path);
            }
        }
        self.demand.as_mut()?.listed.insert(folder.clone());
        Some(folder)
    }

    /// Walks a folder. Installed packages, caches and what is beyond links are left out.
    pub fn walk_below(&mut self, folder: &Utf8Path) {
        let mut next: Vec<(Utf8PathBuf, usize)> = vec![(folder.to_owned(), 0)];
        while let Some((folder, depth)) = next.pop() {
            if self.entries.len() > MOST_ENTRIES || depth > DEEPEST {
                return;
            }
            let Some(folder) = self.list(&folder) else { continue };
            let is_there = |name: &&str| self.entries.contains(&folder.join(name));
            if ["pyvenv.cfg", "conda-meta"].iter().any(is_there) {
                continue;
            }
            let below = self.children(&folder).filter(|(_, entry)| entry.kind == EntryKind::Dir);
            let below = below.filter(|(path, _)| !path.file_name().is_some_and(is_foreign_name));
            next.extend(below.map(|(path, _)| (path.clone(), depth + 1)));
        }
    }
}
