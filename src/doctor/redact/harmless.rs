//! Whether the value of a variable may be told: what it is for is what somebody else may know.
//!
//! A name that says "secret" settles it; else the value must look like a switch, a number, a path,
//! an address or a word. What looks like nothing in particular is taken for a secret.

use crate::fact::secret::{is_reference, is_secret_name, url_credentials};

/// Longer than any host's or module's part, and mixed as no word is.
const TOKEN: usize = 16;

/// Last words of names whose values everybody may know who knows the site.
const TELLING: &[&str] = &[
    "ADDRESS",
    "BIND",
    "BRANCH",
    "DIR",
    "DOMAIN",
    "DOMAINS",
    "EMAIL",
    "ENGINE",
    "ENV",
    "ENVIRONMENT",
    "HOST",
    "HOSTNAME",
    "HOSTS",
    "LANG",
    "LEVEL",
    "LOGNAME",
    "MODULE",
    "NAME",
    "ORIGIN",
    "ORIGINS",
    "PATH",
    "PORT",
    "REGION",
    "ROOT",
    "SETTINGS",
    "SHELL",
    "STAGE",
    "TERM",
    "TZ",
    "USER",
    "VERSION",
    "WORKERS",
];

pub(super) fn is_harmless(name: &str, value: &str) -> bool {
    if value.is_empty() || is_reference(value) {
        return true;
    }
    if is_secret_name(name) || has_token(value) {
        return false;
    }
    let mut items = value.split([',', ' ', ';']).map(str::trim);
    is_number(value) || items.all(|item| is_place(item) || (tells(name) && is_plain(item)))
}

fn tells(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name).to_ascii_uppercase();
    TELLING.contains(&last.as_str())
}

fn is_number(value: &str) -> bool {
    value.len() <= 6 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// `production`, `True`, `redis`.
fn is_word(value: &str) -> bool {
    value.len() <= 12 && value.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Nothing but what addresses and names are made of.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-:*/@[]%~+?=&".contains(&byte))
}

/// A path, a URL, a host, an address, a dotted module, or nothing.
fn is_place(item: &str) -> bool {
    let rooted = item.starts_with(['/', '~', '.']) || item.contains("://");
    is_word(item) || item == "*" || (is_plain(item) && (rooted || item.contains('.'))) || {
        let parts = item.rsplit_once(':');
        parts.is_some_and(|(host, port)| is_number(port) && is_word(host))
    }
}

/// Whether some part is long and mixed, as keys and tokens are. A URL's credentials are replaced
/// by themselves.
fn has_token(value: &str) -> bool {
    let mut rest = value.to_owned();
    for secret in url_credentials(value).into_iter().rev() {
        rest.replace_range(secret, "");
    }
    let parts = rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    let mut parts = parts.filter(|part| part.len() >= TOKEN);
    parts.any(|part| {
        let has = |is: fn(&u8) -> bool| part.bytes().any(|byte| is(&byte));
        has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    })
}
