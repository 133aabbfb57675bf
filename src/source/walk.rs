//! Names what lies below a root of the disk.
//!
//! The walk is ripgrep's: what git ignores is named, and entered only where no index says what is
//! tracked. Virtualenvs and installed packages are neither. Each folder is listed once: ripgrep's own
//! walker is silent about what is ignored, and would have it listed again for the names of that.

use crate::source::paths::{normalize, shown};
use crate::source::{Entry, EntryKind, Globs, Tree, Trouble, Unread};
use camino::Utf8PathBuf;
use ignore::{IncrementalIgnore, WalkBuilder};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
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

/// What every virtualenv says of itself (PEP 405), or its scripts do.
const VIRTUALENV: &[&str] = &["pyvenv.cfg", "bin/activate", "Scripts/activate.bat"];

/// What is unpacked or checked out is written within this time.
const AT_ONCE: Duration = Duration::from_secs(60);

/// The way through one root.
pub(super) struct Walk<'w> {
    root: &'w Path,
    exclude: &'w Globs,
    /// One for each thread, as they learn from the ignore files that they come by.
    matchers: Vec<Mutex<IncrementalIgnore>>,
}

/// A folder that is no foreign one by its name.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// The path from the root.
    below: PathBuf,
    shown: Utf8PathBuf,
    /// git ignores it, and so all that is in it.
    ignored: bool,
}

/// A name in a folder, as it was listed.
struct Named<'n> {
    kind: FileType,
    name: &'n OsStr,
    /// The path from the root.
    below: &'n Path,
    ignored: bool,
}

/// What was found. Of a folder that is not entered, it is not known yet whether it is foreign.
#[derive(Debug, Default)]
pub(super) struct Found {
    entries: Vec<(Utf8PathBuf, Entry)>,
    folders: Vec<Folder>,
    troubles: Vec<Trouble>,
    /// What running leaves and git does not ignore.
    left: Vec<Utf8PathBuf>,
    /// The same where git ignores it.
    made: Vec<PathBuf>,
}

impl<'w> Walk<'w> {
    pub(super) fn new(root: &'w Path, exclude: &'w Globs) -> Self {
        let mut builder = WalkBuilder::new(root);
        builder.hidden(false).require_git(false).follow_links(false);
        let matcher = |_| builder.build_matchers().pop().map(Mutex::new);
        let matchers = (0..rayon::current_num_threads()).filter_map(matcher).collect();
        Self { root, exclude, matchers }
    }

    /// Everything but what is in folders that git ignores, which are left to be entered.
    pub(super) fn run(&self) -> Found {
        let (path, shown) = (self.root.to_owned(), shown(self.root));
        // The root itself may be a link, and was asked for by name.
        match fs::metadata(self.root) {
            Ok(metadata) if metadata.is_dir() => {
                let root = Folder { path, below: PathBuf::new(), shown, ignored: false };
                self.enter(vec![root], |folder| !folder.ignored)
            }
            Ok(metadata) => {
                let is_escaped = path.to_str().is_none();
                let entries = vec![(
                    shown,
                    Entry::of(|| path.clone(), is_escaped, metadata.file_type(), false),
                )];
                Found { entries, ..Found::default() }
            }
            Err(_) => Found::default(),
        }
    }

    /// All that is in these folders, and in those below that are `wanted`.
    fn enter(&self, mut folders: Vec<Folder>, wanted: impl Fn(&Folder) -> bool) -> Found {
        let mut all = Found::default();
        while !folders.is_empty() {
            let listed: Vec<_> =
                folders.par_iter().filter_map(|folder| self.list(folder)).collect();
            folders.clear();
            for found in listed {
                all.entries.extend(found.entries);
                all.troubles.extend(found.troubles);
                all.left.extend(found.left);
                all.made.extend(found.made);
                let (enter, leave): (Vec<_>, Vec<_>) = found.folders.into_iter().partition(&wanted);
                folders.extend(enter);
                all.folders.extend(leave);
            }
        }
        all
    }

    /// A folder and what is directly in it; nothing if it is a virtualenv.
    fn list(&self, folder: &Folder) -> Option<Found> {
        let mut found = Found::default();
        let mut names = Vec::new();
        let listed = fs::read_dir(&folder.path).map(|entries| {
            for entry in entries {
                match entry.and_then(|entry| Ok((entry.file_type()?, entry.file_name()))) {
                    Ok(entry) => names.push(entry),
                    Err(error) => found.troubles.extend(self.trouble(folder, &error)),
                }
            }
        });
        // Looking for what marks a virtualenv would be much of what a walk asks of the disk.
        let marks = |name: &str| VIRTUALENV.iter().any(|it| it.split('/').next() == Some(name));
        let may_be_marked = names.iter().any(|(_, it)| it.to_str().is_some_and(marks));
        let is_root = folder.below.as_os_str().is_empty();
        if !is_root && (may_be_marked || listed.is_err()) && is_virtualenv(&folder.path) {
            return None;
        }
        if let Err(error) = listed {
            found.troubles.extend(self.trouble(folder, &error));
        }
        found.entries.push(folder.entry());
        let thread = rayon::current_thread_index().unwrap_or_default();
        let matcher = self.matchers.get(thread % self.matchers.len().max(1));
        let mut matcher = matcher.map(|it| it.lock().unwrap_or_else(PoisonError::into_inner));
        let mut below = folder.below.clone();
        for (kind, name) in names {
            below.push(&name);
            let mut matches = matcher.iter_mut().map(|it| it.matched(&below, kind.is_dir()));
            let ignored = folder.ignored || matches.any(|it| it.is_ignore());
            self.take(folder, Named { kind, name: &name, below: &below, ignored }, &mut found);
            below.pop();
        }
        Some(found)
    }

