//! Private keys as text (RFC 7468), in whatever file they stand.

use crate::source::{FileId, Place};
use memchr::memmem;

/// What stands between the marks of each private key, encrypted or not. One without an end goes on to the
/// end of the text: part of a key is one still.
pub(in crate::syntax) fn private_keys(file: FileId, text: &str) -> Vec<Place> {
    const MARK: &str = "PRIVATE KEY-----";
    let marks = memmem::find_iter(text.as_bytes(), MARK);
    let begins = marks.filter(|at| {
        let line = &text[..*at];
        line.rfind("-----").is_some_and(|dashes| line[dashes..].starts_with("-----BEGIN "))
    });
    let bodies = begins.filter_map(|at| {
        let rest = &text[at + MARK.len()..];
        let body = &rest[..rest.find("-----END").unwrap_or(rest.len())];
        (!body.trim().is_empty()).then(|| Place::of(file, text, body))
    });
    bodies.collect()
}
