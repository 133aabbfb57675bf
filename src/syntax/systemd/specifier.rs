//! `%i`, `%n` and the others (systemd.unit(5), "Specifiers"; `specifier_printf`).
//!
//! Only what the unit's name and its manager decide is expanded; the host decides the rest.

use super::name::{Manager, UnitName};
use crate::source::Place;
use crate::syntax::spliced::Spliced;

/// Why a text has no known expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// Only the host or the instance tells.
    Elsewhere(char, Place),
    /// There is no such specifier; the assignment is ignored or the unit refused.
    Unknown(char, Place),
}

/// Every letter that some systemd up to 258 knows.
const KNOWN: &str = "aAbBCdDEfgGhHiIjJlLmMnNopPqsStTuUvVwWyY";

pub fn expand(text: &Spliced, unit: &UnitName, manager: Manager) -> Result<Spliced, Undecided> {
    let (expanded, undecided) = fill(text, unit, manager);
    undecided.map_or(Ok(expanded), Err)
}

/// Whether a text has a specifier that only an instance or the host tells, once the others are filled in.
pub fn is_open(text: &str) -> bool {
    text.match_indices('%').any(|(at, _)| {
        let letter = text[at + 1..].chars().next();
        letter.is_some_and(|it| KNOWN.contains(it))
            && placeholder(&text[at..]).is_none()
            && !text[..at].ends_with('%')
    })
}

/// Whether a text asks for the instance, which is empty for a unit that has none.
pub fn asks_for_instance(text: &str) -> bool {
    let asks = |(at, _): (usize, &str)| !text[..at].ends_with('%');
    ["%i", "%I"].into_iter().any(|it| text.match_indices(it).any(asks))
}

/// The same with what is not decided left as it is written, and the first of that.
pub fn fill(text: &Spliced, unit: &UnitName, manager: Manager) -> (Spliced, Option<Undecided>) {
    let raw = text.as_str();
    if !raw.contains('%') {
        return (text.clone(), None);
    }
    let mut out = Spliced::empty(text.place());
    let mut undecided = None;
    let mut at = 0;
    while let Some(found) = raw[at..].find('%') {
        let percent = at + found;
        out.push_part(text, at..percent);
        // `%%NAME%%` of a template, which no systemd sees.
        if let Some(length) = placeholder(&raw[percent..]) {
            at = percent + length;
            out.push_part(text, percent..at);
            continue;
        }
        let letter = raw[percent + 1..].chars().next();
        let place = |length: usize| text.place_of(percent..percent + length);
        at = percent + 1 + letter.map_or(0, char::len_utf8);
        match letter {
            Some('%') => out.push("%", place(2)),
            Some(letter) if letter.is_ascii_alphanumeric() => {
                let Some(value) = value(letter, unit, manager) else {
                    out.push_part(text, percent..at);
                    match KNOWN.contains(letter) {
                        true => _ = undecided.get_or_insert(Undecided::Elsewhere(letter, place(2))),
                        // It has the line ignored, whatever the rest of it would be.
                        false => {
                            out.push_part(text, at..raw.len());
                            return (out, Some(Undecided::Unknown(letter, place(2))));
                        }
                    }
                    continue;
                };
                out.push(&value, place(2));
            }
            // `%` before anything else, and at the end, stands for itself.
            Some(_) | None => out.push_part(text, percent..at),
        }
    }
    out.push_part(text, at..raw.len());
    (out, undecided)
}

fn value(letter: char, unit: &UnitName, manager: Manager) -> Option<String> {
    let system = |value: &str| (manager == Manager::System).then(|| value.to_owned());
    // A template's instance is chosen when it is started.
    let instance = || (!unit.is_template()).then(|| unit.instance.clone().unwrap_or_default());
    match letter {
        'n' => (!unit.is_template()).then(|| unit.to_string()),
        'N' => (!unit.is_template()).then(|| unit.without_suffix()),
        'p' => Some(unit.prefix.clone()),
        'P' => unescape(&unit.prefix),
        'i' => instance(),
        'I' => unescape(&instance()?),
        'f' => {
            let name = instance()?;
            let name = unescape(if name.is_empty() { &unit.prefix } else { &name })?;
            Some(if name.starts_with('/') { name } else { format!("/{name}") })
        }
        'j' => Some(unit.prefix.rsplit('-').next().unwrap_or_default().to_owned()),
        'J' => unescape(unit.prefix.rsplit('-').next().unwrap_or_default()),
        't' => system("/run"),
        'S' => system("/var/lib"),
        'C' => system("/var/cache"),
        'L' => system("/var/log"),
        'E' => system("/etc"),
        'D' => system("/usr/share"),
        'T' => Some("/tmp".to_owned()),
        'V' => Some("/var/tmp".to_owned()),
        // Those of the manager, whatever `User=` says.
        'h' => system("/root"),
        'u' | 'g' => system("root"),
        'U' | 'G' => system("0"),
        _ => None,
    }
}

/// systemd-escape(1) backwards: `-` is `/`, `\x2d` is `-`.
fn unescape(name: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = name;
    while let Some(char) = rest.chars().next() {
        if let Some(hex) = rest.strip_prefix("\\x") {
            bytes.push(u8::from_str_radix(hex.get(..2)?, 16).ok()?);
            rest = &hex[2..];
            continue;
        }
        match char {
            '-' => bytes.push(b'/'),
            char => bytes.extend(char.encode_utf8(&mut [0; 4]).bytes()),
        }
        rest = &rest[char.len_utf8()..];
    }
    String::from_utf8(bytes).ok()
}

/// How long the placeholder is that a text begins with.
fn placeholder(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("%%")?;
    let name = &inner[..inner.find("%%")?];
    let is_part = |it: u8| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_';
    let is_name = !name.is_empty() && name.bytes().all(is_part);
    is_name.then_some(name.len() + 2 * "%%".len())
}
