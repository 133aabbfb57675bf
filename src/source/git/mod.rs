//! What git tracks, and as what: read from its index, without git.
//!
//! Where there is no repository, as in an exported archive, nobody can tell what is tracked; an
//! index that cannot be read says no more. Objects, history and ignore files are not looked at.
//! The format is that of gitformat-index(5).

use crate::source::by_path::ByPath;
use crate::source::paths::shown;
use crate::source::{Trouble, Unread};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::path::{Path, PathBuf};

mod index;

/// An index of a million files has about this size.
const LARGEST_INDEX: u64 = 128 << 20;

/// The files of `.git` that hold one path or a few settings.
const LARGEST_NOTE: u64 = 1 << 20;

/// The tracked paths below one root, as the tree names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitIndex {
    root: Utf8PathBuf,
    /// The root is where the repository begins.
    is_top: bool,
    entries: ByPath<Mode>,
}

/// What git keeps of a path's mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    File {
        executable: bool,
    },
    Link,
    /// A commit of another repository, whose files that one tracks.
    Submodule,
}

impl GitIndex {
    /// The index of the repository that a root lies in; none if it lies in no repository. One
    /// that cannot be read is a trouble to be told of, and leaves everything unknown.
    pub fn read(root: &Path) -> Result<Option<Self>, Trouble> {
        let Ok(real) = fs::canonicalize(root) else { return Ok(None) };
        let Some((top, git)) = real.ancestors().find_map(repository) else { return Ok(None) };
        let file = git.join("index");
        let trouble = |why| Trouble { path: shown(&file), why };
        let is_top = top == real;
        let mut read = Self { root: shown(root), is_top, entries: ByPath::default() };
        if !file.exists() {
            return Ok(Some(read));
        }
        let bytes = bounded(&file, LARGEST_INDEX).map_err(trouble)?;
        let below = real.strip_prefix(top).unwrap_or(Path::new(""));
        let broken = |why: &str| trouble(Unread::Failed(why.to_owned()));
        let parsed =
            index::parse(&bytes, hash_length(&git)).map_err(|it| broken(&it.to_string()))?;
        let below = shown(below);
        let ours = parsed.into_iter().filter_map(|(path, mode)| {
            let path = shown(Path::new(&path));
            // The root mostly is where the repository begins, and is called nothing.
            if below.as_str().is_empty() && read.root.as_str().is_empty() {
                return Some((path, mode));
            }
            let rest = path.strip_prefix(&below).ok()?;
            let whole = rest.as_str().is_empty();
            Some((if whole { read.root.clone() } else { read.root.join(rest) }, mode))
        });
        read.entries = ours.collect();
        Ok(Some(read))
    }

    /// Whether a folder is the one that the repository is of.
    pub fn is_of(&self, folder: &Utf8Path) -> bool {
        self.is_top && self.root == folder
    }

    /// Whether git tracks the file. None for what is in a submodule or outside the root.
    pub fn tracked(&self, path: &Utf8Path) -> Option<bool> {
        if !path.starts_with(&self.root) {
            return None;
        }
        let folders = path.ancestors().skip(1);
        let mut modes = folders.filter_map(|folder| self.entries.get(folder));
        if modes.any(|mode| *mode == Mode::Submodule) {
            return None;
        }
        Some(self.entries.contains(path))
    }

    /// Whether a clone has the file as an executable one; none if it is no tracked regular file.
    pub fn executable(&self, path: &Utf8Path) -> Option<bool> {
        match self.entries.get(path)? {
            Mode::File { executable } => Some(*executable),
            Mode::Link | Mode::Submodule => None,
        }
    }

    /// Every tracked path below the root, in order.
    pub fn paths(&self) -> impl Iterator<Item = &Utf8Path> {
        self.entries.iter().map(|(path, _)| path.as_path())
    }
}

/// The folder that git works in and its repository, if there is one: `.git`, or the folder that
/// the file `.git` of a worktree or submodule names (gitrepository-layout(5)).
fn repository(top: &Path) -> Option<(&Path, PathBuf)> {
    let dot_git = top.join(".git");
    let git = if dot_git.is_dir() {
        dot_git
    } else {
        top.join(note(&dot_git)?.trim().strip_prefix("gitdir:")?.trim())
    };
    git.join("HEAD").exists().then_some((top, git))
}

/// How long an object's name is: SHA-1's, unless the repository says that it uses SHA-256.
fn hash_length(git: &Path) -> usize {
    let common = note(&git.join("commondir")).map(|common| git.join(common.trim()));
    let config = note(&common.unwrap_or_else(|| git.to_owned()).join("config"));
    let config = config.unwrap_or_default().to_ascii_lowercase();
    let format = config.lines().filter_map(|line| line.split_once('='));
    let mut format = format.filter(|(name, _)| name.trim() == "objectformat");
    if format.any(|(_, format)| format.trim() == "sha256") { 32 } else { 20 }
}

fn note(file: &Path) -> Option<String> {
    String::from_utf8(bounded(file, LARGEST_NOTE).ok()?).ok()
}

/// The bytes of a regular file: opening a FIFO could wait for ever.
fn bounded(file: &Path, largest: u64) -> Result<Vec<u8>, Unread> {
    let failed = |error: std::io::Error| Unread::Failed(error.to_string().to_lowercase());
    let metadata = fs::metadata(file).map_err(failed)?;
    if !metadata.is_file() {
        return Err(Unread::NoFile);
    }
    if metadata.len() > largest {
        return Err(Unread::Failed(format!("it has {} bytes", metadata.len())));
    }
    fs::read(file).map_err(failed)
}
