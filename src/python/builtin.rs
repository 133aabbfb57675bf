//! Python's built-in functions and types.

use crate::python::machine::call::{Arguments, Native};
use crate::python::machine::dict::Dict;
use crate::python::machine::fork::Truth;
use crate::python::machine::heap::Content;
use crate::python::machine::iterate::is_symbolic;
use crate::python::machine::object::{Decorator, Object, Traced, Type};
use crate::python::machine::{Machine, Outcome, Stop};
use crate::python::paths;
use crate::syntax::python::ast::{Comparison, Operator};
use std::rc::Rc;

impl Machine<'_> {
    /// A name of the `builtins` module.
    pub(crate) fn builtin(&mut self, name: &str) -> Option<Traced> {
        let visible = [
            "object",
            "type",
            "bool",
            "int",
            "float",
            "str",
            "bytes",
            "tuple",
            "list",
            "dict",
            "set",
            "frozenset",
            "range",
            "slice",
            "property",
            "classmethod",
            "staticmethod",
            "super",
        ];
        if visible.contains(&name) {
            let found = Type::ALL.iter().find(|(_, it)| *it == name)?;
            return Some(Object::Type(found.0).bare());
        }
        if let Some(native) = FUNCTIONS.iter().chain(&RUNNERS).find(|it| it.name == name) {
            return Some(Object::Native(native).bare());
        }
        let object = match name {
            "NotImplemented" => Object::NotImplemented,
            "Ellipsis" => Object::Ellipsis,
            "__debug__" => Object::Bool(true),
            "bytearray" | "memoryview" | "complex" | "compile" | "breakpoint" | "input"
            | "help" | "id" | "hash" | "credits" | "copyright" | "license" | "exit" | "quit"
            | "aiter" | "anext" | "__build_class__" | "__loader__" | "__spec__" => {
                Object::Opaque(name.into())
            }
            _ => return None,
        };
        Some(object.bare())
    }
}

