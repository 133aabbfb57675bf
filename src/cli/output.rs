//! Files that kilter is told to write: each one whole, or none of them.

use crate::cli::Failure;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Every text is complete on the disk before the first takes its place.
pub(super) fn write(files: Vec<(&PathBuf, String)>) -> Result<(), Failure> {
    let prepared: Result<Vec<_>, Failure> =
        files.iter().map(|(path, text)| Ok((path, prepare(path, text)?))).collect();
    for (path, new) in prepared? {
        if let Some(new) = new {
            new.persist(path).map_err(|error| failed(path, error.error))?;
        }
    }
    Ok(())
}

/// The text beside the file that it replaces. A device or a pipe is nothing that could be
/// replaced, and gets it at once.
fn prepare(path: &Path, text: &str) -> Result<Option<NamedTempFile>, Failure> {
    let metadata = fs::metadata(path);
    if metadata.as_ref().is_ok_and(|it| !it.is_file() && !it.is_dir()) {
        fs::write(path, text).map_err(|error| failed(path, error))?;
        return Ok(None);
    }
    // Renaming asks the folder only, and would replace a folder's or another's file.
    if metadata.is_ok() {
        fs::OpenOptions::new().write(true).open(path).map_err(|error| failed(path, error))?;
    }
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kilter-");
    #[cfg(unix)]
    builder.permissions({
        use std::os::unix::fs::PermissionsExt;
        // What the umask leaves of it, as for any new file.
        fs::Permissions::from_mode(0o666)
    });
    let mut new = builder.tempfile_in(folder).map_err(|error| failed(path, error))?;
    new.write_all(text.as_bytes()).map_err(|error| failed(path, error))?;
    Ok(Some(new))
}

fn failed(path: &Path, error: std::io::Error) -> Failure {
    let why = error.kind().to_string();
    Failure::Write { path: path.display().to_string(), why }
}
