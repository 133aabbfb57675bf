//! Regular expressions, as Python's `re` matches them.

use crate::python::machine::call::Arguments;
use crate::python::machine::iterate::is_symbolic;
use crate::python::machine::object::{Match, Object, Regex, Traced};
use crate::python::machine::{Machine, Outcome};
use std::rc::Rc;

/// `re.UNICODE`, which every pattern of text has.
const UNICODE: i128 = 32;
const IGNORE_CASE: i128 = 2;
const MULTI_LINE: i128 = 8;
const DOT_ALL: i128 = 16;
const VERBOSE: i128 = 64;

/// `re.compile(pattern, flags)`.
pub(crate) fn compile(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let flags = match given.get(1, "flags").map(|it| it.object.clone()) {
        None => 0,
        Some(Object::Int(flags)) => flags,
        Some(Object::Instance(handle)) => match it.heap.instance(handle).payload {
            Some(Object::Int(flags)) => flags,
            _ => return Ok(it.unknown("the flags are not known")),
        },
        Some(_) => return Ok(it.unknown("the flags are not known")),
    };
    match given.get(0, "pattern").map(|it| it.object.clone()) {
        Some(Object::Str(pattern)) => {
            let inline = inline_flags(&pattern);
            let regex = Regex { pattern, flags: flags | UNICODE | inline };
            let from = given.positional.first().cloned();
            Ok(it.computed(Object::Regex(Rc::new(regex)), &from.iter().collect::<Vec<_>>()))
        }
        Some(regex @ Object::Regex(_)) => Ok(regex.bare()),
        _ => Ok(it.unknown("the pattern is not modelled")),
    }
}

/// Flags that stand at the beginning of the pattern itself.
fn inline_flags(pattern: &str) -> i128 {
    let Some((letters, _)) = pattern.strip_prefix("(?").and_then(|it| it.split_once(')')) else {
        return 0;
    };
    if !letters.chars().all(|it| "aiLmsux".contains(it)) {
        return 0;
    }
    let flag = |it: char| match it {
        'i' => IGNORE_CASE,
        'm' => MULTI_LINE,
        's' => DOT_ALL,
        'x' => VERBOSE,
        _ => 0,
    };
    letters.chars().map(flag).fold(0, |all, it| all | it)
}

pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if "()[]{}?*+-|^$\\.&~# \t\n\r\x0b\x0c".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The same expression for fancy-regex; none where the two are known to differ.
fn engine(regex: &Regex, whole: bool, at_start: bool) -> Option<fancy_regex::Regex> {
    if regex.pattern.contains("\\Z") || regex.pattern.len() > 10_000 {
        return None;
    }
    let mut letters = String::new();
    for (flag, letter) in [(IGNORE_CASE, 'i'), (MULTI_LINE, 'm'), (DOT_ALL, 's'), (VERBOSE, 'x')] {
        if regex.flags & flag != 0 {
            letters.push(letter);
        }
    }
    let known = UNICODE | IGNORE_CASE | MULTI_LINE | DOT_ALL | VERBOSE;
    if regex.flags & !known != 0 {
        return None;
    }
    let flags = if letters.is_empty() { String::new() } else { format!("(?{letters})") };
    let (open, close) = match (at_start, whole) {
        (_, true) => ("\\A(?:", ")\\z"),
        (true, false) => ("\\A(?:", ")"),
        (false, false) => ("", ""),
    };
    let text = format!("{flags}{open}{}{close}", regex.pattern);
    fancy_regex::RegexBuilder::new(&text).backtrack_limit(100_000).build().ok()
}

