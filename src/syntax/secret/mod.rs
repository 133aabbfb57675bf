//! Secrets in a line of words: `NAME=value` under a secret name, and passwords in URLs.

use crate::fact::secret;
use crate::fact::symbol::is_shouted;
use crate::source::{FileId, Place, Spanned};
use crate::syntax::spliced::Spliced;
use std::ops::Range;

mod command;
mod option;
mod pem;

pub(super) use command::{of_superusers, on_command_lines};
pub(super) use option::in_options;
pub(super) use pem::private_keys;

/// What no report may show of a text that holds settings or a command.
pub(super) fn in_text(text: &Spliced) -> Vec<Place> {
    let raw = text.as_str();
    let found = secret::url_credentials(raw).into_iter().chain(assigned(raw));
    found.map(|range| text.place_of(range)).collect()
}

/// The values of each `NAME=value` under the name of a secret.
pub(super) fn assigned(text: &str) -> impl Iterator<Item = Range<usize>> {
    memchr::memchr_iter(b'=', text.as_bytes()).filter_map(|at| {
        if !secret::is_secret_name(name_at_end(&text[..at])) {
            return None;
        }
        let value = value(&text[at + 1..]);
        let bare = value.trim_matches(['"', '\'']);
        let is_secret = !bare.is_empty() && !secret::is_reference(bare);
        is_secret.then(|| at + 1..at + 1 + value.len())
    })
}

/// Values under secret names, however a name and its value are parted: `"SECRET_KEY": "x"` and
/// `secret_key = x`. And passwords in URLs.
pub(super) fn in_pairs(file: FileId, text: &str) -> Vec<Place> {
    let urls = secret::url_credentials(text).into_iter();
    let urls = urls.map(|range| Place::new(file, range.start, range.end));
    let pairs = memchr::memchr2_iter(b':', b'=', text.as_bytes()).filter_map(|at| {
        let before = text[..at].trim_end_matches([' ', '\t', '"', '\'']);
        // Most names are none of a secret, and a line may be as long as the file.
        let name = name_at_end(before);
        if !secret::is_secret_name(name) {
            return None;
        }
        let rest = text[at + 1..].trim_start_matches([' ', '\t']).lines().next()?;
        let rest = value_within(&text[at + 1..]).unwrap_or(rest);
        // An option of an INI file has its line for itself (`configparser`), and no sign ends its value.
        let is_bare = text[..at].trim_end_matches([' ', '\t']).len() == before.len();
        let head = before[..before.len() - name.len()].rsplit('\n').next();
        let begins_line = is_bare && head.is_none_or(|it| it.trim().is_empty());
        let is_quoted = rest.starts_with(['"', '\'']);
        let value = if begins_line && !is_quoted { rest.trim_end() } else { value(rest) };
        let bare = value.trim_matches(['"', '\'']);
        let plain = matches!(bare, "" | "true" | "false" | "null") || bare.starts_with(['{', '[']);
        let hides = !plain && !secret::is_reference(bare);
        hides.then(|| Place::of(file, text, bare))
    });
    urls.chain(pairs).collect()
}

/// What an object behind a name has for its `value`, up to the end of the line: `{"value": "x"}`, as Heroku's
/// app.json says what variables are ("app.json Schema", "env").
fn value_within(text: &str) -> Option<&str> {
    // A description may stand before it, and nobody writes a longer one.
    const MOST: usize = 2048;
    let object = text.trim_start().strip_prefix('{')?;
    let (mut quoted, mut escaped) = (false, false);
    let mut each = object.char_indices().take(MOST);
    let (end, _) = each.find(|(_, it)| {
        let is_quote = *it == '"' && !escaped;
        escaped = *it == '\\' && !escaped;
        quoted ^= is_quote;
        *it == '}' && !quoted
    })?;
    let (_, behind) = object[..end].split_once("\"value\"")?;
    behind.trim_start().strip_prefix(':')?.trim_start().lines().next()
}

/// The name of a variable, setting or option that a text ends with.
fn name_at_end(text: &str) -> &str {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    &text[text.trim_end_matches(is_name).len()..]
}

/// A value under a secret name, whole.
pub(super) fn under(name: &str, value: &Spliced) -> Vec<Place> {
    let is_secret =
        secret::is_secret_name(name) && !value.is_empty() && !secret::is_reference(value.as_str());
    if is_secret { vec![value.place()] } else { in_text(value) }
}

/// Up to where a word ends: at the quote that it opens with, or at a blank or comma.
fn value(text: &str) -> &str {
    let Some(quote) = text.chars().next().filter(|it| matches!(it, '"' | '\'')) else {
        let end = text.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '&' | '|'));
        return &text[..end.unwrap_or(text.len())];
    };
    let end = text[1..].find(quote).map_or(text.len(), |at| at + 2);
    &text[..end]
}

