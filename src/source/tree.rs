//! What lies below the paths that were asked for: names first, bytes when somebody wants them.
//!
//! Links are kept as links and followed only inside the tree, so no loop and no way out. Which files
//! matter is not decided here.

use crate::source::by_path::ByPath;
use crate::source::bytes::{FileStat, LARGEST};
use crate::source::demand::Demand;
use crate::source::paths::{is_normal, normalize, shown};
use crate::source::walk::{Walk, is_foreign_name};
use crate::source::{File, GitIndex, Globs};
use camino::{Utf8Path, Utf8PathBuf};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// What git and its hosts find in a repository, and nobody puts elsewhere.
const OF_REPOSITORIES: &[&str] =
    &[".gitignore", ".gitattributes", ".github", ".gitlab-ci.yml", ".gitmodules"];

/// What people who look at a repository are to read first. It is copied to servers as well.
const FOR_READERS: &[&str] = &["README.md", "README.rst", "README", "LICENSE"];

/// Everything that is there, by the path as users see it.
#[derive(Debug, Default)]
pub struct Tree {
    pub(super) roots: Vec<Utf8PathBuf>,
    pub(super) entries: ByPath<Entry>,
    /// The links among them: few, and every path that is asked for may lead through one.
    pub(super) links: BTreeSet<Utf8PathBuf>,
    pub(super) bytes: Option<BTreeMap<Utf8PathBuf, Vec<u8>>>,
    pub(super) troubles: Vec<Trouble>,
    pub(super) exclude: Globs,
    /// What is asked for paths that are not here; nothing for a tree that was walked.
    pub(super) demand: Option<Demand>,
    /// One for each root that lies in a repository.
    pub(super) indexes: Vec<GitIndex>,
    /// What running leaves and git does not ignore: somebody may have committed it.
    pub(super) left: BTreeSet<Utf8PathBuf>,
    /// Somebody ran or installed what is here.
    pub(super) used: bool,
    /// The ignore files that somebody asked for, by their folders: to read one takes longer than a whole
    /// module of settings, and those ask for every path that they try.
    pub(super) ignore_files: Mutex<HashMap<Utf8PathBuf, Arc<Gitignore>>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub kind: EntryKind,
    /// git ignores it: it is on this machine and in no clone.
    pub ignored: bool,
    /// Where it is, if its name is no UTF-8 and is shown escaped.
    pub(super) real: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    File {
        /// Nothing where the disk was not asked: of most files nobody wants to know.
        stat: Option<FileStat>,
    },
    Dir,
    /// The target as it would be written from where the tree's paths begin; it may not exist.
    Link(Utf8PathBuf),
    /// A FIFO, a device, a socket: opening one could wait for ever.
    Other,
}

/// A path that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trouble {
    pub path: Utf8PathBuf,
    pub why: Unread,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Unread {
    #[error("{0}")]
    Failed(String),
    #[error("it has {0} bytes, and kilter reads up to {LARGEST}")]
    TooLarge(u64),
    #[error("it is binary")]
    Binary,
    #[error("it is UTF-16")]
    Wide,
    #[error("it is encrypted")]
    Encrypted,
    #[error("it is no regular file")]
    NoFile,
}

/// A path argument that cannot be walked at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{path}`: {why}")]
pub struct RootError {
    path: String,
    why: io::Error,
}

impl Entry {
    /// Whether the path as users see it is the one that the disk knows.
    pub fn is_named_as_shown(&self) -> bool {
        self.real.is_none()
    }
}

impl Tree {
    /// Walks each root on the disk. The order in which the disk names things has no effect.
    pub fn walk(roots: &[PathBuf]) -> Result<Self, RootError> {
        Self::walk_without(roots, Globs::default())
    }

    /// Walks without entering what is excluded; a root was asked for by name and is not.
    pub fn walk_without(roots: &[PathBuf], exclude: Globs) -> Result<Self, RootError> {
        for root in roots {
            let failed = |why| RootError { path: root.display().to_string(), why };
            let metadata = fs::metadata(root).map_err(failed)?;
            if metadata.is_dir() {
                fs::read_dir(root).map_err(failed)?;
            } else {
                fs::File::open(root).map_err(failed)?;
            }
        }
        let walk = |root| {
            let walk = Walk::new(root, &exclude);
            let found = walk.run();
            (walk, found)
        };
        let (indexes, walks): (Vec<_>, Vec<_>) = rayon::join(
            || roots.iter().map(|root| GitIndex::read(root)).collect(),
            || roots.iter().map(|root| walk(root)).collect(),
        );
        let mut tree =
            Self { roots: roots.iter().map(|it| shown(it)).collect(), ..Self::default() };
        for index in indexes {
            match index {
                Ok(index) => tree.indexes.extend(index),
                Err(trouble) => tree.troubles.push(trouble),
            }
        }
        tree.roots.sort();
        tree.roots.dedup();
        tree.take_in(walks);
        tree.exclude = exclude;
        tree.troubles.sort();
        Ok(tree)
    }

