//! Methods of `str` and `bytes`.

use crate::python::machine::call::Arguments;
use crate::python::machine::iterate::is_symbolic;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome, Stop, limit};
use std::rc::Rc;

/// White space as `str.strip` and `str.split` see it.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\x1c'..='\x1f')
}

impl Machine<'_> {
    pub(crate) fn str_method(
        &mut self,
        receiver: &Traced,
        text: &Rc<str>,
        name: &str,
        arguments: &Arguments,
    ) -> Outcome<Traced> {
        if name == "format" {
            return self.str_format(text, arguments);
        }
        if name == "join" {
            return self.str_join(receiver, text, arguments);
        }
        let first = arguments.first().map(|it| it.object.clone());
        // No server has its checkout below a folder with a backslash in its name, so
        // `.replace("\\", "/")`, which is for Windows, leaves it as it is.
        let is_for_windows =
            name == "replace" && matches!(&first, Some(Object::Str(old)) if &**old == "\\");
        if is_symbolic(text) && !is_for_windows && !matches!(name, "startswith" | "endswith") {
            return Ok(self.unknown_from(receiver));
        }
        let object = match name {
            "lower" => Object::str(text.to_lowercase()),
            "casefold" if text.is_ascii() => Object::str(text.to_ascii_lowercase()),
            "upper" => Object::str(text.to_uppercase()),
            "capitalize" if text.is_ascii() => {
                let mut lower = text.to_ascii_lowercase();
                if let Some(first) = lower.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                Object::str(lower)
            }
            "title" if text.is_ascii() => Object::str(titled(text)),
            "swapcase" if text.is_ascii() => {
                let swap = |it: char| match it.is_ascii_uppercase() {
                    true => it.to_ascii_lowercase(),
                    false => it.to_ascii_uppercase(),
                };
                Object::str(text.chars().map(swap).collect::<String>())
            }
            "strip" | "lstrip" | "rstrip" => return self.strip(receiver, text, name, first),
            "split" | "rsplit" => return self.split(receiver, text, name, arguments),
            "splitlines" if arguments.positional.is_empty() && arguments.keywords.is_empty() => {
                let lines = lines(text);
                self.strings(lines)
            }
            "partition" | "rpartition" => {
                let Some(Object::Str(separator)) = first else {
                    return Err(self.raised("TypeError", "must be str"));
                };
                if separator.is_empty() {
                    return Err(self.raised("ValueError", "empty separator"));
                }
                let found = match name {
                    "partition" => text.split_once(&*separator),
                    _ => text.rsplit_once(&*separator),
                };
                let parts = match (found, name) {
                    (Some((before, after)), _) => [before, &*separator, after],
                    (None, "partition") => [&**text, "", ""],
                    (None, _) => ["", "", &**text],
                };
                Object::Tuple(parts.map(|it| Object::str(it).traced(receiver.trail)).into())
            }
            "replace" => {
                let (Some(old), Some(new)) = (
                    arguments.get(0, "old").and_then(|it| it.object.text().cloned()),
                    arguments.get(1, "new").and_then(|it| it.object.text().cloned()),
                ) else {
                    return Err(self.raised("TypeError", "replace() argument must be str"));
                };
                let replaced = match arguments.get(2, "count").map(|it| &it.object) {
                    Some(Object::Int(count)) if *count >= 0 => {
                        text.replacen(&*old, &new, usize::try_from(*count).unwrap_or(usize::MAX))
                    }
                    _ => text.replace(&*old, &new),
                };
                if replaced.len() > limit::TEXT {
                    return Err(Stop::Limit("a text is too long"));
                }
                Object::str(replaced)
            }
            "startswith" | "endswith" => return self.starts(receiver, text, name, arguments),
            "removeprefix" | "removesuffix" => {
                let Some(Object::Str(part)) = first else {
                    return Err(self.raised("TypeError", "argument must be str"));
                };
                let rest = match name {
                    "removeprefix" => text.strip_prefix(&*part),
                    _ => text.strip_suffix(&*part),
                };
                Object::str(rest.unwrap_or(text))
            }
            "find" | "rfind" | "index" | "rindex" | "count" if arguments.positional.len() == 1 => {
                let Some(Object::Str(part)) = first else {
                    return Err(self.raised("TypeError", "must be str"));
                };
                if name == "count" {
                    let count = match part.is_empty() {
                        true => text.chars().count() + 1,
                        false => text.matches(&*part).count(),
                    };
                    return Ok(self.computed(Object::Int(count as i128), &[receiver]));
                }
                let at = if name.starts_with('r') { text.rfind(&*part) } else { text.find(&*part) };
                match at {
                    Some(at) => Object::Int(text[..at].chars().count() as i128),
                    None if name.ends_with("index") => {
                        return Err(self.raised("ValueError", "substring not found"));
                    }
                    None => Object::Int(-1),
                }
            }
            "zfill" => {
                let Some(Object::Int(width)) = first else {
                    return Err(self.raised("TypeError", "an integer is required"));
                };
                let (sign, digits) = match text.strip_prefix(['+', '-']) {
                    Some(digits) => (&text[..1], digits),
                    None => ("", &**text),
                };
                let width = usize::try_from(width).unwrap_or(0).min(limit::TEXT);
                let missing = width.saturating_sub(text.chars().count());
                Object::str(format!("{sign}{}{digits}", "0".repeat(missing)))
            }
            "ljust" | "rjust" | "center" => {
                let (Some(Object::Int(width)), fill) = (first, arguments.positional.get(1)) else {
                    return Err(self.raised("TypeError", "an integer is required"));
                };
                let fill = fill.and_then(|it| it.object.text().cloned()).unwrap_or(" ".into());
                let width = usize::try_from(width).unwrap_or(0).min(10_000);
                let missing = width.saturating_sub(text.chars().count());
                match name {
                    "ljust" => Object::str(format!("{text}{}", fill.repeat(missing))),
                    "rjust" => Object::str(format!("{}{text}", fill.repeat(missing))),
                    _ => return Ok(self.unknown("`center` is not modelled")),
                }
            }
            "encode" => {
                let encoding =
                    arguments.get(0, "encoding").and_then(|it| it.object.text().cloned());
                let encoding = encoding.map(|it| it.to_lowercase());
                match encoding.as_deref() {
                    None | Some("utf-8" | "utf8") => Object::Bytes(text.as_bytes().into()),
                    Some("ascii" | "latin-1" | "latin1" | "iso-8859-1") if text.is_ascii() => {
                        Object::Bytes(text.as_bytes().into())
                    }
                    _ => return Ok(self.unknown("the encoding is not modelled")),
                }
            }
            "isdigit" | "isdecimal" | "isnumeric" if text.is_ascii() => {
                Object::Bool(!text.is_empty() && text.bytes().all(|it| it.is_ascii_digit()))
            }
            "isalpha" => Object::Bool(!text.is_empty() && text.chars().all(char::is_alphabetic)),
            "isalnum" if text.is_ascii() => {
                Object::Bool(!text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric()))
            }
            "isspace" => Object::Bool(!text.is_empty() && text.chars().all(is_space)),
            "isupper" if text.is_ascii() => Object::Bool(
                text.bytes().any(|it| it.is_ascii_uppercase())
                    && !text.bytes().any(|it| it.is_ascii_lowercase()),
            ),
            "islower" if text.is_ascii() => Object::Bool(
                text.bytes().any(|it| it.is_ascii_lowercase())
                    && !text.bytes().any(|it| it.is_ascii_uppercase()),
            ),
            "isascii" => Object::Bool(text.is_ascii()),
            "isidentifier" if text.is_ascii() => Object::Bool(
                !text.is_empty()
                    && !text.starts_with(|it: char| it.is_ascii_digit())
                    && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_'),
            ),
            "format_map" => {
                let mut given = arguments.clone();
                let Some(values) = given.positional.pop() else {
                    return Err(self.raised("TypeError", "format_map() takes one argument"));
                };
                given.keywords = self.keyword_pairs(&values)?;
                return self.str_format(text, &given);
            }
            _ => return Ok(self.unknown(format!("`str.{name}` is not modelled here"))),
        };
        Ok(self.computed(object, &[receiver]))
    }

    fn str_join(
        &mut self,
        receiver: &Traced,
        separator: &str,
        arguments: &Arguments,
    ) -> Outcome<Traced> {
        let Some(items) = arguments.first() else {
            return Err(self.raised("TypeError", "join() takes exactly one argument (0 given)"));
        };
        let mut parts = Vec::new();
        for (at, item) in self.iterate(items)?.into_iter().enumerate() {
            let item = match &item.object {
                Object::Instance(_) => self.text_of(&item)?,
                _ => item,
            };
            match &item.object {
                Object::Str(_) | Object::OneOf(_) | Object::Unknown(_) | Object::Opaque(_) => {}
                Object::Rest(_) => return Ok(self.unknown_from(&item)),
                other => {
                    let kind = self.type_name(other);
                    let message =
                        format!("sequence item {at}: expected str instance, {kind} found");
                    return Err(self.raised("TypeError", message));
                }
            }
            if at > 0 {
                parts.push(Object::str(separator).traced(receiver.trail));
            }
            parts.push(item);
        }
        self.concatenated(parts)
    }

    fn strip(
        &mut self,
        receiver: &Traced,
        text: &str,
        name: &str,
        characters: Option<Object>,
    ) -> Outcome<Traced> {
        let set: Option<Rc<str>> = match characters {
            None | Some(Object::None) => None,
            Some(Object::Str(set)) => Some(set),
            Some(_) => {
                let message = format!("{name} arg must be None or str");
                return Err(self.raised("TypeError", message));
            }
        };
        let gone = |it: char| match &set {
            Some(set) => set.contains(it),
            None => is_space(it),
        };
        let left = match name {
            "strip" => text.trim_matches(gone),
            "lstrip" => text.trim_start_matches(gone),
            _ => text.trim_end_matches(gone),
        };
        Ok(self.computed(Object::str(left), &[receiver]))
    }

    fn split(
        &mut self,
        receiver: &Traced,
        text: &str,
        name: &str,
        arguments: &Arguments,
    ) -> Outcome<Traced> {
        let separator = match arguments.get(0, "sep").map(|it| it.object.clone()) {
            None | Some(Object::None) => None,
            Some(Object::Str(separator)) => Some(separator),
            Some(other) => {
                let kind = self.type_name(&other);
                return Err(self.raised("TypeError", format!("must be str or None, not {kind}")));
            }
        };
        let most = match arguments.get(1, "maxsplit").map(|it| it.object.clone()) {
            Some(Object::Int(most)) if most >= 0 => usize::try_from(most).unwrap_or(usize::MAX),
            _ => usize::MAX,
        };
        let parts: Vec<String> = match separator {
            Some(separator) if separator.is_empty() => {
                return Err(self.raised("ValueError", "empty separator"));
            }
            Some(separator) => {
                let most = most.saturating_add(1);
                match name {
                    "split" => text.splitn(most, &*separator).map(str::to_owned).collect(),
                    _ => {
                        let mut parts: Vec<String> =
                            text.rsplitn(most, &*separator).map(str::to_owned).collect();
                        parts.reverse();
                        parts
                    }
                }
            }
            None if most == usize::MAX => {
                text.split(is_space).filter(|it| !it.is_empty()).map(str::to_owned).collect()
            }
            None if name == "split" => {
                let mut parts = Vec::new();
                let mut rest = text.trim_start_matches(is_space);
                while !rest.is_empty() && parts.len() < most {
                    let end = rest.find(is_space).unwrap_or(rest.len());
                    parts.push(rest[..end].to_owned());
                    rest = rest[end..].trim_start_matches(is_space);
                }
                if !rest.is_empty() {
                    parts.push(rest.to_owned());
                }
                parts
            }
            None => return Ok(self.unknown("`rsplit` with a limit is not modelled")),
        };
        if parts.len() > limit::ITEMS {
            return Err(Stop::Limit("a collection is too large"));
        }
        let trail = receiver.trail;
        let parts = parts.into_iter().map(|it| Object::str(it).traced(trail)).collect();
        let list = self.list(parts);
        Ok(self.computed(list, &[receiver]))
    }

    fn starts(
        &mut self,
        receiver: &Traced,
        text: &str,
        name: &str,
        arguments: &Arguments,
    ) -> Outcome<Traced> {
        let Some(wanted) = arguments.first() else {
            return Err(self.raised("TypeError", format!("{name} expected at least 1 argument")));
        };
        if arguments.positional.len() > 1 {
            return Ok(self.unknown("positions of a search are not modelled"));
        }
        let wanted = match &wanted.object {
            Object::Tuple(items) => items.to_vec(),
            _ => vec![wanted.clone()],
        };
        let mut open = false;
        for part in wanted {
            let Object::Str(part) = &part.object else {
                if part.object.is_unknown() || matches!(part.object, Object::OneOf(_)) {
                    open = true;
                    continue;
                }
                let kind = self.type_name(&part.object);
                let message = format!("{name} first arg must be str or a tuple of str, not {kind}");
                return Err(self.raised("TypeError", message));
            };
            let part: &str = part;
            let found = match name {
                "startswith" => text.starts_with(part),
                _ => text.ends_with(part),
            };
            if found {
                return Ok(self.computed(Object::Bool(true), &[receiver]));
            }
            // The checkout's place begins with a slash, and the rest of it may be anything.
            open |= is_symbolic(text) && part.starts_with('/') && part.len() > 1;
        }
        if open {
            return Ok(self.unknown_from(receiver));
        }
        Ok(self.computed(Object::Bool(false), &[receiver]))
    }

    pub(crate) fn bytes_method(
        &mut self,
        receiver: &Traced,
        bytes: &Rc<[u8]>,
        name: &str,
        arguments: &Arguments,
    ) -> Outcome<Traced> {
        let object = match name {
            "decode" => {
                let encoding =
                    arguments.get(0, "encoding").and_then(|it| it.object.text().cloned());
                let encoding = encoding.map(|it| it.to_lowercase());
                match (encoding.as_deref(), std::str::from_utf8(bytes)) {
                    (None | Some("utf-8" | "utf8"), Ok(text)) => Object::str(text),
                    (None | Some("utf-8" | "utf8"), Err(_)) => {
                        let message = "'utf-8' codec can't decode bytes";
                        return Err(self.raised("UnicodeDecodeError", message));
                    }
                    (Some("ascii" | "latin-1" | "latin1"), Ok(text)) if text.is_ascii() => {
                        Object::str(text)
                    }
                    _ => return Ok(self.unknown("the encoding is not modelled")),
                }
            }
            "hex" if arguments.positional.is_empty() => {
                Object::str(bytes.iter().map(|it| format!("{it:02x}")).collect::<String>())
            }
            "strip" | "rstrip" | "lstrip" if arguments.positional.is_empty() => {
                let left = match name {
                    "strip" => bytes.trim_ascii(),
                    "rstrip" => bytes.trim_ascii_end(),
                    _ => bytes.trim_ascii_start(),
                };
                Object::Bytes(left.into())
            }
            _ => return Ok(self.unknown(format!("`bytes.{name}` is not modelled here"))),
        };
        Ok(self.computed(object, &[receiver]))
    }
}

/// Each word with a capital, where a word is a run of letters.
fn titled(text: &str) -> String {
    let mut previous = false;
    let each = text.chars().map(|it| {
        let letter = it.is_ascii_alphabetic();
        let shown = match (letter, previous) {
            (true, false) => it.to_ascii_uppercase(),
            _ => it.to_ascii_lowercase(),
        };
        previous = letter;
        shown
    });
    each.collect()
}

/// Lines without their ends, as `splitlines` cuts them.
fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let ends = matches!(
            character,
            '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
        );
        if !ends {
            line.push(character);
            continue;
        }
        if character == '\r' && characters.peek() == Some(&'\n') {
            characters.next();
        }
        lines.push(std::mem::take(&mut line));
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
