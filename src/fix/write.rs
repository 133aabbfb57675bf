//! Puts rewritten files on the disk: each one whole or not at all, and none if one cannot be.

use crate::fix::{Plan, Rewrite};
use crate::source::Sources;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::io;
use std::io::Write;
use tempfile::NamedTempFile;

/// Why nothing, or no more, was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("`{0}` has changed since it was read")]
    Changed(Utf8PathBuf),
    #[error("cannot write `{path}`: {why}")]
    Failed { path: Utf8PathBuf, why: io::Error },
}

/// Replaces the files under `root`, from where their paths begin. Every new file is complete
/// beside its old one before the first is put in place.
pub fn write(plan: &Plan, sources: &Sources, root: &Utf8Path) -> Result<(), WriteError> {
    let prepared: Result<Vec<_>, _> = plan
        .rewrites
        .iter()
        .map(|rewrite| {
            let path = root.join(sources.get(rewrite.file).path());
            let new = prepare(rewrite, sources, &path)?;
            Ok((path, new))
        })
        .collect();
    for (path, new) in prepared? {
        new.persist(&path).map_err(|error| WriteError::Failed { path, why: error.error })?;
    }
    Ok(())
}

fn prepare(
    rewrite: &Rewrite,
    sources: &Sources,
    path: &Utf8Path,
) -> Result<NamedTempFile, WriteError> {
    let failed = |why| WriteError::Failed { path: path.to_owned(), why };
    // A link put there meanwhile would lead elsewhere.
    let metadata = fs::symlink_metadata(path).map_err(failed)?;
    let now = if metadata.is_file() { fs::read(path).map_err(failed)? } else { Vec::new() };
    if now != sources.get(rewrite.file).bytes() {
        return Err(WriteError::Changed(path.to_owned()));
    }
    // Renaming asks the folder only, and would replace what its owner has locked.
    fs::OpenOptions::new().write(true).open(path).map_err(failed)?;

    let folder = path.parent().filter(|it| !it.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    let mut new = NamedTempFile::with_prefix_in(".kilter-", folder).map_err(failed)?;
    new.write_all(rewrite.text(sources).as_bytes()).map_err(failed)?;
    new.as_file().set_permissions(metadata.permissions()).map_err(failed)?;
    keep_owner(&new, &metadata).map_err(failed)?;
    new.as_file().sync_all().map_err(failed)?;
    Ok(new)
}

/// As root one mends other people's files; they shall stay theirs.
#[cfg(unix)]
fn keep_owner(new: &NamedTempFile, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let ours = new.as_file().metadata()?;
    if (ours.uid(), ours.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(new.as_file(), Some(old.uid()), Some(old.gid()))?;
    // Changing the owner takes set-user-ID bits away (chown(2)).
    new.as_file().set_permissions(fs::Permissions::from_mode(old.permissions().mode()))
}

#[cfg(not(unix))]
fn keep_owner(_: &NamedTempFile, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}
