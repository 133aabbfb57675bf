//! Attributes and methods of built-in values.

use crate::python::machine::call::Arguments;
use crate::python::machine::heap::{Binding, Content, Handle};
use crate::python::machine::object::{Match, Object, Traced, Type};
use crate::python::machine::{Machine, Outcome};
use crate::python::pattern;
use std::rc::Rc;

impl Machine<'_> {
    pub(crate) fn deep_copy(&mut self, value: &Traced, depth: usize) -> Traced {
        if depth > 40 {
            return self.unknown("it nests too deeply to be copied");
        }
        let object = match &value.object {
            Object::List(handle) => {
                let items = self.heap.list(*handle).to_vec();
                let items = items.iter().map(|it| self.deep_copy(it, depth + 1)).collect();
                self.list(items)
            }
            Object::Tuple(items) => {
                let items: Vec<Traced> =
                    items.clone().iter().map(|it| self.deep_copy(it, depth + 1)).collect();
                Object::Tuple(items.into())
            }
            Object::Dict(handle) => {
                let mut copy = self.heap.dict(*handle).clone();
                for entry in copy.entries.values_mut() {
                    entry.value = self.deep_copy(&entry.value, depth + 1);
                }
                Object::Dict(self.heap.add(Content::Dict(copy)))
            }
            Object::Set(handle) => {
                let copy = self.heap.dict(*handle).clone();
                Object::Set(self.heap.add(Content::Set(copy)))
            }
            Object::Instance(_) => return self.unknown("copies of objects are not modelled"),
            Object::OneOf(one) => {
                let one = one.clone();
                let members = one.members.iter().map(|it| self.deep_copy(it, depth + 1)).collect();
                let copy = crate::python::machine::object::OneOf { branch: one.branch, members };
                Object::OneOf(Rc::new(copy))
            }
            other => other.clone(),
        };
        object.traced(value.trail)
    }

    pub(crate) fn match_group(&mut self, value: &Traced, index: &Traced) -> Outcome<Traced> {
        let Object::Match(found) = &value.object else { return Ok(self.unknown_from(value)) };
        let found: Rc<Match> = found.clone();
        let given = Arguments { positional: vec![index.clone()], keywords: Vec::new() };
        pattern::match_method(self, value, &found, "group", &given)
    }
}

/// `datetime.timedelta(…)`.
pub(crate) fn timedelta(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    const UNITS: [(&str, i128); 7] = [
        ("days", 86_400_000_000),
        ("seconds", 1_000_000),
        ("microseconds", 1),
        ("milliseconds", 1_000),
        ("minutes", 60_000_000),
        ("hours", 3_600_000_000),
        ("weeks", 604_800_000_000),
    ];
    let mut total = 0_i128;
    let mut exact = true;
    for (at, (name, unit)) in UNITS.into_iter().enumerate() {
        let Some(value) = given.get(at, name) else { continue };
        match value.object {
            Object::Int(count) => {
                match count.checked_mul(unit).and_then(|it| it.checked_add(total)) {
                    Some(sum) => total = sum,
                    None => return Err(it.raised("OverflowError", "days is too large")),
                }
            }
            Object::Bool(count) => total += i128::from(count) * unit,
            Object::Float(count) if count.is_finite() => {
                // CPython rounds the sum of the fractions, not each one; halves go to even.
                let part = count * unit as f64;
                exact &= part.fract() == 0.0;
                total += part as i128;
            }
            _ => {
                let kind = it.type_name(&value.object);
                let message = format!("unsupported type for timedelta {name} component: {kind}");
                return Err(it.raised("TypeError", message));
            }
        }
    }
    if !exact {
        return Ok(it.unknown("the duration is not worked out to the microsecond"));
    }
    let from: Vec<&Traced> =
        given.positional.iter().chain(given.keywords.iter().map(|it| &it.1)).collect();
    Ok(it.computed(Object::TimeDelta(total), &from))
}

/// Attributes of built-in values that are no methods.
pub(crate) fn plain_attribute(it: &mut Machine<'_>, value: &Traced, name: &str) -> Option<Traced> {
    let object = match (&value.object, name) {
        (Object::TimeDelta(it), "days") => Object::Int(it.div_euclid(86_400_000_000)),
        (Object::TimeDelta(it), "seconds") => {
            Object::Int(it.rem_euclid(86_400_000_000) / 1_000_000)
        }
        (Object::TimeDelta(it), "microseconds") => Object::Int(it.rem_euclid(1_000_000)),
        (Object::Regex(it), "pattern") => Object::Str(it.pattern.clone()),
        (Object::Regex(it), "flags") => Object::Int(it.flags),
        (Object::Int(number), "real" | "numerator") => Object::Int(*number),
        (Object::Int(_), "imag") => Object::Int(0),
        (Object::Native(native), "__name__") => {
            Object::str(native.name.rsplit('.').next().unwrap_or(native.name))
        }
        (Object::Range(range), "start") => Object::Int(range[0]),
        (Object::Range(range), "stop") => Object::Int(range[1]),
        (Object::Range(range), "step") => Object::Int(range[2]),
        (Object::Lazy(_) | Object::Iterator(_) | Object::Environ | Object::Names(_), _)
            if !matches!(&value.object, Object::Iterator(_))
                && !(matches!(value.object, Object::Environ | Object::Names(_))) =>
        {
            return Some(it.unknown("a lazy value is not followed"));
        }
        _ => return None,
    };
    Some(it.computed(object, &[value]))
}

/// Attributes of built-in types that are neither methods nor special.
pub(crate) fn type_attribute(kind: Type, name: &str) -> Option<Traced> {
    let object = match (kind, name) {
        (Type::TimeDelta, "max") => Object::TimeDelta(86_399_999_999_999_999_999),
        (Type::TimeDelta, "min") => Object::TimeDelta(-86_399_999_913_600_000_000),
        _ => return None,
    };
    Some(object.bare())
}