const fn pure(
    name: &'static str,
    run: fn(&mut Machine<'_>, Arguments) -> Outcome<Traced>,
) -> Native {
    Native { name, run, pure: true }
}

const fn function(
    name: &'static str,
    run: fn(&mut Machine<'_>, Arguments) -> Outcome<Traced>,
) -> Native {
    Native { name, run, pure: false }
}

static FUNCTIONS: [Native; 40] = [
    function("len", |it, given| match given.first().cloned() {
        Some(value) => it.each_way(&value, |it, value| it.length(value)),
        None => Err(it.raised("TypeError", "len() takes exactly one argument (0 given)")),
    }),
    function("isinstance", is_instance),
    function("issubclass", |it, given| {
        let [class, kind] = &given.positional[..] else { return Ok(it.unknown("not followed")) };
        match it.subclass(&class.object, &kind.object) {
            Some(answer) => Ok(Object::Bool(answer).bare()),
            None => Ok(it.unknown("the classes are not known")),
        }
    }),
    function("print", |_, _| Ok(Object::None.bare())),
    function("getattr", get_attribute),
    function("hasattr", has_attribute),
    function("setattr", |it, given| {
        let [owner, name, value] = &given.positional[..] else {
            return Err(it.raised("TypeError", "setattr expected 3 arguments"));
        };
        match &name.object {
            Object::Str(name) => it.set_attribute(owner, name, value.clone())?,
            _ => {
                if let Some(scope) = it.scope_in(&owner.object) {
                    it.blur_names(scope, "a name that is not known is set");
                }
            }
        }
        Ok(Object::None.bare())
    }),
    function("delattr", |it, given| {
        if let [owner, Traced { object: Object::Str(name), .. }] = &given.positional[..]
            && let Some(scope) = it.scope_in(&owner.object)
        {
            it.heap.bind(scope, name, None);
        }
        Ok(Object::None.bare())
    }),
    function("callable", |it, given| {
        let Some(value) = given.first() else { return Ok(it.unknown("not followed")) };
        let answer = match &value.object {
            Object::Function(_)
            | Object::Native(_)
            | Object::Method(_)
            | Object::NativeMethod(_)
            | Object::Class(_)
            | Object::Type(_) => true,
            Object::Instance(_) => it.special(value, "__call__")?.is_some(),
            other if other.is_unknown() || matches!(other, Object::OneOf(_)) => {
                return Ok(it.unknown_from(value));
            }
            _ => false,
        };
        Ok(Object::Bool(answer).bare())
    }),
    function("globals", |it, _| {
        let scope = it.frame().globals;
        Ok(Object::Names(scope).bare())
    }),
    function("locals", |it, _| {
        let frame = it.frame();
        let (scope, own) = (frame.scope, frame.function.is_none());
        if own {
            return Ok(Object::Names(scope).bare());
        }
        // Within a function it is a copy, which changes nothing (PEP 667 says the same).
        let copy = it.new_dict();
        it.dict_update(copy, &Object::Names(scope).bare())?;
        Ok(Object::Dict(copy).bare())
    }),
    function("vars", |it, given| {
        let scope = match given.first() {
            Some(value) => it.scope_in(&value.object),
            None => Some(it.frame().scope),
        };
        match scope {
            Some(scope) => Ok(Object::Names(scope).bare()),
            None => Ok(it.unknown("`vars` of it is not known")),
        }
    }),
    function("dir", |it, given| {
        let scope = match given.first() {
            Some(value) => match &value.object {
                Object::Module(handle) => it.heap.module(*handle).map(|it| it.scope),
                _ => None,
            },
            None => Some(it.frame().scope),
        };
        let Some(scope) = scope else { return Ok(it.unknown("`dir` of it is not known")) };
        let names = it.heap.names(scope);
        if names.more.is_some() || names.names.values().any(|it| it.perhaps) {
            return Ok(it.unknown("the names are not all known"));
        }
        let mut all: Vec<String> = names.names.keys().map(ToString::to_string).collect();
        for given in ["__builtins__", "__loader__", "__spec__"] {
            all.push(given.to_owned());
        }
        all.sort();
        all.dedup();
        let list = it.strings(all);
        Ok(list.bare())
    }),
    function("all", |it, given| all_or_any(it, &given, true)),
    function("any", |it, given| all_or_any(it, &given, false)),
    function("iter", |it, given| match given.first().cloned() {
        Some(value) => {
            let items = it.iterate(&value)?;
            Ok(it.iterator(items).bare())
        }
        None => Ok(it.unknown("not followed")),
    }),
    function("next", next),
    function("enumerate", |it, given| {
        let start = match given.get(1, "start").map(|it| &it.object) {
            Some(Object::Int(start)) => *start,
            _ => 0,
        };
        let items = each_item(it, &given, 0)?;
        let mut pairs = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            pairs.push(match item.object {
                Object::Rest(_) => item,
                _ => {
                    let at = Object::Int(start + at as i128).bare();
                    Object::Tuple([at, item].into()).bare()
                }
            });
        }
        Ok(it.iterator(pairs).bare())
    }),
    function("zip", |it, given| {
        let mut columns = Vec::new();
        for at in 0..given.positional.len() {
            columns.push(each_item(it, &given, at)?);
        }
        let rest = |it: &Traced| matches!(it.object, Object::Rest(_));
        if let Some(open) = columns.iter().flatten().find(|it| rest(it)).cloned() {
            let items = it.rest_of(&open);
            return Ok(it.iterator(items).bare());
        }
        let shortest = columns.iter().map(Vec::len).min().unwrap_or(0);
        let rows = (0..shortest).map(|at| {
            let row: Vec<Traced> = columns.iter().map(|it| it[at].clone()).collect();
            Object::Tuple(row.into()).bare()
        });
        let rows = rows.collect();
        Ok(it.iterator(rows).bare())
    }),
    function("map", |it, given| {
        let Some((function, _)) = given.positional.split_first() else {
            return Err(it.raised("TypeError", "map() must have at least two arguments."));
        };
        let mut columns = Vec::new();
        for at in 1..given.positional.len() {
            columns.push(each_item(it, &given, at)?);
        }
        let shortest = columns.iter().map(Vec::len).min().unwrap_or(0);
        let mut mapped = Vec::with_capacity(shortest);
        for at in 0..shortest {
            let row: Vec<Traced> = columns.iter().map(|column| column[at].clone()).collect();
            if let Some(open) = row.iter().find(|it| matches!(it.object, Object::Rest(_))) {
                mapped.push(open.clone());
                continue;
            }
            mapped.push(it.call(function, row, Vec::new())?);
        }
        Ok(it.iterator(mapped).bare())
    }),
    function("filter", |it, given| {
        let Some(function) = given.first().cloned() else {
            return Err(it.raised("TypeError", "filter expected 2 arguments"));
        };
        let mut kept = Vec::new();
        for item in each_item(it, &given, 1)? {
            if let Object::Rest(_) = item.object {
                kept.push(item);
                continue;
            }
            let test = match function.object {
                Object::None => item.clone(),
                _ => it.call(&function, vec![item.clone()], Vec::new())?,
            };
            match it.truth(&test)? {
                Truth::Yes => kept.push(item),
                Truth::No => {}
                Truth::Open(_) => kept.extend(it.rest_of(&test)),
            }
        }
        Ok(it.iterator(kept).bare())
    }),
    function("sorted", |it, given| {
        let items = each_item(it, &given, 0)?;
        if let Some(open) = items.iter().find(|it| matches!(it.object, Object::Rest(_))).cloned() {
            return Ok(it.unknown_from(&open));
        }
        match it.sorted(items, &given)? {
            Some(sorted) => {
                let list = it.list(sorted);
                let from = given.positional[0].clone();
                Ok(it.computed(list, &[&from]))
            }
            None => Ok(it.unknown("the order is not known")),
        }
    }),
    function("reversed", |it, given| {
        let mut items = each_item(it, &given, 0)?;
        items.reverse();
        Ok(it.iterator(items).bare())
    }),
    function("sum", |it, given| {
        let mut total = given.get(1, "start").cloned().unwrap_or(Object::Int(0).bare());
        for item in each_item(it, &given, 0)? {
            if let Object::Rest(_) = item.object {
                return Ok(it.unknown_from(&item));
            }
            total = it.binary(Operator::Add, &total, &item)?;
        }
        Ok(total)
    }),
    function("min", |it, given| extreme(it, &given, Comparison::Less)),
    function("max", |it, given| extreme(it, &given, Comparison::Greater)),
    pure("abs", |it, given| match given.first().map(|it| &it.object) {
        Some(Object::Int(number)) => Ok(Object::Int(number.abs()).bare()),
        Some(Object::Bool(number)) => Ok(Object::Int(i128::from(*number)).bare()),
        Some(Object::Float(number)) => Ok(Object::Float(number.abs()).bare()),
        _ => Err(it.raised("TypeError", "bad operand type for abs()")),
    }),
    pure("round", |it, given| match &given.positional[..] {
        [Traced { object: Object::Int(number), .. }] => Ok(Object::Int(*number).bare()),
        [Traced { object: Object::Float(number), .. }] if number.is_finite() => {
            Ok(Object::Int(number.round_ties_even() as i128).bare())
        }
        _ => Ok(it.unknown("`round` is not modelled here")),
    }),
    pure("pow", |it, given| match &given.positional[..] {
        [a, b] => it.binary(Operator::Power, a, b),
        _ => Ok(it.unknown("`pow` is not modelled here")),
    }),
    pure("divmod", |it, given| match &given.positional[..] {
        [a, b] => {
            let quotient = it.binary(Operator::FloorDivide, a, b)?;
            let rest = it.binary(Operator::Modulo, a, b)?;
            Ok(Object::Tuple([quotient, rest].into()).bare())
        }
        _ => Err(it.raised("TypeError", "divmod expected 2 arguments")),
    }),
    pure("ord", |it, given| match given.first().map(|it| &it.object) {
        Some(Object::Str(text)) if text.chars().count() == 1 => {
            Ok(Object::Int(text.chars().next().map_or(0, |it| it as i128)).bare())
        }
        _ => Err(it.raised("TypeError", "ord() expected a character")),
    }),
    pure("chr", |it, given| match given.first().map(|it| &it.object) {
        Some(Object::Int(code)) => match u32::try_from(*code).ok().and_then(char::from_u32) {
            Some(character) => Ok(Object::str(character.to_string()).bare()),
            None => Ok(it.unknown("the character is not modelled")),
        },
        _ => Err(it.raised("TypeError", "an integer is required")),
    }),
    pure("hex", |it, given| based(it, &given, "0x", |number| format!("{number:x}"))),
    pure("oct", |it, given| based(it, &given, "0o", |number| format!("{number:o}"))),
    pure("bin", |it, given| based(it, &given, "0b", |number| format!("{number:b}"))),
    function("repr", |it, given| match given.first().cloned() {
        Some(value) => it.each_way(&value, |it, value| it.repr_of(value)),
        None => Err(it.raised("TypeError", "repr() takes exactly one argument (0 given)")),
    }),
    pure("ascii", |it, _| Ok(it.unknown("`ascii` is not modelled"))),
    function("format", |it, given| {
        let value = given.first().cloned().unwrap_or(Object::None.bare());
        let format = given.positional.get(1).cloned().unwrap_or(Object::str("").bare());
        it.formatted(&value, &format)
    }),
    function("open", crate::python::files::open),
    function("__import__", |it, given| match given.first().map(|it| it.object.clone()) {
        Some(Object::Str(name)) => it.import(&name),
        _ => Ok(it.unknown("the module to import is not known")),
    }),
];

/// The functions that run text as code; they are looked up beside the others.
pub(crate) static RUNNERS: [Native; 2] = [
    function("exec", crate::python::files::execute),
    function("eval", |it, _| Ok(it.unknown("`eval` is not followed"))),
];

fn each_item(it: &mut Machine<'_>, given: &Arguments, at: usize) -> Outcome<Vec<Traced>> {
    match given.positional.get(at).cloned() {
        Some(value) => it.iterate(&value),
        None => Err(it.raised("TypeError", "an argument is missing")),
    }
}

fn is_instance(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
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

fn get_attribute(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
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

fn has_attribute(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
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

fn all_or_any(it: &mut Machine<'_>, given: &Arguments, all: bool) -> Outcome<Traced> {
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

fn next(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
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

fn extreme(it: &mut Machine<'_>, given: &Arguments, how: Comparison) -> Outcome<Traced> {
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

fn based(
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
        (Type::TimeDelta, _) => it.call_pure(given, &mut crate::python::native::timedelta),
        (Type::Range, _) => it.call_pure(given, &mut |it, given| {
            let numbers = given.positional.iter().map(|it| match it.object {
                Object::Int(number) => Some(number),
                Object::Bool(number) => Some(i128::from(number)),
                _ => None,
            });
            match numbers.collect::<Option<Vec<_>>>().as_deref() {
                Some([stop]) => Ok(Object::Range(0, *stop, 1).bare()),
                Some([start, stop]) => Ok(Object::Range(*start, *stop, 1).bare()),
                Some([_, _, 0]) => Err(it.raised("ValueError", "range() arg 3 must not be zero")),
                Some([start, stop, step]) => Ok(Object::Range(*start, *stop, *step).bare()),
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

fn decorated(how: Decorator, inner: Traced) -> Traced {
    Object::Decorated(how, Rc::new(inner)).bare()
}

fn type_of(it: &mut Machine<'_>, value: &Traced) -> Outcome<Traced> {
    Ok(match &value.object {
        Object::Instance(handle) => Object::Class(it.heap.instance(*handle).class).bare(),
        other => match other.type_of() {
            Some(kind) => Object::Type(kind).bare(),
            None => it.unknown_from(value),
        },
    })
}

/// `int(…)` and `float(…)`.
fn number(
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
            if is_symbolic(text) || text.contains('_') {
                return Ok(it.unknown_from(value));
            }
            let trimmed = text.trim();
            match trimmed.parse::<f64>() {
                Ok(number) => Object::Float(number),
                Err(_) => {
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
