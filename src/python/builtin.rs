//! Python's built-in functions and types.

use crate::python::introspect::{
    all_or_any, based, each_item, extreme, get_attribute, has_attribute, is_instance, next,
};
use crate::python::machine::call::{Arguments, Native};
use crate::python::machine::fork::Truth;
use crate::python::machine::object::{Object, Traced, Type};
use crate::python::machine::{Machine, Outcome};
use crate::syntax::python::ast::{Comparison, Operator};

impl Machine<'_> {
    /// A name of the `builtins` module.
    pub(crate) fn builtin(&self, name: &str) -> Option<Traced> {
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
    function("eval", |it, given| {
        // What is written out needs nothing to be run.
        let value = given.first().cloned().unwrap_or(Object::None.bare());
        match crate::python::data::plain(it, &value) {
            Some(value) => Ok(value),
            None => Ok(it.unknown("`eval` is not followed")),
        }
    }),
];
