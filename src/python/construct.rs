//! Built-in types called: `int(…)`, `list(…)`, `type(…)`.

use crate::python::machine::call::Arguments;
use crate::python::machine::dict::Dict;
use crate::python::machine::fork::Truth;
use crate::python::machine::heap::Content;
use crate::python::machine::iterate::is_symbolic;
use crate::python::machine::object::{Decorator, Object, Traced, Type};
use crate::python::machine::{Machine, Outcome};
use crate::python::paths;
use std::rc::Rc;

/// A built-in type called.
pub(crate) fn construct(it: &mut Machine<'_>, kind: Type, given: Arguments) -> Outcome<Traced> {
    let first = given.first().cloned();
    match (kind, first) {
        (Type::Bool, None) => Ok(Object::Bool(false).bare()),
        (Type::Bool, Some(value)) => Ok(match it.truth(&value)? {
            Truth::Yes => it.computed(Object::Bool(true), &[&value]),
            Truth::No => it.computed(Object::Bool(false), &[&value]),
            Truth::Open(choice) => it.boolean_of(&choice, &[&value]),
        }),
        (Type::Str, None) => Ok(Object::str("").bare()),
        (Type::Str, Some(value)) if given.positional.len() == 1 && given.keywords.is_empty() => {
            it.text_of(&value)
        }
        (Type::Str, Some(value)) => match &value.object {
            Object::Bytes(bytes) => {
                let bytes = bytes.clone();
                it.bytes_method(&value, &bytes, "decode", &Arguments::default())
            }
            _ => Ok(it.unknown_from(&value)),
        },
        (Type::Int, None) => Ok(Object::Int(0).bare()),
        (Type::Float, None) => Ok(Object::Float(0.0).bare()),
        (Type::Int | Type::Float, Some(value)) => {
            let base = given.positional.get(1).map(|it| it.object.clone());
            it.each_way(&value, |it, value| number(it, kind, value, base.clone()))
        }
        (Type::List, None) => {
            let list = it.list(Vec::new());
            Ok(it.computed(list, &[]))
        }
        (Type::Tuple, None) => Ok(Object::Tuple([].into()).bare()),
        (Type::List | Type::Tuple, Some(value)) => {
            if let Object::Unknown(_) | Object::Opaque(_) = value.object {
                it.may_raise_anything(&value);
                return Ok(it.unknown_from(&value));
            }
            let items = it.iterate(&value)?;
            let object = match kind {
                Type::List => it.list(items),
                _ => Object::Tuple(items.into()),
            };
            Ok(it.computed(object, &[&value]))
        }
        (Type::Set | Type::FrozenSet, value) => {
            let items = match &value {
                Some(value) => it.iterate(value)?,
                None => Vec::new(),
            };
            let Object::Set(handle) = it.new_set(items)? else { return Ok(Object::None.bare()) };
            let object = match kind {
                Type::Set => Object::Set(handle),
                _ => Object::FrozenSet(handle),
            };
            Ok(it.computed(object, &value.iter().collect::<Vec<_>>()))
        }
        (Type::Dict, value) => {
            let handle = it.heap.add(Content::Dict(Dict::default()));
            if let Some(value) = &value {
                it.dict_update(handle, value)?;
            }
            for (name, value) in given.keywords {
                match value.object {
                    Object::Rest(_) => it.open_dict(handle, &value),
                    _ => it.dict_set(handle, &Object::Str(name).bare(), value)?,
                }
            }
            Ok(it.computed(Object::Dict(handle), &value.iter().collect::<Vec<_>>()))
        }
        (Type::Path, _) => paths::construct(it, given),
        (Type::TimeDelta, _) => it.call_pure(given, &mut crate::python::plain::timedelta),
        (Type::Range, _) => it.call_pure(given, &mut |it, given| {
            let numbers = given.positional.iter().map(|it| match it.object {
                Object::Int(number) => Some(number),
                Object::Bool(number) => Some(i128::from(number)),
                _ => None,
            });
            match numbers.collect::<Option<Vec<_>>>().as_deref() {
                Some([stop]) => Ok(Object::Range([0, *stop, 1].into()).bare()),
                Some([start, stop]) => Ok(Object::Range([*start, *stop, 1].into()).bare()),
                Some([_, _, 0]) => Err(it.raised("ValueError", "range() arg 3 must not be zero")),
                Some([start, stop, step]) => {
                    Ok(Object::Range([*start, *stop, *step].into()).bare())
                }
                _ => Err(it.raised("TypeError", "range expected integers")),
            }
        }),
        (Type::Bytes, None) => Ok(Object::Bytes([].into()).bare()),
        (Type::Bytes, Some(value)) => match &value.object {
            Object::Str(text) if given.positional.len() > 1 && !is_symbolic(text) => {
                Ok(it.computed(Object::Bytes(text.as_bytes().into()), &[&value]))
            }
            Object::Bytes(_) => Ok(value),
            _ => Ok(it.unknown_from(&value)),
        },
        (Type::Property, Some(getter)) => Ok(decorated(Decorator::Property, getter)),
        (Type::ClassMethod, Some(inner)) => Ok(decorated(Decorator::ClassMethod, inner)),
        (Type::StaticMethod, Some(inner)) => Ok(decorated(Decorator::StaticMethod, inner)),
        (Type::Class, Some(value)) if given.positional.len() == 1 => it.each_way(&value, type_of),
        (Type::Super, Some(class)) => match (&class.object, given.positional.get(1)) {
            (Object::Class(class), Some(receiver)) => {
                Ok(Object::Super(Rc::new((*class, receiver.clone()))).bare())
            }
            _ => Ok(it.unknown("`super` is not followed here")),
        },
        (Type::Object, None) => match it.heap.binding(it.builtins, "_Object").cloned() {
            Some(class) => it.call(&class.value, Vec::new(), Vec::new()),
            None => Ok(it.unknown("a bare object")),
        },
        (kind, _) => Ok(it.unknown(format!("`{}` is not modelled", kind.name()))),
    }
}

