//! A tree as it was at another time: what was tracked then, and what nobody tracks as it is now.

use crate::source::tree::{Entry, EntryKind, Tree};
use crate::source::{FileStat, normalize};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// A file of then, by its path as users see it.
#[derive(Clone, Debug)]
pub struct Past {
    pub path: Utf8PathBuf,
    pub kind: PastKind,
}

#[derive(Clone, Debug)]
pub enum PastKind {
    File { size: u64, executable: bool, bytes: Vec<u8> },
    Link(Utf8PathBuf),
}

impl Tree {
    /// The same roots and exclusions, with the files of then.
    pub fn at(&self, files: Vec<Past>) -> Self {
        let mut then = self.untracked();
        let mut bytes = BTreeMap::new();
        for Past { path, kind } in files {
            let path = normalize(&path);
            if self.is_unseen(&path) {
                continue;
            }
            for folder in path.ancestors().skip(1).filter(|folder| !self.is_unseen(folder)) {
                then.insert(folder.to_owned(), EntryKind::Dir);
            }
            let kind = match kind {
                PastKind::File { size, executable, bytes: text } => {
                    bytes.insert(path.clone(), text);
                    EntryKind::File { stat: Some(FileStat { size, executable }) }
                }
                PastKind::Link(target) => {
                    let beside = path.parent().unwrap_or(Utf8Path::new(""));
                    EntryKind::Link(normalize(&beside.join(target)))
                }
            };
            then.insert(path, kind);
        }
        then.bytes = Some(bytes);
        then
    }

    /// What git ignores, to be read from where it lies.
    fn untracked(&self) -> Self {
        let ignored = self.entries.iter().filter(|(_, entry)| entry.ignored);
        let entries = ignored.map(|(path, entry)| {
            let real = entry.real.clone().unwrap_or_else(|| path.clone().into_std_path_buf());
            (path.clone(), Entry { real: Some(real), ..entry.clone() })
        });
        Self {
            roots: self.roots.clone(),
            entries: entries.collect(),
            links: self.links.clone(),
            exclude: self.exclude.clone(),
            ..Self::default()
        }
    }
}
