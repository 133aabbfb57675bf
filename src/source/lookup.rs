//! Single files that are looked for by name, in a folder and those above it.
//!
//! Knows no names: what a configuration file is called is others' business.

use crate::source::bytes::LARGEST;
use crate::source::paths::shown;
use crate::source::tree::said;
use crate::source::{File, Unread};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The folder that a path is or lies in and all above it, nearest first, spelled as the path is:
/// relative to `here`, the working directory, if it is relative.
pub fn above(path: &Path, here: &Path) -> Vec<PathBuf> {
    let mut folder = lexical(path);
    if !path.is_dir() {
        folder = lexical(&folder.join(".."));
    }
    let mut folders = Vec::new();
    while matches!(folder.components().next_back(), Some(Component::Normal(_))) {
        folders.push(folder.clone());
        folder.pop();
    }
    folders.push(folder.clone());
    if folder.is_relative() {
        let depth = here.components().filter(|part| matches!(part, Component::Normal(_))).count();
        for _ in folder.components().count()..depth {
            folder.push("..");
            folders.push(folder.clone());
        }
    }
    folders
}

/// The path without `.`, and without a `..` that takes a name back.
fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => _ = out.pop(),
            Component::ParentDir if out.has_root() => {}
            Component::ParentDir
            | Component::Normal(_)
            | Component::RootDir
            | Component::Prefix(_) => {
                out.push(part);
            }
        }
    }
    out
}

/// One file, if there is something of this name.
pub fn read_one(path: &Path) -> Option<Result<File, Unread>> {
    let failed = |error: io::Error| Unread::Failed(said(&error));
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return None,
        Err(error) => return Some(Err(failed(error))),
    };
    if !metadata.is_file() {
        return Some(Err(Unread::NoFile));
    }
    if metadata.len() > LARGEST {
        return Some(Err(Unread::TooLarge(metadata.len())));
    }
    let read = fs::read(path).map_err(failed);
    Some(read.map(|bytes| File { path: shown(path), bytes }))
}