pub(crate) fn decorated(how: Decorator, inner: Traced) -> Traced {
    Object::Decorated(how, Rc::new(inner)).bare()
}

pub(crate) fn type_of(it: &mut Machine<'_>, value: &Traced) -> Outcome<Traced> {
    Ok(match &value.object {
        Object::Instance(handle) => Object::Class(it.heap.instance(*handle).class).bare(),
        other => match other.type_of() {
            Some(kind) => Object::Type(kind).bare(),
            None => it.unknown_from(value),
        },
    })
}

/// Digits may be grouped by single underscores, as in `1_000.5`.
fn without_underscores(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('_').collect();
    let grouped = parts.windows(2).all(|pair| {
        let is_digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
        is_digit(pair[0].chars().last()) && is_digit(pair[1].chars().next())
    });
    grouped.then(|| parts.concat())
}

/// `int(…)` and `float(…)`.
pub(crate) fn number(
    it: &mut Machine<'_>,
    kind: Type,
    value: &Traced,
    base: Option<Object>,
) -> Outcome<Traced> {
    let name = kind.name();
    let object = match (kind, &value.object) {
        (_, Object::Unknown(_) | Object::Opaque(_) | Object::Rest(_)) => {
            it.may_raise("ValueError", "the text may not be a number");
            return Ok(it.unknown_from(value));
        }
        (Type::Int, Object::Int(number)) => Object::Int(*number),
        (Type::Int, Object::Bool(number)) => Object::Int(i128::from(*number)),
        (Type::Int, Object::Float(number)) if number.is_finite() && number.abs() < 1e30 => {
            Object::Int(number.trunc() as i128)
        }
        (Type::Float, Object::Int(number)) => Object::Float(*number as f64),
        (Type::Float, Object::Bool(number)) => Object::Float(f64::from(u8::from(*number))),
        (Type::Float, Object::Float(number)) => Object::Float(*number),
        (Type::Int, Object::Str(text)) => {
            let base = match base {
                Some(Object::Int(base)) => u32::try_from(base).unwrap_or(10),
                _ => 10,
            };
            if is_symbolic(text) || !(2..=36).contains(&base) || !text.is_ascii() {
                return Ok(it.unknown_from(value));
            }
            let trimmed = text.trim();
            let digits = trimmed.replace('_', "");
            let sound =
                !trimmed.starts_with('_') && !trimmed.ends_with('_') && !trimmed.contains("__");
            let plain = digits.strip_prefix(['+', '-']).unwrap_or(&digits);
            let long = plain.len() > 36 && plain.chars().all(|it| it.is_digit(base));
            match i128::from_str_radix(&digits, base) {
                Ok(number) if sound => Object::Int(number),
                Err(_) if long => return Ok(it.unknown("the integer is too large")),
                _ => {
                    let shown = it.repr(value)?;
                    let message = format!("invalid literal for int() with base {base}: {shown}");
                    return Err(it.raised("ValueError", message));
                }
            }
        }
        (Type::Float, Object::Str(text)) => {
            if is_symbolic(text) {
                return Ok(it.unknown_from(value));
            }
            match without_underscores(text.trim()).and_then(|text| text.parse().ok()) {
                Some(number) => Object::Float(number),
                None => {
                    let shown = it.repr(value)?;
                    let message = format!("could not convert string to float: {shown}");
                    return Err(it.raised("ValueError", message));
                }
            }
        }
        (_, Object::Instance(handle)) => {
            let method = if kind == Type::Int { "__int__" } else { "__float__" };
            if let Some(method) = it.special(value, method)? {
                return it.call(&method, Vec::new(), Vec::new());
            }
            match it.heap.instance(*handle).payload.clone() {
                Some(payload) => return number(it, kind, &payload.traced(value.trail), base),
                None => return Ok(it.unknown_from(value)),
            }
        }
        (_, other) => {
            let kind = it.type_name(other);
            let what = match name {
                "int" => "int() argument must be a string, a bytes-like object or a real number",
                _ => "float() argument must be a string or a real number",
            };
            return Err(it.raised("TypeError", format!("{what}, not '{kind}'")));
        }
    };
    Ok(it.computed(object, &[value]))
}
