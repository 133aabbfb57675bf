//! Compose's `$NAME` and `${NAME:-default}` (compose-go, `template/template.go`) in an env file.

use crate::fact::Lookup;
use crate::source::Place;
use crate::syntax::cooked::Cooked;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Malformed,
    /// `${NAME:?…}` of one that is not set.
    Required,
}

/// Defaults within defaults; nobody writes more, and each costs stack.
const DEEPEST: usize = 32;

pub(super) fn interpolate(
    text: &str,
    place: Place,
    look_up: &dyn Fn(&str) -> Lookup,
) -> Result<Cooked, Refused> {
    substitute(text, place, look_up, 0)
}

fn substitute(
    text: &str,
    place: Place,
    look_up: &dyn Fn(&str) -> Lookup,
    depth: usize,
) -> Result<Cooked, Refused> {
    let mut value = Cooked::at(place);
    if depth > DEEPEST {
        value.unknown("its defaults are nested too deeply".into());
        return Ok(value);
    }
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        value.push(&rest[..at]);
        let after = &rest[at + 1..];
        rest = match after.chars().next() {
            Some('$') => {
                value.push("$");
                &after[1..]
            }
            Some('{') => {
                let (inner, rest) = braced(&after[1..])?;
                value.append(expression(inner, place, look_up, depth)?);
                rest
            }
            Some(char) if is_start(char) => {
                let end = name_end(after);
                value.push_lookup(look_up(&after[..end]));
                &after[end..]
            }
            _ => {
                value.push("$");
                after
            }
        };
    }
    value.push(rest);
    Ok(value)
}

fn is_start(char: char) -> bool {
    char.is_ascii_alphabetic() || char == '_'
}

fn name_end(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// The inside of the braces and what follows them. An expression with an operator ends at the
/// brace that matches, or at the line's last one if none does; it never goes over a line's end.
fn braced(text: &str) -> Result<(&str, &str), Refused> {
    let name = name_end(text);
    if !text.starts_with(is_start) {
        return Err(Refused::Malformed);
    }
    let after = &text[name..];
    if let Some(rest) = after.strip_prefix('}') {
        return Ok((&text[..name], rest));
    }
    let operator = after.strip_prefix(':').unwrap_or(after);
    if !operator.starts_with(['-', '+', '?']) {
        return Err(Refused::Malformed);
    }
    let line = text.split('\n').next().unwrap_or_default();
    let last = line.rfind('}').ok_or(Refused::Malformed)?;
    let end = matching(&line[..=last]).unwrap_or(last);
    Ok((&text[..end], &text[end + 1..]))
}

/// `getFirstBraceClosingIndex`, begun inside the first brace; it skips what follows an opening.
fn matching(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = 1;
    // The character after the first brace was skipped too: it begins a name.
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'}' => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            b'{' => {
                open += 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The inside of `${…}`.
fn expression(
    inner: &str,
    place: Place,
    look_up: &dyn Fn(&str) -> Lookup,
    depth: usize,
) -> Result<Cooked, Refused> {
    let (name, operation) = inner.split_at(name_end(inner));
    let found = look_up(name);
    let (counts_empty, operation) = match operation.strip_prefix(':') {
        Some(operation) => (true, operation),
        None => (false, operation),
    };
    // Whether there is something to take: not set at all counts as nothing, and empty does if
    // the operator has a colon.
    let is_there = match &found {
        Lookup::Set(value) => Some(!(counts_empty && value.value.is_empty())),
        Lookup::Unknown(_) => None,
        Lookup::Absent => Some(false),
    };
    let operator = operation.chars().next();
    // What follows `-` and `?` is read in any case, so a fault in it refuses the file; what
    // follows `+` only if it is taken.
    let alternative = match (operator, is_there) {
        (Some('-' | '?'), _) | (Some('+'), Some(true)) => {
            Some(substitute(&operation[1..], place, look_up, depth + 1)?)
        }
        _ => None,
    };
    let mut value = match (operator, is_there, alternative) {
        (Some('?'), Some(false), _) => return Err(Refused::Required),
        (Some('-'), Some(false), Some(default)) => default,
        (Some('+'), Some(true), Some(alternative)) => alternative,
        _ => {
            let mut value = Cooked::at(place);
            value.push_lookup(found);
            return Ok(value);
        }
    };
    if let Lookup::Set(seen) = &found {
        value.rest_on(seen);
    }
    Ok(value)
}