/// Passwords of the users that statements of SQL make: `CREATE USER shop WITH PASSWORD 'x'`,
/// `CREATE USER 'shop'@'%' IDENTIFIED BY 'x'`.
pub(super) fn in_statements(file: FileId, text: &str) -> Vec<Spanned<&'static str>> {
    const BEGINS: &[&str] = &[
        "CREATE USER",
        "CREATE ROLE",
        "ALTER USER",
        "ALTER ROLE",
        "WITH ",
        "PASSWORD ",
        "ENCRYPTED ",
    ];
    const OPENINGS: [&str; 2] = [" PASSWORD '", "IDENTIFIED BY '"];
    let bytes = text.as_bytes();
    let opens = |quote: usize, it: &str| {
        let from = (quote + 1).checked_sub(it.len());
        from.is_some_and(|from| bytes[from..=quote].eq_ignore_ascii_case(it.as_bytes()))
    };
    // Nearly no text has one, and that is seen much faster than how its lines begin.
    if !memchr::memchr_iter(b'\'', bytes).any(|at| OPENINGS.iter().any(|it| opens(at, it))) {
        return Vec::new();
    }
    let found = text.lines().filter_map(|line| {
        let head = line.trim_start().as_bytes();
        let is_at_head = |it: &&str| {
            head.get(..it.len()).is_some_and(|head| head.eq_ignore_ascii_case(it.as_bytes()))
        };
        // Only then is it worth a copy.
        BEGINS.iter().find(|it| is_at_head(it))?;
        let upper = line.to_ascii_uppercase();
        let mut openings = OPENINGS.iter();
        let rest = &line[openings.find_map(|it| Some(upper.find(it)? + it.len()))?..];
        let password = &rest[..rest.find('\'')?];
        let place = || Place::of(file, text, password);
        is_written_out(password).then(|| Spanned::new("CREATE USER", place()))
    });
    found.collect()
}

/// Passwords of Redis: `requirepass x`, `masterauth x`, and `>x` of a `user`.
pub(super) fn in_directives(file: FileId, text: &str) -> Vec<Place> {
    let lines = text.lines().map(str::trim);
    let values = lines.flat_map(|line| {
        let (name, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        match name.to_ascii_lowercase().as_str() {
            "requirepass" | "masterauth" | "tls-key-file-pass" | "tls-client-key-file-pass" => {
                vec![rest.trim()]
            }
            "user" => rest.split_whitespace().filter(|it| it.starts_with(['>', '#'])).collect(),
            // In the comment it is often the one that was used before.
            "#" => match rest.trim().split_once(' ') {
                Some(("requirepass" | "masterauth", value)) => vec![value.trim()],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    });
    let values = values.filter(|it| !it.is_empty());
    values.map(|value| Place::of(file, text, value)).collect()
}

/// Passwords as Django's hashers store them, in rows of a model as JSON.
pub(super) fn in_rows(file: FileId, text: &str) -> Vec<Spanned<&'static str>> {
    const HASHERS: &[&str] = &["pbkdf2_sha", "argon2$", "bcrypt", "scrypt$"];
    if !text.contains("\"model\"") {
        return Vec::new();
    }
    let rows = text.split("\"password\"").skip(1).filter_map(|row| {
        let value = row.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        let value = &value[..value.find('"')?];
        HASHERS.iter().any(|it| value.starts_with(it)).then_some(value)
    });
    rows.map(|value| Spanned::new("dumpdata", Place::of(file, text, value))).collect()
}

/// Whether somebody wrote a password down, and no word that stands for one.
pub(super) fn is_written_out(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let words = [
        "password",
        "passwd",
        "postgres",
        "admin",
        "secret",
        "root",
        "test",
        "example",
        "guest",
        "pass",
        "docker",
        "django",
        "changeme",
        "new_password",
        "new-password",
        "newpassword",
    ];
    text.len() >= 5
        && !text.contains(['$', '{', '<', '%', '*', '`'])
        && !secret::is_placeholder(text)
        && !lower.starts_with("your")
        && !lower.starts_with("test")
        && !text.bytes().all(|byte| byte.is_ascii_digit())
        && !is_shouted(text)
        && !words.contains(&lower.as_str())
}

/// What is written out of a value: all of it, or only the default of `${NAME:-default}`.
pub(super) fn written(value: &str, at: usize) -> Option<Range<usize>> {
    if value.is_empty() || secret::is_reference(value) || value.starts_with("$(") {
        return None;
    }
    let whole = at..at + value.len();
    let Some(inner) = value.strip_prefix("${").and_then(|it| it.strip_suffix('}')) else {
        return Some(whole);
    };
    let name = inner.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
    let operator = inner[name..].bytes().take_while(|it| b":-+".contains(it)).count();
    let default = &inner[name + operator..];
    if operator == 0 {
        return Some(whole);
    }
    let start = at + "${".len() + name + operator;
    (!default.is_empty()).then_some(start..start + default.len())
}
