//! Paths and queries as Django writes them (`django.utils.encoding`), and as servers in Go take them.

/// `escape_uri_path`: what stays as it is, beside letters and digits.
const OF_A_PATH: &str = "/:@&+$,-_.!~*'()";

/// `iri_to_uri`: what stays as it is.
const OF_AN_IRI: &str = "/#%[]=:;$&()+,!?*@'~-_.";

pub(super) fn path(text: &str) -> String {
    quoted(text, OF_A_PATH)
}

pub(super) fn iri(text: &str) -> String {
    quoted(text, OF_AN_IRI)
}

fn quoted(text: &str, safe: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || (byte.is_ascii() && safe.contains(c)) {
            out.push(c);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Whether every `%` of a path is an escape: a server in Go answers 400 to another.
pub(super) fn is_escaped(path: &str) -> bool {
    let mut parts = path.split('%').skip(1);
    parts.all(|it| it.len() >= 2 && it.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit))
}