pub(crate) fn method(
    it: &mut Machine<'_>,
    receiver: &Traced,
    regex: &Rc<Regex>,
    name: &str,
    given: &Arguments,
) -> Outcome<Traced> {
    let at = if name == "sub" { 1 } else { 0 };
    let Some(Object::Str(text)) = given.positional.get(at).map(|it| it.object.clone()) else {
        return Ok(it.unknown("what is searched is not known"));
    };
    let Some(engine) = engine(regex, name == "fullmatch", name == "match") else {
        return Ok(it.unknown("the expression is not modelled"));
    };
    if is_symbolic(&text) || given.positional.len() > at + 1 {
        return Ok(it.unknown("what is searched is not known"));
    }
    let subject = given.positional[at].clone();
    let object = match name {
        "match" | "search" | "fullmatch" => match engine.captures(&*text) {
            Ok(Some(found)) => Object::Match(Rc::new(groups(&engine, &found, &text))),
            Ok(None) => Object::None,
            Err(_) => return Ok(it.unknown("the expression takes too long")),
        },
        "findall" if engine.captures_len() <= 2 => {
            let group = engine.captures_len() - 1;
            let mut all = Vec::new();
            for found in engine.captures_iter(&*text) {
                let Ok(found) = found else {
                    return Ok(it.unknown("the expression takes too long"));
                };
                all.push(found.get(group).map_or(String::new(), |it| it.as_str().to_owned()));
            }
            it.strings(all)
        }
        "split" if engine.captures_len() == 1 => {
            let parts: Result<Vec<String>, _> =
                engine.split(&text).map(|it| it.map(str::to_owned)).collect();
            match parts {
                Ok(parts) => it.strings(parts),
                Err(_) => return Ok(it.unknown("the expression takes too long")),
            }
        }
        "sub" => {
            let Some(Object::Str(new)) = given.first().map(|it| it.object.clone()) else {
                return Ok(it.unknown("the replacement is not followed"));
            };
            if new.contains('\\') {
                return Ok(it.unknown("the replacement is not followed"));
            }
            let plain = new.replace('$', "$$");
            match engine.try_replacen(&text, 0, plain.as_str()) {
                Ok(replaced) => Object::str(replaced.as_ref()),
                Err(_) => return Ok(it.unknown("the expression takes too long")),
            }
        }
        _ => return Ok(it.unknown(format!("`{name}` of a pattern is not modelled"))),
    };
    Ok(it.computed(object, &[&subject, receiver]))
}

fn groups(
    engine: &fancy_regex::Regex,
    found: &fancy_regex::Captures<'_, str>,
    text: &str,
) -> Match {
    let groups = (0..found.len()).map(|at| {
        let group = found.get(at)?;
        let position = text[..group.start()].chars().count();
        Some((position, group.as_str().into()))
    });
    let groups = groups.collect();
    let names = engine.capture_names().enumerate();
    let names = names.filter_map(|(at, name)| Some((name?.into(), at))).collect();
    Match { groups, names }
}

pub(crate) fn match_method(
    it: &mut Machine<'_>,
    receiver: &Traced,
    found: &Rc<Match>,
    name: &str,
    given: &Arguments,
) -> Outcome<Traced> {
    let group = |at: usize| match found.groups.get(at) {
        Some(Some((_, text))) => Object::Str(text.clone()).traced(receiver.trail),
        _ => Object::None.traced(receiver.trail),
    };
    let position = |index: Option<&Traced>| match index.map(|it| &it.object) {
        None => Some(0),
        Some(Object::Int(at)) => usize::try_from(*at).ok().filter(|at| *at < found.groups.len()),
        Some(Object::Str(name)) => found.names.iter().find(|(it, _)| it == name).map(|(_, at)| *at),
        _ => None,
    };
    Ok(match name {
        "group" if given.positional.len() <= 1 => match position(given.first()) {
            Some(at) => group(at),
            None => return Err(it.raised("IndexError", "no such group")),
        },
        "group" => {
            let each = given.positional.iter().map(|it| position(Some(it)).map(group));
            match each.collect::<Option<Vec<_>>>() {
                Some(all) => Object::Tuple(all.into()).traced(receiver.trail),
                None => return Err(it.raised("IndexError", "no such group")),
            }
        }
        "groups" => {
            let default = given.first().cloned();
            let all: Vec<Traced> = (1..found.groups.len())
                .map(|at| match (&found.groups[at], &default) {
                    (None, Some(default)) => default.clone(),
                    _ => group(at),
                })
                .collect();
            Object::Tuple(all.into()).traced(receiver.trail)
        }
        "groupdict" => {
            let dict = it.new_dict();
            for (name, at) in &found.names {
                it.dict_set(dict, &Object::Str(name.clone()).bare(), group(*at))?;
            }
            Object::Dict(dict).traced(receiver.trail)
        }
        "start" | "end" => match found.groups.first() {
            Some(Some((start, text))) if given.positional.is_empty() => {
                let end = start + text.chars().count();
                let at = if name == "start" { *start } else { end };
                Object::Int(at as i128).traced(receiver.trail)
            }
            _ => it.unknown("the position is not modelled"),
        },
        _ => it.unknown(format!("`{name}` of a match is not modelled")),
    })
}
