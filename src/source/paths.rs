//! Paths as they are shown and compared: what is written in different ways is one path.

use camino::{Utf8Path, Utf8PathBuf};
use std::path::Path;

/// The path as users see it: no `./`, and bytes that are no UTF-8 escaped.
pub(super) fn shown(path: &Path) -> Utf8PathBuf {
    if let Some(text) = path.to_str().filter(|text| !text.starts_with('.')) {
        return text.into();
    }
    let path = path.strip_prefix(".").unwrap_or(path);
    match Utf8Path::from_path(path) {
        Some(path) => path.to_owned(),
        None => path.to_string_lossy().escape_default().to_string().into(),
    }
}

/// Whether a path is written as plainly as it can be. Nearly all are, and that is quickly seen.
pub(super) fn is_normal(path: &Utf8Path) -> bool {
    let text = path.as_str();
    let below = text.strip_prefix('/').unwrap_or(text).as_bytes();
    let ends = |at: usize| below.get(at).is_none_or(|byte| *byte == b'/');
    let is_dot = |at: usize| below.get(at) == Some(&b'.');
    let is_plain =
        |at: usize| !(ends(at) || is_dot(at) && (ends(at + 1) || is_dot(at + 1) && ends(at + 2)));
    let mut slashes = below.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    below.is_empty() || is_plain(0) && slashes.all(|(at, _)| is_plain(at + 1))
}

/// Where the repository lies, if no file says.
pub const CHECKOUT: &str = "{checkout}";

/// Lexical: `a/./b/../c` is `a/c`. A `..` at the front stays, and so does one that leads out of a checkout
/// whose place nobody knows.
pub fn normalize(path: &Utf8Path) -> Utf8PathBuf {
    if is_normal(path) {
        return path.to_owned();
    }
    let mut out = Utf8PathBuf::new();
    for part in path.components() {
        match part.as_str() {
            "." => {}
            ".." if out.file_name().is_some_and(|name| name != CHECKOUT) => _ = out.pop(),
            ".." if out.is_absolute() && out.parent().is_none() => {}
            part => out.push(part),
        }
    }
    out
}
