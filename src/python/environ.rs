//! `os.environ`: what settings read of it, and what they put there.

use crate::python::machine::call::Arguments;
use crate::python::machine::heap::Binding;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome};
use crate::python::read::{Variable, simple};

/// What stands among the variables if any of them may have got another value. No variable has this
/// name, as the name of one holds no `=`.
pub(crate) const OVERWRITTEN: &str = "=";

/// `os.environ[name]`.
pub(crate) fn item(it: &mut Machine<'_>, index: &Traced) -> Outcome<Traced> {
    let Object::Str(name) = &index.object else {
        it.may_raise_anything(index);
        return Ok(it.unknown_from(index));
    };
    let name = name.clone();
    let (variable, answer) = it.variable(&name);
    simple(it, &name, None, answer);
    match variable {
        Variable::Set(value) => Ok(value),
        Variable::Perhaps(value) => {
            it.may_raise("KeyError", &name);
            Ok(value)
        }
        Variable::Absent => Err(it.raised("KeyError", &name)),
    }
}

pub(crate) fn set(it: &mut Machine<'_>, index: &Traced, value: Traced) {
    match &index.object {
        Object::Str(name) => {
            let name = name.clone();
            it.heap.set(it.environ, &name, value);
        }
        _ => overwritten(it, "a variable that is not known was set"),
    }
}

fn overwritten(it: &mut Machine<'_>, why: &str) {
    let environ = it.environ;
    it.blur_names(environ, why);
    it.bind_in(environ, OVERWRITTEN, Object::Bool(true));
}

/// `os.environ.update(…)`, with what `dict` takes.
fn update(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let handle = it.new_dict();
    for other in &given.positional {
        it.dict_update(handle, other)?;
    }
    for (name, value) in given.keywords {
        match value.object {
            Object::Rest(_) => it.open_dict(handle, &value),
            _ => it.dict_set(handle, &Object::Str(name).bare(), value)?,
        }
    }
    let new = it.heap.dict(handle).clone();
    for entry in new.entries.into_values() {
        match &entry.key.object {
            Object::Str(name) if entry.perhaps => {
                let binding = Binding::perhaps(entry.value.clone());
                it.heap.bind(it.environ, &name.clone(), Some(binding));
            }
            _ => set(it, &entry.key, entry.value),
        }
    }
    if new.more.is_some() {
        overwritten(it, "variables that are not known were set");
    }
    Ok(Object::None.bare())
}

pub(crate) fn remove(it: &mut Machine<'_>, index: &Traced) {
    set(it, index, Object::None.bare());
}

/// `name in os.environ`.
pub(crate) fn contains(it: &mut Machine<'_>, item: &Traced) -> Option<bool> {
    let Object::Str(name) = &item.object else { return None };
    let name = name.clone();
    let (variable, answer) = it.variable(&name);
    let nothing = Object::None.bare();
    simple(it, &name, Some(&nothing), answer);
    match variable {
        Variable::Set(_) => Some(true),
        Variable::Absent => Some(false),
        Variable::Perhaps(_) => {
            let choice = it.choice_about(format!("${name} is set"));
            it.settled(&choice)
        }
    }
}

pub(crate) fn call(it: &mut Machine<'_>, method: &str, given: Arguments) -> Outcome<Traced> {
    if method == "update" {
        return update(it, given);
    }
    if let Some(Object::OneOf(_)) = given.first().map(|it| it.object.clone()) {
        let name = given.positional[0].clone();
        return it.each_member(&name, |it, name| {
            let mut given = given.clone();
            given.positional[0] = name.clone();
            call(it, method, given)
        });
    }
    let name = match given.get(0, "key").map(|it| it.object.clone()) {
        Some(Object::Str(name)) => name,
        Some(other) if !other.is_unknown() && matches!(method, "get" | "pop") => {
            let kind = it.type_name(&other);
            return Err(it.raised("TypeError", format!("str expected, not {kind}")));
        }
        Some(_) | None => {
            match method {
                "get" | "items" | "keys" | "values" | "copy" => {}
                // It adds what is not there.
                "setdefault" => {
                    let environ = it.environ;
                    it.blur_names(environ, "the environment was changed");
                }
                _ => overwritten(it, "the environment was changed"),
            }
            return Ok(it.unknown("not all of the environment is in view"));
        }
    };
    let default = given.get(1, "default").cloned();
    let (variable, answer) = it.variable(&name);
    let none = Object::None.bare();
    match method {
        "get" => {
            let default = default.unwrap_or(none);
            simple(it, &name, Some(&default), answer);
            Ok(it.value_or(&name, variable, default))
        }
        "__getitem__" => item(it, &Object::Str(name).bare()),
        "setdefault" => {
            let value = match variable {
                Variable::Set(value) => return Ok(value),
                Variable::Absent => default.unwrap_or(none),
                perhaps @ Variable::Perhaps(_) => {
                    it.value_or(&name, perhaps, default.unwrap_or(none))
                }
            };
            set(it, &Object::Str(name).bare(), value.clone());
            Ok(value)
        }
        "pop" => {
            simple(it, &name, default.as_ref(), answer);
            remove(it, &Object::Str(name.clone()).bare());
            match (variable, default) {
                (Variable::Absent, None) => Err(it.raised("KeyError", &name)),
                (variable, default) => Ok(it.value_or(&name, variable, default.unwrap_or(none))),
            }
        }
        _ => Ok(it.unknown("not all of the environment is in view")),
    }
}

/// Every name that the environment lists, for models that load files into it.
pub(crate) fn getenv(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    call(it, "get", given)
}
