//! Private keys that stand somewhere as text.

use std::collections::BTreeSet;
use std::ops::Range;

/// Where the mark is that each private key of a text begins with, encrypted or not: `-----BEGIN RSA PRIVATE
/// KEY-----`.
pub fn private_key_marks(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("PRIVATE KEY-----").filter_map(|(at, mark)| {
        let start = text[..at].rfind("-----")?;
        text[start..].starts_with("-----BEGIN ").then(|| start..at + mark.len())
    })
}

/// Whether it is a private key as text (RFC 7468), and no stub of one: the shortest that is in use, of
/// Ed25519, has 64 signs between its marks (RFC 8410, 10.3). One that is encrypted opens nothing without
/// its passphrase.
pub fn is_private_key(value: &str) -> bool {
    let Some((label, behind)) =
        value.split_once("-----BEGIN ").and_then(|(_, rest)| rest.split_once("-----"))
    else {
        return false;
    };
    let Some((body, _)) = behind.split_once("-----END ") else { return false };
    // On one line its breaks are written out.
    let signs: Vec<u8> =
        body.replace("\\n", "\n").bytes().filter(|it| !it.is_ascii_whitespace()).collect();
    let is_base64 = |it: &u8| it.is_ascii_alphanumeric() || b"+/=".contains(it);
    let distinct = signs.iter().collect::<BTreeSet<_>>().len();
    label.ends_with("PRIVATE KEY")
        && !label.starts_with("ENCRYPTED")
        && signs.len() >= 64
        && distinct >= 24
        && signs.iter().all(is_base64)
}
