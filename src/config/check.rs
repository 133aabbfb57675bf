//! Whether what was written can be meant: no unknown key, every value of its shape.
//!
//! Stops at the first fault; what passes can be taken as the keys promise.

use crate::config::key::{Key, Shape};
use crate::config::value::{By, Stated, Table, Value};
use crate::fact::spelling;
use crate::model::contract::Mode;
use crate::rules;
use crate::source::Globs;
use camino::Utf8Path;

/// What is wrong, and who wrote it.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) by: By,
    pub(super) message: String,
}

pub(super) fn table(table: &Table, keys: &'static [Key], at: &By) -> Result<(), Fault> {
    for (name, entry) in table.entries() {
        let Some(key) = keys.iter().find(|key| key.name == name) else {
            let near = nearest(name, keys.iter().map(|key| key.name));
            let message = format!("there is no key `{}`{near}", name.escape_debug());
            return Err(Fault { by: entry.key.clone(), message });
        };
        value(name, &entry.stated, &key.shape)?;
    }
    match keys.iter().find(|key| key.required && table.get(key.name).is_none()) {
        None => Ok(()),
        Some(key) => {
            let message = format!("`{}` is missing: {}", key.name, key.says);
            Err(Fault { by: at.clone(), message })
        }
    }
}

fn value(key: &str, stated: &Stated, shape: &'static Shape) -> Result<(), Fault> {
    let fault = |message| Err(Fault { by: stated.by.clone(), message });
    let mistyped = || {
        let (wanted, is) = (noun(shape), stated.value.noun());
        fault(format!("`{}` must be {wanted}, and is {is}", key.escape_debug()))
    };
    match (shape, &stated.value) {
        (Shape::Either(one, other), _) => {
            let fits = [one, other].into_iter().find(|it| accepts(it, &stated.value));
            fits.map_or_else(mistyped, |shape| value(key, stated, shape))
        }
        (Shape::Flag, Value::Flag(_)) => Ok(()),
        (Shape::Integer(range), Value::Integer(number)) if range.contains(number) => Ok(()),
        (Shape::Integer(range), Value::Integer(number)) => {
            let (first, last) = (range.start(), range.end());
            fault(format!("`{key}` must be from {first} to {last}, and is {number}"))
        }
        (Shape::List(shape), Value::List(items)) => {
            items.iter().try_for_each(|item| value(key, item, shape))
        }
        (Shape::Table(keys), Value::Table(it)) => table(it, keys, &stated.by),
        (Shape::Map(names, values), Value::Table(it)) => {
            for (name, entry) in it.entries() {
                text(name, names).map_err(|message| Fault { by: entry.key.clone(), message })?;
                value(name, &entry.stated, values)?;
            }
            Ok(())
        }
        (_, Value::Text(it)) if accepts(shape, &stated.value) => text(it, shape).or_else(fault),
        _ => mistyped(),
    }
}

/// Whether a value has the type of a shape, be it sensible or not.
fn accepts(shape: &Shape, value: &Value) -> bool {
    match shape {
        Shape::Flag => matches!(value, Value::Flag(_)),
        Shape::Integer(_) => matches!(value, Value::Integer(_)),
        Shape::List(_) => matches!(value, Value::List(_)),
        Shape::Map(..) | Shape::Table(_) => matches!(value, Value::Table(_)),
        Shape::Either(one, other) => accepts(one, value) || accepts(other, value),
        Shape::Choice(_)
        | Shape::Text(_)
        | Shape::Glob
        | Shape::Rule
        | Shape::ServerPath
        | Shape::Variable
        | Shape::Domain
        | Shape::Route
        | Shape::Mode => matches!(value, Value::Text(_)),
    }
}

fn noun(shape: &Shape) -> String {
    match shape {
        Shape::Flag => "true or false".to_owned(),
        Shape::Integer(_) => "a number".to_owned(),
        Shape::Choice(all) => one_of(&all()),
        Shape::Text(noun) => format!("a string, {noun}"),
        Shape::Glob => "a string, a pattern of paths".to_owned(),
        Shape::Rule => "a string, a rule or group".to_owned(),
        Shape::ServerPath => "a string, a path on the server".to_owned(),
        Shape::Variable => "a string, the name of a variable".to_owned(),
        Shape::Domain => "a string, a domain".to_owned(),
        Shape::Route => "a string, the path of a URL".to_owned(),
        Shape::Mode => "a string such as \"2775\" or \"g+w\"".to_owned(),
        Shape::List(_) => "a list".to_owned(),
        Shape::Map(..) | Shape::Table(_) => "a table".to_owned(),
        Shape::Either(one, other) => format!("{} or {}", noun(one), noun(other)),
    }
}

/// What is wrong with a string of this shape.
fn text(it: &str, shape: &Shape) -> Result<(), String> {
    let shown = it.escape_debug();
    match shape {
        Shape::Choice(all) => {
            let all = all();
            ensure(all.contains(&it), || {
                let near = nearest(it, all.iter().copied());
                let near = if near.is_empty() { format!("; write {}", one_of(&all)) } else { near };
                format!("`{shown}` is none of the possible values{near}")
            })
        }
        Shape::Text(noun) => ensure(!it.trim().is_empty(), || format!("{noun} cannot be empty")),
        Shape::Glob => {
            let globs = Globs::new(Utf8Path::new(""), [(Utf8Path::new(""), it)]);
            globs.map(|_| ()).map_err(|error| error.to_string())
        }
        Shape::Rule => {
            let known = rules::all().any(|rule| rules::specificity(it, rule.id).is_some());
            ensure(known, || {
                let near = rules::nearest(it).map(suggestion).unwrap_or_default();
                format!("there is no rule `{shown}`{near}")
            })
        }
        Shape::ServerPath => {
            ensure(it.starts_with('/'), || format!("`{shown}` is no absolute path of the server"))
        }
        Shape::Variable => {
            let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let named = it.chars().all(part) && it.starts_with(|c: char| !c.is_ascii_digit());
            ensure(named, || format!("`{shown}` cannot be the name of a variable"))
        }
        Shape::Domain => {
            let bare = !it.is_empty() && !it.contains(['/', ':', ' ', '@']);
            ensure(bare, || format!("`{shown}` is no domain: leave out scheme, port and path"))
        }
        Shape::Route => ensure(it.starts_with('/'), || format!("`{shown}` must begin with `/`")),
        Shape::Mode => {
            let hint = "write it as `2775` or `g+w,o-rwx`";
            ensure(Mode::parse(it).is_some(), || format!("`{shown}` is no mode; {hint}"))
        }
        Shape::Flag
        | Shape::Integer(_)
        | Shape::List(_)
        | Shape::Map(..)
        | Shape::Table(_)
        | Shape::Either(..) => Err(format!("`{shown}` must be {}", noun(shape))),
    }
}

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(message()) }
}

fn one_of(all: &[&str]) -> String {
    let quoted: Vec<_> = all.iter().map(|it| format!("\"{it}\"")).collect();
    quoted.join(", ")
}

/// "; did you mean …?", or nothing where no name comes close.
fn nearest<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> String {
    spelling::nearest(name, all).map(suggestion).unwrap_or_default()
}

fn suggestion(name: &str) -> String {
    format!("; did you mean `{name}`?")
}
