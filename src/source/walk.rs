//! Names what lies below a root of the disk.
//!
//! The walk is ripgrep's: what git ignores is named, and entered only where no index says what is
//! tracked. Virtualenvs and installed packages are neither.

use crate::source::tree::{normalize, shown};
use crate::source::{Entry, EntryKind, Tree, Trouble, Unread};
use camino::{Utf8Path, Utf8PathBuf};
use ignore::{DirEntry, WalkBuilder};
use rayon::iter::{IntoParallelRefIterator, ParallelBridge, ParallelIterator};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Other people's code, caches, and what editors keep of files that were deleted or changed,
/// wherever they lie.
const FOREIGN: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".tox",
    ".nox",
    ".venv",
    ".cache",
    ".history",
    ".terraform",
    ".trash",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    "__pycache__",
    "bower_components",
    "node_modules",
    "site-packages",
];

/// What running or installing a project leaves in its folders.
const LEFT_BY_RUNNING: &[&str] = &["__pycache__", "node_modules", ".venv"];

/// What git ignores since commands make it, or people send it: nothing that says how a site runs, and
/// much of it.
const MADE: &[&str] = &[
    "assets",
    "backups",
    "build",
    "coverage",
    "data",
    "dist",
    "downloads",
    "eggs",
    "env",
    "htmlcov",
    "lib",
    "lib64",
    "logs",
    "media",
    "mediafiles",
    "out",
    "postgres-data",
    "public",
    "static",
    "static_root",
    "staticfiles",
    "target",
    "tmp",
    "uploads",
    "var",
    "venv",
    "wheels",
];

/// What is unpacked or checked out is written within this time.
const AT_ONCE: Duration = Duration::from_secs(60);

impl Tree {
    /// One thread lists folders, and all look at what it finds. The walk of many threads has those
    /// sleep that find nothing to do, which took longer than a small tree itself.
    pub(super) fn enter(&mut self, root: &Path) {
        let exclude = self.exclude.clone();
        let left = Arc::new(Mutex::new(BTreeSet::new()));
        let seen = Arc::clone(&left);
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .require_git(false)
            .follow_links(false)
            .filter_entry(move |entry| {
                if is_left_by_running(entry.path())
                    && let Ok(mut seen) = seen.lock()
                {
                    seen.insert(shown(entry.path()));
                }
                let is_file = entry.file_type().is_some_and(|it| it.is_file());
                entry.depth() == 0
                    || !(is_foreign(entry.path(), is_file) || exclude.matches(&shown(entry.path())))
            })
            .build();
        let found: Vec<_> = walk
            .par_bridge()
            .filter_map(|entry| match entry {
                Ok(entry) => describe(&entry, root).map(Ok),
                Err(error) => {
                    Some(Err(Trouble { path: shown(root), why: Unread::Failed(error.to_string()) }))
                }
            })
            .collect();
        if let Ok(mut left) = left.lock() {
            self.left.append(&mut left);
        }
        let mut entries = Vec::with_capacity(found.len());
        for item in found {
            match item {
                Ok(entry) => entries.push(entry),
                Err(trouble) => self.troubles.push(trouble),
            }
        }
        self.add_all(entries);
    }

    /// The walk says nothing of what git ignores. That an ignored `.env` is there matters, so
    /// each folder is listed once more and what is new is ignored.
    ///
    /// Where no index says what is tracked, an ignored folder may have been committed all the same,
    /// as the `conf/` of an archive, or be what the server runs with: it is entered as well.
    pub(super) fn name_ignored(&mut self) {
        let entries = self.entries.iter().filter(|entry| is_folder(*entry));
        let mut folders: Vec<Utf8PathBuf> = entries.map(|(path, _)| path.clone()).collect();
        while !folders.is_empty() {
            let listed: Vec<(Vec<(Utf8PathBuf, Entry)>, bool)> =
                folders.par_iter().map(|folder| self.ignored_in(folder)).collect();
            folders.clear();
            for (entries, used) in listed {
                for (path, entry) in entries {
                    if is_folder((&path, &entry)) && self.may_be_written(&path) {
                        folders.push(path.clone());
                    }
                    self.add(path, entry);
                }
                self.used |= used;
            }
        }
    }

