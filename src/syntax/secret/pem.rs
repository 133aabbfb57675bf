//! Private keys as text (RFC 7468), in whatever file they stand.

use crate::fact::secret::private_key_marks;
use crate::source::{FileId, Place};

/// What stands behind the mark of each private key. One without an end goes on to the end of the text: part
/// of a key is one still.
pub(in crate::syntax) fn private_keys(file: FileId, text: &str) -> Vec<Place> {
    let bodies = private_key_marks(text).filter_map(|mark| {
        let rest = &text[mark.end..];
        let body = &rest[..rest.find("-----END").unwrap_or(rest.len())];
        (!body.trim().is_empty()).then(|| Place::of(file, text, body))
    });
    bodies.collect()
}
