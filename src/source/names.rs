//! The last part of a path, for those who ask it of every file of a tree.
//!
//! `Utf8Path` takes a path apart from its end, prefixes and all, which was a fifth of what a run
//! over twenty thousand files took. Nearly every path ends in a plain name, behind its last slash.

use camino::Utf8Path;

/// The same as [`Utf8Path::file_name`].
pub fn file_name(path: &Utf8Path) -> Option<&str> {
    let text = path.as_str();
    let slash = text.bytes().rposition(|byte| byte == b'/');
    let last = slash.map_or(text, |at| &text[at + 1..]);
    if matches!(last, "" | "." | "..") { path.file_name() } else { Some(last) }
}

/// The same as [`Utf8Path::extension`].
pub fn extension(path: &Utf8Path) -> Option<&str> {
    let (stem, ending) = file_name(path)?.rsplit_once('.')?;
    (!stem.is_empty()).then_some(ending)
}