/// Methods called on a type that make something: `dict.fromkeys`, `Path.cwd`.
pub(crate) fn type_method(
    it: &mut Machine<'_>,
    kind: Type,
    name: &str,
    given: &Arguments,
) -> Outcome<Option<Traced>> {
    Ok(Some(match (kind, name) {
        (Type::Dict, "fromkeys") => {
            let keys = given.first().cloned().unwrap_or(Object::Tuple([].into()).bare());
            let value = given.positional.get(1).cloned().unwrap_or(Object::None.bare());
            let dict = it.new_dict();
            for key in it.iterate(&keys)? {
                it.dict_set(dict, &key, value.clone())?;
            }
            Object::Dict(dict).bare()
        }
        (Type::Path, "cwd") => match it.request.cwd.clone() {
            Some(cwd) => Object::Path(cwd.as_str().into()).bare(),
            None => it.unknown("the working directory is not known"),
        },
        (Type::Path, "home") => it.unknown("every process has its own home"),
        (Type::Str, "maketrans") | (Type::Bytes, "fromhex") | (Type::Float, "fromhex") => {
            it.unknown("it is not modelled")
        }
        (Type::Object, "__setattr__") => {
            if let [owner, Traced { object: Object::Str(name), .. }, value] = &given.positional[..]
            {
                it.set_attribute_plainly(owner, name, value.clone())?;
            }
            Object::None.bare()
        }
        (_, "__new__") => match given.first().map(|it| it.object.clone()) {
            Some(Object::Class(class)) => {
                let mut rest = given.clone();
                rest.positional.remove(0);
                it.blank_instance(class, &rest)?
            }
            _ => it.unknown("`__new__` is not followed here"),
        },
        _ => return Ok(None),
    }))
}

/// Methods of values that cannot change.
pub(crate) fn plain_method(
    it: &mut Machine<'_>,
    receiver: &Traced,
    name: &str,
    given: Arguments,
) -> Outcome<Traced> {
    match &receiver.object {
        Object::Str(text) => {
            let text = text.clone();
            it.str_method(receiver, &text, name, &given)
        }
        Object::Bytes(bytes) => {
            let bytes = bytes.clone();
            it.bytes_method(receiver, &bytes, name, &given)
        }
        Object::Tuple(items) => {
            let items = items.to_vec();
            let list = it.heap.add(Content::List(items));
            it.list_method(receiver, list, name, given)
        }
        Object::TimeDelta(span) if name == "total_seconds" => {
            let seconds = *span as f64 / 1e6;
            Ok(it.computed(Object::Float(seconds), &[receiver]))
        }
        Object::Regex(regex) => {
            let regex = regex.clone();
            pattern::method(it, receiver, &regex, name, &given)
        }
        Object::Match(found) => {
            let found = found.clone();
            pattern::match_method(it, receiver, &found, name, &given)
        }
        Object::Float(number) if name == "is_integer" => {
            let whole = number.fract() == 0.0;
            Ok(it.computed(Object::Bool(whole), &[receiver]))
        }
        Object::Int(number) if name == "bit_length" => {
            let bits = i128::from(128 - number.unsigned_abs().leading_zeros());
            Ok(it.computed(Object::Int(bits), &[receiver]))
        }
        _ => Ok(it.unknown(format!("`{name}` is not modelled here"))),
    }
}

/// Methods of a namespace as a mapping: `globals().update(…)`.
pub(crate) fn names_method(
    it: &mut Machine<'_>,
    scope: Handle,
    name: &str,
    given: Arguments,
) -> Outcome<Traced> {
    let first = given.first().cloned();
    match (name, first) {
        ("update", other) => {
            let dict = it.new_dict();
            if let Some(other) = &other {
                it.dict_update(dict, other)?;
            }
            let dict = it.heap.dict(dict).clone();
            if dict.more.is_some() {
                it.blur_names(scope, "names that are not known were set");
            }
            for entry in dict.entries.into_values() {
                if let Object::Str(name) = entry.key.object {
                    let binding =
                        Binding { value: entry.value, perhaps: entry.perhaps, when: None };
                    it.heap.bind(scope, &name, Some(binding));
                }
            }
            for (name, value) in given.keywords {
                it.heap.set(scope, &name, value);
            }
            Ok(Object::None.bare())
        }
        ("get" | "setdefault" | "pop", Some(Traced { object: Object::Str(key), .. })) => {
            let default = given.positional.get(1).cloned().unwrap_or(Object::None.bare());
            let names = it.heap.names(scope);
            let found = names.names.get(&key).cloned();
            if found.as_ref().is_some_and(|it| it.perhaps)
                || found.is_none() && names.more.is_some()
            {
                return Ok(it.unknown("the name may not be bound"));
            }
            match (found, name) {
                (Some(binding), "pop") => {
                    it.heap.bind(scope, &key, None);
                    Ok(binding.value)
                }
                (Some(binding), _) => Ok(binding.value),
                (None, "setdefault") => {
                    it.heap.set(scope, &key, default.clone());
                    Ok(default)
                }
                (None, _) => Ok(default),
            }
        }
        ("keys" | "items" | "values" | "copy", None) => {
            let dict = it.new_dict();
            it.dict_update(dict, &Object::Names(scope).bare())?;
            it.dict_method(&Object::Dict(dict).bare(), dict, name, Arguments::default())
        }
        _ => {
            it.blur_names(scope, "it was changed in a way that is not followed");
            Ok(it.unknown("it is not followed"))
        }
    }
}
