//! URIs as nginx normalises them before it looks for a location, and escapes them afterwards
//! (`ngx_http_parse_complex_uri`, `ngx_escape_uri`).

/// A request's target: the path decoded, and what else nginx remembers of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Uri {
    pub(super) path: String,
    pub(super) args: String,
    /// Something in it was escaped, so nginx escapes again where it passes parts on.
    pub(super) quoted: bool,
    pub(super) plus: bool,
}

/// Normalises what stands in the request line. `None` is nginx's "400 Bad Request".
pub(super) fn normalized(target: &str, merge_slashes: bool) -> Option<Uri> {
    let target = target.split('#').next().unwrap_or_default();
    let (path, args) = target.split_once('?').unwrap_or((target, ""));
    if !path.starts_with('/') {
        return None;
    }
    let (decoded, quoted) = decoded(path)?;
    let mut segments: Vec<&[u8]> = Vec::new();
    let pieces: Vec<&[u8]> = decoded[1..].split(|byte| *byte == b'/').collect();
    for (index, piece) in pieces.iter().enumerate() {
        let last = index + 1 == pieces.len();
        match *piece {
            b"." => {}
            b".." => {
                segments.pop()?;
            }
            b"" if merge_slashes && !last => continue,
            piece => {
                segments.push(piece);
                continue;
            }
        }
        if last {
            segments.push(b"");
        }
    }
    let path = [b"/".as_slice(), &segments.join(&b'/')].concat();
    let plus = path.contains(&b'+');
    let path = String::from_utf8_lossy(&path).into_owned();
    Some(Uri { path, args: args.to_owned(), quoted, plus })
}

/// Undoes `%xx`. A decoded slash or dot counts as one, as it does for nginx.
fn decoded(path: &str) -> Option<(Vec<u8>, bool)> {
    let mut out = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    let mut quoted = false;
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        quoted = true;
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let value = (digit()? * 16 + digit()?) as u8;
        if value == 0 {
            return None;
        }
        out.push(value);
    }
    Some((out, quoted))
}

/// Which characters are escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    Uri,
    Args,
}

pub(super) fn escaped(text: &str, escape: Escape) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let special = match byte {
            0..=0x20 | 0x7f.. => true,
            b'"' | b'#' | b'%' | b'<' | b'>' | b'?' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => {
                true
            }
            b'&' | b'+' | b';' => escape == Escape::Args,
            _ => false,
        };
        if special {
            out.push_str(&format!("%{byte:02X}"));
        } else {
            out.push(char::from(byte));
        }
    }
    out
}
