//! Paths and queries as Django decodes and writes them (`django.utils.encoding`).

/// `escape_uri_path`: what stays as it is, beside letters and digits.
const OF_A_PATH: &str = "/:@&+$,-_.!~*'()";

/// `iri_to_uri`: what stays as it is.
const OF_AN_IRI: &str = "/#%[]=:;$&()+,!?*@'~-_.";

/// The path of a request, without escapes. `None` if it is no UTF-8, which Django escapes again.
pub(super) fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let code = code.filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
        match (first, code.and_then(|it| u8::from_str_radix(it, 16).ok())) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

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