    /// A tree of files in memory, for pages and tests.
    pub fn of(files: Vec<File>) -> Self {
        let mut tree = Self { roots: vec![Utf8PathBuf::new()], used: true, ..Self::default() };
        let mut bytes = BTreeMap::new();
        for file in files {
            let stat = FileStat {
                size: file.bytes.len() as u64,
                executable: file.bytes.starts_with(b"#!"),
            };
            for folder in file.path.ancestors().skip(1) {
                tree.insert(folder.to_owned(), EntryKind::Dir);
            }
            tree.insert(file.path.clone(), EntryKind::File { stat: Some(stat) });
            bytes.insert(file.path, file.bytes);
        }
        tree.bytes = Some(bytes);
        tree
    }

    /// Makes a file in memory one that the disk refuses to read.
    pub fn deny(&mut self, path: Utf8PathBuf) {
        self.bytes.get_or_insert_default().remove(&path);
    }

    pub fn roots(&self) -> &[Utf8PathBuf] {
        &self.roots
    }

    /// The root that a path was walked from, and the path from there: the same wherever kilter was
    /// started.
    pub fn from_root<'p>(&self, path: &'p Utf8Path) -> (&'p Utf8Path, &'p Utf8Path) {
        let below = |root: &Utf8PathBuf| {
            let below = path.strip_prefix(root).ok()?;
            let root = path.as_str().len() - below.as_str().len();
            Some((Utf8Path::new(path.as_str()[..root].trim_end_matches('/')), below))
        };
        let found = self.roots.iter().filter_map(below);
        found.min_by_key(|(_, below)| below.as_str().len()).unwrap_or(("".into(), path))
    }

    /// What could not even be listed.
    pub fn troubles(&self) -> &[Trouble] {
        &self.troubles
    }

    /// Whether nobody looked: what lies here is excluded, foreign, or outside of what was walked.
    /// Nothing can be said to be missing there.
    pub fn is_unseen(&self, path: &Utf8Path) -> bool {
        let path = normalize(path);
        let is_below = |root: &Utf8PathBuf| match root.as_str() {
            "" => path.is_relative() && !path.starts_with(".."),
            _ => path.starts_with(root),
        };
        !self.roots.iter().any(is_below)
            || path.components().any(|part| is_foreign_name(part.as_str()))
            || self.exclude.matches(&path)
            || self.demand.as_ref().is_some_and(|demand| demand.is_denied(&path))
    }

    /// Whether git tracks a file; none where no repository says so.
    pub fn tracked(&self, path: &Utf8Path) -> Option<bool> {
        self.indexes.iter().find_map(|index| index.tracked(path))
    }

    /// Whether this is what a repository holds, without the repository: an archive, a download. What
    /// git ignores is of it as well if it came along with the rest, and nothing in it was ever run.
    pub fn is_export(&self, path: &Utf8Path) -> bool {
        let of_repository = |root: &Utf8PathBuf| {
            let has = |name: &&str| self.entries.contains(&root.join(name));
            OF_REPOSITORIES.iter().any(has) || !self.used && FOR_READERS.iter().any(has)
        };
        self.indexes.is_empty()
            && !(self.ignores(path) && (self.used || !self.came_along(path.as_std_path())))
            && self.roots.iter().any(of_repository)
    }

    /// Whether a folder is what a clone of a repository makes, with its history: it has one, or what
    /// only repositories have.
    pub fn is_clone(&self, folder: &Utf8Path) -> bool {
        let has = |name: &&str| self.entries.contains(&folder.join(name));
        self.indexes.iter().any(|index| index.is_of(folder))
            || self.indexes.is_empty()
                && self.roots.iter().any(|root| root == folder)
                && OF_REPOSITORIES.iter().any(has)
    }

    /// Whether what is installed for a project is known to lie in a folder, at any depth.
    pub fn has_installed(&self, folder: &Utf8Path) -> bool {
        let is_installed = |path: &&Utf8PathBuf| !path.ends_with("__pycache__");
        self.left.iter().filter(is_installed).any(|path| path.starts_with(folder))
    }

    /// Whether a path is not there, and the ignore files leave it to each machine.
    pub fn leaves(&self, path: &Utf8Path) -> bool {
        self.get(path).is_none() && self.ignores(path)
    }

    /// Whether the ignore files of the tree name a path, be there a file or not.
    pub fn ignores(&self, path: &Utf8Path) -> bool {
        if let Some(entry) = self.get(path)
            && self.bytes.is_none()
        {
            return entry.ignored;
        }
        let root = self.roots.iter().filter(|root| path.starts_with(root));
        let Some(root) = root.max_by_key(|root| root.as_str().len()) else { return false };
        let mut folders = path.ancestors().skip(1).filter(|folder| folder.starts_with(root));
        // The nearest file that says something decides (gitignore(5)).
        let verdict = folders.find_map(|folder| {
            match self.ignore_file(folder)?.matched_path_or_any_parents(path, false) {
                Match::None => None,
                Match::Ignore(_) => Some(true),
                Match::Whitelist(_) => Some(false),
            }
        });
        verdict.unwrap_or(false)
    }

    /// What the ignore file in a folder says, where there is one that can be read.
    fn ignore_file(&self, folder: &Utf8Path) -> Option<Arc<Gitignore>> {
        let known = || self.ignore_files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = known().get(folder) {
            return Some(Arc::clone(rules));
        }
        let file = self.read_one(&folder.join(".gitignore")).ok()?;
        let mut rules = GitignoreBuilder::new(folder);
        for line in String::from_utf8_lossy(&file.bytes).lines() {
            // A line that git cannot read names nothing.
            let _ = rules.add_line(None, line);
        }
        let rules = Arc::new(rules.build().ok()?);
        known().insert(folder.to_owned(), Arc::clone(&rules));
        Some(rules)
    }

    /// Every entry, by path.
    pub fn entries(&self) -> impl Iterator<Item = (&Utf8PathBuf, &Entry)> {
        self.entries.iter()
    }

    /// The files, links left out, by path.
    pub fn files(&self) -> impl Iterator<Item = &Utf8PathBuf> {
        let is_file = |entry: &Entry| matches!(entry.kind, EntryKind::File { .. });
        self.entries().filter(move |(_, entry)| is_file(entry)).map(|(path, _)| path)
    }

    /// Whether git ignores what lies there.
    pub fn is_ignored(&self, path: &Utf8Path) -> bool {
        self.get(path).is_some_and(|entry| entry.ignored)
    }

    pub fn get(&self, path: &Utf8Path) -> Option<&Entry> {
        let entry = self.entries.get(path);
        if let (None, Some(demand)) = (entry, &self.demand) {
            demand.ask(path);
        }
        entry
    }

    /// What is directly in a folder.
    pub fn children(&self, folder: &Utf8Path) -> impl Iterator<Item = (&Utf8PathBuf, &Entry)> {
        self.ask_names(folder);
        self.entries.children(folder)
    }

    /// All that is in a folder, at any depth.
    pub fn below(&self, folder: &Utf8Path) -> impl Iterator<Item = (&Utf8PathBuf, &Entry)> {
        self.ask_names(folder);
        self.entries.below(folder)
    }

    fn ask_names(&self, folder: &Utf8Path) {
        if let Some(demand) = &self.demand {
            demand.ask_names(folder);
        }
    }

    pub fn is_file(&self, path: &Utf8Path) -> bool {
        self.follow(path).is_some_and(|(_, it)| matches!(it.kind, EntryKind::File { .. }))
    }

    pub fn is_dir(&self, path: &Utf8Path) -> bool {
        self.follow(path).is_some_and(|(_, it)| matches!(it.kind, EntryKind::Dir))
    }

    /// Where a path leads: `.` and `..` taken away and links inside the tree followed.
    pub fn resolve(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        self.follow(path).map(|(path, _)| path.into_owned())
    }

    /// The same, with what is there.
    pub fn follow<'p>(&self, path: &'p Utf8Path) -> Option<(Cow<'p, Utf8Path>, &Entry)> {
        let mut path = if is_normal(path) { path.into() } else { Cow::Owned(normalize(path)) };
        // A chain of links is as long as it may be on Linux (path_resolution(7)).
        for _ in 0..40 {
            let Some((at, target)) = self.link_in(&path) else {
                let entry = self.get(&path)?;
                return Some((path, entry));
            };
            let rest = path.strip_prefix(at).unwrap_or(Utf8Path::new(""));
            path = Cow::Owned(normalize(&target.join(rest)));
        }
        None
    }

    /// The last of the links that a path leads through, and its target. Most trees have none.
    fn link_in<'p>(&self, path: &'p Utf8Path) -> Option<(&'p Utf8Path, &Utf8PathBuf)> {
        if self.links.is_empty() {
            return None;
        }
        let links = path.ancestors().filter(|it| self.links.contains(*it));
        links.into_iter().find_map(|it| match self.entries.get(it).map(|entry| &entry.kind) {
            Some(EntryKind::Link(target)) => Some((it, target)),
            _ => None,
        })
    }

    /// The links that lead to a file.
    pub fn links_to(&self, file: &Utf8Path) -> impl Iterator<Item = &Utf8PathBuf> {
        self.links.iter().filter(move |it| self.resolve(it).is_some_and(|to| to == file))
    }

    pub(super) fn insert(&mut self, path: Utf8PathBuf, kind: EntryKind) {
        self.add(path, Entry { kind, ignored: false, real: None });
    }

    pub(super) fn add_all(&mut self, all: Vec<(Utf8PathBuf, Entry)>) {
        let links = all.iter().filter(|(_, entry)| matches!(entry.kind, EntryKind::Link(_)));
        self.links.extend(links.map(|(path, _)| path.clone()));
        self.entries.extend(all);
    }

    pub(super) fn add(&mut self, path: Utf8PathBuf, entry: Entry) {
        if matches!(entry.kind, EntryKind::Link(_)) {
            self.links.insert(path.clone());
        }
        self.entries.insert(path, entry);
    }
}

/// An error as people say it, without the number.
pub fn said(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::PermissionDenied {
        return "permission denied".to_owned();
    }
    if error.kind() == io::ErrorKind::NotFound {
        return "it has vanished".to_owned();
    }
    error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase()
}
