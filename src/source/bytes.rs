//! What the files of a tree hold: their sizes and their bytes, asked for when somebody wants them.

use crate::source::File;
use crate::source::tree::{EntryKind, Tree, Trouble, Unread, said};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use std::cell::RefCell;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// Files over this size are named and not read: nobody writes settings of 4 MiB.
pub const LARGEST: u64 = 4 << 20;

/// How a text begins that is decrypted where it is used: by Ansible (its guide, "Format of files encrypted
/// with Ansible Vault"), by `openssl enc -a` and what calls it, as transcrypt (`Salted__` in base64), by
/// GnuPG and by age (their armours).
const ENCRYPTED: [&[u8]; 4] = [
    b"$ANSIBLE_VAULT;",
    b"U2FsdGVkX1",
    b"-----BEGIN PGP MESSAGE-----",
    b"-----BEGIN AGE ENCRYPTED FILE-----",
];

/// Files that are read before another thread is awake.
const AT_ONCE: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStat {
    pub size: u64,
    pub executable: bool,
}

impl Tree {
    /// The size and the mode of a file; nothing for all else, and for what has gone since.
    pub fn file_stat(&self, path: &Utf8Path) -> Option<FileStat> {
        let entry = self.entries.get(path)?;
        let EntryKind::File { stat } = entry.kind else { return None };
        let real = entry.real.as_deref().unwrap_or(path.as_std_path());
        stat.or_else(|| fs::metadata(real).ok().map(|it| FileStat::of(&it)))
    }

    /// Reads files, side by side; in the order asked for.
    pub fn read(&self, paths: &[Utf8PathBuf]) -> Vec<Result<File, Trouble>> {
        paths.par_iter().with_min_len(AT_ONCE).map(|path| self.read_one(path)).collect()
    }

    pub(super) fn read_one(&self, path: &Utf8PathBuf) -> Result<File, Trouble> {
        let trouble = |why| Trouble { path: path.clone(), why };
        let entry = self.entries.get(path);
        match entry.map(|entry| &entry.kind) {
            Some(EntryKind::File { stat: Some(stat) }) if stat.size > LARGEST => {
                return Err(trouble(Unread::TooLarge(stat.size)));
            }
            Some(EntryKind::File { .. }) => {}
            Some(EntryKind::Dir | EntryKind::Link(_) | EntryKind::Other) | None => {
                return Err(trouble(Unread::NoFile));
            }
        }
        let real = entry.and_then(|entry| entry.real.clone());
        let bytes = match (&self.bytes, &self.demand) {
            (None, Some(demand)) => demand.files.read(path).map_err(trouble)?,
            (Some(bytes), _) if bytes.contains_key(path) || real.is_none() => {
                let denied = || trouble(Unread::Failed("permission denied".to_owned()));
                bytes.get(path).cloned().ok_or_else(denied)?
            }
            (Some(_) | None, _) => {
                let real = real.unwrap_or_else(|| path.clone().into_std_path_buf());
                whole(&real).map_err(trouble)?
            }
        };
        let file = File { path: path.clone(), bytes };
        if !file.is_wide() && file.bytes[..file.bytes.len().min(8192)].contains(&0) {
            return Err(trouble(Unread::Binary));
        }
        if ENCRYPTED.iter().any(|it| file.bytes.starts_with(it)) {
            return Err(trouble(Unread::Encrypted));
        }
        Ok(file)
    }

    /// The first bytes of a file of the tree, so many at most; none if it cannot be read. Of a
    /// machine nobody looks: its data is no part of what was asked for.
    pub fn head(&self, path: &Utf8Path, most: usize) -> Vec<u8> {
        let mut head = Vec::new();
        if self.demand.is_some() {
            return head;
        }
        if let Some(held) = self.bytes.as_ref().and_then(|it| it.get(path)) {
            return held[..held.len().min(most)].to_vec();
        }
        let Some(entry) = self.entries.get(path) else { return head };
        let real = entry.real.as_deref().unwrap_or(path.as_std_path());
        let read = fs::File::open(real)
            .and_then(|file| file.take(most as u64).read_to_end(&mut head).map(|_| ()));
        if read.is_err() {
            head.clear();
        }
        head
    }
}

impl FileStat {
    pub(super) fn of(metadata: &fs::Metadata) -> Self {
        Self { size: metadata.len(), executable: is_executable(metadata) }
    }
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

/// As much of a file as is read at one go.
const AT_ONE_GO: usize = 16 << 10;

thread_local! {
    static HEAD: RefCell<[u8; AT_ONE_GO]> = const { RefCell::new([0; AT_ONE_GO]) };
}

/// All of a file. Nearly all are short and come at one go: a regular file gives less than it is
/// asked for only where it ends (read(2)).
fn whole(path: &Path) -> Result<Vec<u8>, Unread> {
    let failed = |error: io::Error| Unread::Failed(said(&error));
    let mut file = fs::File::open(path).map_err(failed)?;
    let mut bytes = HEAD.with_borrow_mut(|head| {
        let read = match file.read(head) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
            read => read.map_err(failed)?,
        };
        Ok(head[..read].to_vec())
    })?;
    let read = bytes.len();
    if 0 < read && read < AT_ONE_GO {
        return Ok(bytes);
    }
    let size = file.metadata().map_or(0, |it| it.len());
    let rest = (LARGEST + 1).saturating_sub(read as u64);
    bytes.reserve_exact(size.min(LARGEST + 1).saturating_sub(read as u64) as usize + 1);
    file.take(rest).read_to_end(&mut bytes).map_err(failed)?;
    match bytes.len() as u64 {
        read if read > LARGEST => Err(Unread::TooLarge(size.max(read))),
        _ => Ok(bytes),
    }
}
