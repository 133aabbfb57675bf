//! The last part of a path, for those who ask it of every file of a tree.
//!
//! `Utf8Path` takes a path apart from its end, prefixes and all, which was a fifth of what a run
//! over twenty thousand files took. Nearly every path ends in a plain name, behind its last slash.

use camino::Utf8Path;

/// The same as [`Utf8Path::file_name`].
pub fn file_name(path: &Utf8Path) -> Option<&str> {
    let text = path.as_str();
    let slash = memchr::memrchr(b'/', text.as_bytes());
    let last = slash.map_or(text, |at| &text[at + 1..]);
    if matches!(last, "" | "." | "..") { path.file_name() } else { Some(last) }
}

/// The same as [`Utf8Path::extension`].
pub fn extension(path: &Utf8Path) -> Option<&str> {
    let name = file_name(path)?;
    let dot = memchr::memrchr(b'.', name.as_bytes()).filter(|at| *at > 0)?;
    Some(&name[dot + 1..])
}
