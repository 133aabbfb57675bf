//! Built-in functions that look at objects, or go through them.

use crate::python::machine::call::Arguments;
use crate::python::machine::fork::Truth;
use crate::python::machine::heap::Content;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome, Stop};
use crate::syntax::python::ast::Comparison;

pub(crate) fn each_item(
    it: &mut Machine<'_>,
    given: &Arguments,
    at: usize,
) -> Outcome<Vec<Traced>> {
    match given.positional.get(at).cloned() {
        Some(value) => it.iterate(&value),
        None => Err(it.raised("TypeError", "an argument is missing")),
    }
}

pub(crate) fn is_instance(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let [value, kind] = &given.positional[..] else {
        return Err(it.raised("TypeError", "isinstance expected 2 arguments"));
    };
    let kind = kind.clone();
    it.each_way(value, |it, value| {
        Ok(match it.is_instance(value, &kind)? {
            Truth::Yes => Object::Bool(true).bare(),
            Truth::No => Object::Bool(false).bare(),
            Truth::Open(choice) => it.boolean_of(&choice, &[value]),
        })
    })
}

pub(crate) fn get_attribute(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let (Some(owner), Some(name)) = (given.first().cloned(), given.positional.get(1)) else {
        return Err(it.raised("TypeError", "getattr expected at least 2 arguments"));
    };
    let Object::Str(name) = &name.object else { return Ok(it.unknown("the name is not known")) };
    let name = name.clone();
    let Some(default) = given.positional.get(2).cloned() else {
        return it.attribute(&owner, &name);
    };
    if owner.object.is_unknown() {
        return Ok(it.unknown_from(&owner));
    }
    match it.find_attribute(&owner, &name) {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Ok(default),
        Err(Stop::Raise(raised)) => {
            let kind = it.heap.binding(it.builtins, "AttributeError").map(|it| it.value.clone());
            match kind.map(|kind| it.is_instance(&raised.exception, &kind)).transpose()? {
                Some(Truth::Yes) => Ok(default),
                _ => Err(Stop::Raise(raised)),
            }
        }
        Err(stop) => Err(stop),
    }
}

pub(crate) fn has_attribute(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let [owner, Traced { object: Object::Str(name), .. }] = &given.positional[..] else {
        return Ok(it.unknown("what is asked for is not known"));
    };
    if owner.object.is_unknown() {
        let choice = it.choice_about(format!("{:?} has {name}", owner.object));
        return Ok(it.boolean_of(&choice, &[owner]));
    }
    match it.find_attribute(owner, name) {
        Ok(found) => Ok(Object::Bool(found.is_some()).bare()),
        Err(Stop::Raise(_)) => Ok(Object::Bool(false).bare()),
        Err(stop) => Err(stop),
    }
}

pub(crate) fn all_or_any(it: &mut Machine<'_>, given: &Arguments, all: bool) -> Outcome<Traced> {
    let mut open = None;
    for item in each_item(it, given, 0)? {
        if let Object::Rest(_) = item.object {
            open = Some(item);
            continue;
        }
        match it.truth(&item)? {
            Truth::Yes if !all => return Ok(Object::Bool(true).bare()),
            Truth::No if all => return Ok(Object::Bool(false).bare()),
            Truth::Yes | Truth::No => {}
            Truth::Open(_) => open = Some(item),
        }
    }
    match open {
        Some(open) => {
            let choice = it.fresh_choice();
            Ok(it.boolean_of(&choice, &[&open]))
        }
        None => Ok(Object::Bool(all).bare()),
    }
}

pub(crate) fn next(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let Some(Object::Iterator(handle)) = given.first().map(|it| it.object.clone()) else {
        return Ok(it.unknown("it is not followed what comes next"));
    };
    let taken = match it.heap.change(handle) {
        Content::Iterator { items, next } => {
            let item = items.get(*next).cloned();
            if !matches!(item, Some(Traced { object: Object::Rest(_), .. })) {
                *next += 1;
            }
            item
        }
        _ => None,
    };
    match (taken, given.positional.get(1)) {
        (Some(item), _) if matches!(item.object, Object::Rest(_)) => Ok(it.unknown_from(&item)),
        (Some(item), _) => Ok(item),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(it.raised_with("StopIteration", Vec::new())),
    }
}

pub(crate) fn extreme(it: &mut Machine<'_>, given: &Arguments, how: Comparison) -> Outcome<Traced> {
    let items = match given.positional.len() {
        1 => each_item(it, given, 0)?,
        _ => given.positional.clone(),
    };
    if given.keyword("key").is_some() || items.iter().any(|it| it.object.is_unknown()) {
        return Ok(it.unknown("which member it is is not known"));
    }
    let mut items = items.into_iter();
    let Some(mut best) = items.next() else {
        return match given.keyword("default") {
            Some(default) => Ok(default.clone()),
            None => Err(it.raised("ValueError", "iterable argument is empty")),
        };
    };
    for item in items {
        let better = it.compare(how, &item, &best)?;
        match it.truth(&better)? {
            Truth::Yes => best = item,
            Truth::No => {}
            Truth::Open(choice) => best = it.join(&choice, item, best),
        }
    }
    Ok(best)
}

pub(crate) fn based(
    it: &mut Machine<'_>,
    given: &Arguments,
    prefix: &str,
    digits: fn(u128) -> String,
) -> Outcome<Traced> {
    match given.first().map(|it| &it.object) {
        Some(Object::Int(number)) => {
            let sign = if *number < 0 { "-" } else { "" };
            Ok(Object::str(format!("{sign}{prefix}{}", digits(number.unsigned_abs()))).bare())
        }
        _ => Err(it.raised("TypeError", "an integer is required")),
    }
}
