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

/// The name that a file had before somebody kept it aside under another (`nginx-copy.conf`,
/// `app.service.bak`), in lower case and taken apart: its words, without the one that says so.
pub fn kept_of(name: &str) -> Option<Vec<String>> {
    const KEPT: [&str; 8] = ["saved", "save", "old", "bak", "backup", "copy", "orig", "original"];
    let mut words = words(name);
    let all = words.len();
    words.retain(|it| !KEPT.contains(&it.as_str()));
    (words.len() < all).then_some(words)
}

/// Where people put what they no longer use and do not dare to delete.
const SET_ASIDE: [&str; 14] = [
    "archive",
    "archives",
    "archived",
    "attic",
    "bak",
    "deprecated",
    "obsolete",
    "old",
    "outdated",
    "superseded",
    "temp",
    "tmp",
    "trash",
    "unused",
];

/// Whether a folder of this name is for what is no longer in use: `old`, and `.old_` so that it is
/// first among all, or in nobody's way.
pub fn sets_aside(folder: &str) -> bool {
    let name = folder.trim_matches(|it: char| !it.is_alphanumeric());
    SET_ASIDE.iter().any(|it| name.eq_ignore_ascii_case(it))
}

/// What a name is put together of, in lower case.
pub fn words(name: &str) -> Vec<String> {
    let name = name.to_ascii_lowercase();
    name.split(['.', '-', '_', ' ']).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// The same as [`Utf8Path::extension`].
pub fn extension(path: &Utf8Path) -> Option<&str> {
    let name = file_name(path)?;
    let dot = memchr::memrchr(b'.', name.as_bytes()).filter(|at| *at > 0)?;
    Some(&name[dot + 1..])
}