    /// One name of a folder.
    fn take(&self, folder: &Folder, named: Named<'_>, found: &mut Found) {
        let Named { kind, name, below, ignored } = named;
        let path = || folder.path.join(name);
        let is_in_named = folder.path.to_str().is_some();
        // What git ignores is named only where its folder can be.
        if ignored && !is_in_named {
            return;
        }
        let is_named = is_in_named && name.to_str().is_some();
        let name = name.to_str().unwrap_or_default();
        let shown = if is_named { folder.shown.join(name) } else { shown(&path()) };
        if LEFT_BY_RUNNING.contains(&name) {
            match ignored {
                true => found.made.push(path()),
                false => found.left.push(shown.clone()),
            }
        }
        let is_foreign =
            is_foreign_name(name) || !kind.is_file() && !kind.is_dir() && is_virtualenv(&path());
        if is_foreign || self.exclude.matches(&shown) {
            return;
        }
        if kind.is_dir() {
            let (path, below) = (path(), below.to_owned());
            found.folders.push(Folder { path, below, shown, ignored });
        } else {
            found.entries.push((shown, Entry::of(path, !is_named, kind, ignored)));
        }
    }

    /// What git ignores may be closed to others: nobody asked for it.
    fn trouble(&self, folder: &Folder, error: &io::Error) -> Option<Trouble> {
        let why = Unread::Failed(format!("{}: {error}", folder.path.display()));
        (!folder.ignored).then(|| Trouble { path: shown(self.root), why })
    }
}

impl Folder {
    fn entry(&self) -> (Utf8PathBuf, Entry) {
        let real = self.path.to_str().is_none().then(|| self.path.clone());
        (self.shown.clone(), Entry { kind: EntryKind::Dir, ignored: self.ignored, real })
    }
}

impl Entry {
    /// `is_escaped` says that the path is no UTF-8; of nearly all, nobody asks for it.
    fn of(path: impl Fn() -> PathBuf, is_escaped: bool, kind: FileType, ignored: bool) -> Self {
        let real = is_escaped.then(&path);
        Self { kind: kind_of(path, kind), ignored, real }
    }
}

impl Tree {
    /// Takes in what walks found, and enters ignored folders: where no index says what is tracked,
    /// one may have been committed all the same, as the `conf/` of an archive, or be what the server
    /// runs with.
    pub(super) fn take_in(&mut self, walks: Vec<(Walk<'_>, Found)>) {
        let (mut named, mut ignored, mut made) = (Vec::new(), Vec::new(), Vec::new());
        for (walk, mut found) in walks {
            let (enter, leave) =
                found.folders.drain(..).partition(|folder| self.may_be_written(folder));
            let further = walk.enter(enter, |folder| self.may_be_written(folder));
            let closed = further.folders.iter().chain::<&Vec<Folder>>(&leave);
            let closed = closed.filter(|folder| !is_virtualenv(&folder.path)).map(Folder::entry);
            ignored.extend(closed.chain(further.entries));
            for (path, entry) in found.entries {
                if entry.ignored { ignored.push((path, entry)) } else { named.push((path, entry)) }
            }
            self.left.extend(found.left);
            self.troubles.extend(found.troubles);
            made.extend(found.made.into_iter().chain(further.made));
        }
        for (path, entry) in &mut ignored {
            // Ignore files say nothing of what is tracked (gitignore(5)).
            entry.ignored = self.tracked(path) != Some(true);
        }
        self.used = made.iter().any(|it| !self.left.contains(&shown(it)) && !self.came_along(it));
        // What one root ignores may be below another that was asked for: the last one counts.
        ignored.append(&mut named);
        self.add_all(ignored);
    }

    /// Whether an ignored folder may hold what people wrote.
    fn may_be_written(&self, folder: &Folder) -> bool {
        let made = |name: &str| MADE.contains(&name) || name.ends_with(".egg-info");
        self.tracked(&folder.shown).is_none() && !folder.shown.file_name().is_some_and(made)
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

fn kind_of(path: impl Fn() -> PathBuf, kind: FileType) -> EntryKind {
    if kind.is_dir() {
        return EntryKind::Dir;
    }
    if kind.is_symlink() {
        let path = path();
        let target = fs::read_link(&path).unwrap_or_default();
        let beside = path.parent().unwrap_or(Path::new(""));
        return EntryKind::Link(normalize(&shown(&beside.join(target))));
    }
    if kind.is_file() { EntryKind::File { stat: None } } else { EntryKind::Other }
}

fn is_virtualenv(folder: &Path) -> bool {
    VIRTUALENV.iter().any(|it| folder.join(it).is_file())
}

/// Whether a name is that of a folder of installed code, or of what tools keep.
pub(super) fn is_foreign_name(name: &str) -> bool {
    FOREIGN.contains(&name)
}