    /// Whether an ignored folder may hold what people wrote.
    fn may_be_written(&self, folder: &Utf8Path) -> bool {
        let made = |name: &str| MADE.contains(&name) || name.ends_with(".egg-info");
        self.tracked(folder).is_none() && !folder.file_name().is_some_and(made)
    }

    /// What git ignores in a folder, and whether some of it is left by running.
    fn ignored_in(&self, folder: &Utf8Path) -> (Vec<(Utf8PathBuf, Entry)>, bool) {
        let here = if folder.as_str().is_empty() { Path::new(".") } else { folder.as_ref() };
        let Ok(entries) = fs::read_dir(here) else { return Default::default() };
        let entries = entries.flatten().map(|entry| entry.path());
        let new = entries.filter(|path| !self.entries.contains(&shown(path)));
        let (mut ignored, mut used) = (Vec::new(), false);
        for path in new {
            used |= is_left_by_running(&path)
                && !self.left.contains(&shown(&path))
                && !self.came_along(&path);
            if is_foreign(&path, false) || self.exclude.matches(&shown(&path)) {
                continue;
            }
            if let Ok(metadata) = fs::symlink_metadata(&path) {
                let kind = kind_of(&path, &metadata);
                let name = shown(&path);
                // Ignore files say nothing of what is tracked (gitignore(5)).
                let is_ignored = self.tracked(&name) != Some(true);
                ignored.push((name, Entry { kind, ignored: is_ignored, real: real(&path) }));
            }
        }
        (ignored, used)
    }

    /// Whether a path was written when the rest was: an archive is unpacked at once, and what a
    /// running program or a person makes comes later.
    pub(super) fn came_along(&self, path: &Path) -> bool {
        let modified = |path: &Path| fs::symlink_metadata(path).ok()?.modified().ok();
        let together = |root: &Utf8PathBuf| {
            let rest = modified(root.join(".gitignore").as_std_path())?;
            let own = modified(path)?;
            Some(own.duration_since(rest).or_else(|_| rest.duration_since(own)).ok()? < AT_ONCE)
        };
        self.roots.iter().any(|root| together(root) == Some(true))
    }
}

fn is_folder((_, entry): (&Utf8PathBuf, &Entry)) -> bool {
    entry.kind == EntryKind::Dir && entry.real.is_none()
}

fn describe(entry: &DirEntry, root: &Path) -> Option<(Utf8PathBuf, Entry)> {
    // The root itself may be a link, and was asked for by name.
    let metadata =
        if entry.path() == root { fs::metadata(root) } else { fs::symlink_metadata(entry.path()) };
    let kind = kind_of(entry.path(), &metadata.ok()?);
    Some((shown(entry.path()), Entry { kind, ignored: false, real: real(entry.path()) }))
}

fn kind_of(path: &Path, metadata: &fs::Metadata) -> EntryKind {
    if metadata.is_dir() {
        return EntryKind::Dir;
    }
    if metadata.is_symlink() {
        let target = fs::read_link(path).unwrap_or_default();
        let beside = path.parent().unwrap_or(Path::new(""));
        return EntryKind::Link(normalize(&shown(&beside.join(target))));
    }
    if !metadata.is_file() {
        return EntryKind::Other;
    }
    EntryKind::File { size: metadata.len(), executable: is_executable(metadata) }
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}

fn is_left_by_running(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|it| LEFT_BY_RUNNING.contains(&it))
}

/// A folder of installed code: by its name, or as every virtualenv says of itself (PEP 405). What is
/// a file has nothing below it, and to look would be most of what a walk asks of the disk.
fn is_foreign(path: &Path, is_file: bool) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let has = |below: &str| path.join(below).is_file();
    let marks = ["pyvenv.cfg", "bin/activate", "Scripts/activate.bat"];
    is_foreign_name(name) || !is_file && marks.into_iter().any(has)
}

pub(super) fn is_foreign_name(name: &str) -> bool {
    FOREIGN.contains(&name)
}

fn real(path: &Path) -> Option<PathBuf> {
    path.to_str().is_none().then(|| path.to_owned())
}
