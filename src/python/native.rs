//! What kilter's models of libraries are built on: functions that they import from `_kilter`.

use crate::python::machine::call::{Arguments, Native};
use crate::python::machine::heap::{Binding, Content, Handle};
use crate::python::machine::object::{Lazy, Match, Object, Traced, Type};
use crate::python::machine::{Machine, Outcome};
use crate::python::{Value, data, default, files, paths, pattern, read};
use crate::source::Place;
use std::rc::Rc;

const fn pure(
    name: &'static str,
    run: fn(&mut Machine<'_>, Arguments) -> Outcome<Traced>,
) -> Native {
    Native { name, run, pure: true }
}

const fn other(
    name: &'static str,
    run: fn(&mut Machine<'_>, Arguments) -> Outcome<Traced>,
) -> Native {
    Native { name, run, pure: false }
}

static FUNCTIONS: [Native; 46] = [
    other("getenv", read::getenv),
    other("variable", read::lookup),
    pure("join", |it, given| {
        path_result(it, &given, |parts| {
            Some(parts.iter().skip(1).fold(parts[0].clone(), |a, b| paths::join_text(&a, b)))
        })
    }),
    pure("dirname", |it, given| {
        path_result(it, &given, |parts| paths::folder(&parts[0]).map(str::to_owned))
    }),
    pure("basename", |it, given| {
        path_result(it, &given, |parts| {
            let name = parts[0].rsplit('/').next().unwrap_or_default();
            (name != crate::python::CHECKOUT).then(|| name.to_owned())
        })
    }),
    pure("normpath", |it, given| path_result(it, &given, |parts| paths::normal(&parts[0]))),
    pure("abspath", abspath),
    pure("expanduser", |it, given| {
        path_result(it, &given, |parts| (!parts[0].starts_with('~')).then(|| parts[0].clone()))
    }),
    pure("expandvars", |it, given| {
        path_result(it, &given, |parts| (!parts[0].contains('$')).then(|| parts[0].clone()))
    }),
    pure("relpath", relpath),
    pure("exists", |it, given| on_disk(it, &given, "exists")),
    pure("isfile", |it, given| on_disk(it, &given, "is_file")),
    pure("isdir", |it, given| on_disk(it, &given, "is_dir")),
    pure("getcwd", |it, _| match it.request.cwd.clone() {
        Some(cwd) => Ok(Object::str(cwd.into_string()).bare()),
        None => Ok(it.unknown("the working directory is not known")),
    }),
    pure("listdir", |it, given| match given.first().and_then(|it| paths::text(&it.object)) {
        Some(path) => {
            let value = given.positional[0].clone();
            Ok(files::entries(it, &value, &path, false))
        }
        None => Ok(it.unknown("what is in the folder is not known")),
    }),
    pure("unquote", |it, given| one_text(it, &given, |text| Some(data::unquoted(text, false)))),
    pure("unquote_plus", |it, given| one_text(it, &given, |text| Some(data::unquoted(text, true)))),
    pure("quote", |it, given| {
        let safe = given.get(1, "safe").and_then(|it| it.object.text().cloned());
        let safe = safe.unwrap_or("/".into());
        one_text(it, &given, |text| Some(data::quoted(text, &safe)))
    }),
    pure("json_loads", data::json_loads),
    other("json_dumps", |it, _| Ok(it.unknown("`json.dumps` is not modelled"))),
    pure("toml_loads", data::toml_loads),
    pure("yaml_load", |it, _| Ok(it.unknown("YAML is not read here"))),
    pure("literal", |it, given| data::literal(it, &given)),
    pure("re_compile", pattern::compile),
    pure("re_escape", |it, given| one_text(it, &given, |text| Some(pattern::escaped(text)))),
    other("lazy", lazy),
    other("unknown", |it, given| {
        let why = given.first().and_then(|it| it.object.text().cloned());
        Ok(it.unknown(why.unwrap_or("it is not modelled".into())))
    }),
    other("known_object", |it, given| {
        let why = given.first().and_then(|it| it.object.text().cloned());
        let value = it.unknown(why.unwrap_or("it is not modelled".into()));
        if let Object::Unknown(unknown) = &value.object {
            it.never_none.insert(unknown.id);
        }
        Ok(value)
    }),
    other("opaque", |_, given| {
        let name = given.first().and_then(|it| it.object.text().cloned());
        Ok(Object::Opaque(name.unwrap_or("object".into())).bare())
    }),
    other("is_known", |_, given| {
        let known = given
            .positional
            .iter()
            .all(|it| !it.object.is_unknown() && !matches!(it.object, Object::OneOf(_)));
        Ok(Object::Bool(known).bare())
    }),
    other("import_module", import_module),
    other("annotations", annotations),
    other("class_names", class_names),
    other("touch", |it, given| {
        for value in &given.positional {
            it.touched(value, "it was handed to code that is not modelled");
        }
        Ok(Object::None.bare())
    }),
    other("keep_property", |_, given| Ok(given.positional[0].clone())),
    other("cached_property", |_, given| match given.first() {
        Some(getter) => Ok(Object::Decorated(
            crate::python::machine::object::Decorator::CachedProperty,
            Rc::new(getter.clone()),
        )
        .bare()),
        None => Ok(Object::None.bare()),
    }),
    other("deepcopy", |it, given| match given.first() {
        Some(value) => Ok(it.deep_copy(&value.clone(), 0)),
        None => Ok(Object::None.bare()),
    }),
    other("dotenv", crate::python::envfile::load),
    pure("ini_load", crate::python::envfile::ini_load),
    other("find_up", crate::python::envfile::find_up),
    other("caller_file", |it, _| {
        let frame = it.frames.iter().rev().find(|frame| frame.file.is_some());
        let globals = frame.map(|frame| frame.globals);
        let file =
            globals.and_then(|it_| it.heap.binding(it_, "__file__").map(|it| it.value.clone()));
        Ok(file.unwrap_or(Object::None.bare()))
    }),
    other("caller_names", |it, _| {
        let frame = it.frames.iter().rev().find(|frame| frame.file.is_some());
        match frame.map(|frame| frame.globals) {
            Some(scope) => Ok(Object::Names(scope).bare()),
            None => Ok(Object::None.bare()),
        }
    }),
    other("repeats_default", |_, given| {
        let value = given.positional.get(1).and_then(|it| match &it.object {
            Object::None => Some(Value::None),
            Object::Bool(it) => Some(Value::Bool(*it)),
            Object::Int(it) => Some(Value::Int(*it)),
            Object::Str(it) => Some(Value::Str(it.to_string())),
            _ => None,
        });
        let name = given.first().and_then(|it| it.object.text().cloned());
        let repeats = name.zip(value).is_some_and(|(name, value)| default::repeats(&name, &value));
        Ok(Object::Bool(repeats).bare())
    }),
    other("run_file", crate::python::envfile::run_file),
    other("glob_files", crate::python::envfile::glob_files),
    other("module_name", |it, _| Ok(Object::str(it.request.module).bare())),
];

pub(crate) fn find(name: &str) -> Option<&'static Native> {
    FUNCTIONS.iter().find(|it| it.name == name)
}

/// What `_kilter` holds besides functions.
pub(crate) fn value(it: &mut Machine<'_>, name: &str) -> Option<Traced> {
    let object = match name {
        "environ" => Object::Environ,
        "Path" => Object::Type(Type::Path),
        "timedelta" => Object::Type(Type::TimeDelta),
        "modules" => Object::Names(it.modules),
        "function" => Object::Type(Type::Function),
        "Pattern" => Object::Type(Type::Regex),
        "module" => Object::Type(Type::Module),
        "python_version" => match it.request.python {
            Some((major, minor)) => {
                let parts = [i128::from(major), i128::from(minor)].map(|it| Object::Int(it).bare());
                Object::Tuple(parts.into())
            }
            None => return Some(it.unknown("the version of Python is not known")),
        },
        _ => return find(name).map(|it| Object::Native(it).bare()),
    };
    Some(object.bare())
}

fn texts(given: &Arguments) -> Option<Vec<String>> {
    let texts = given.positional.iter().map(|it| paths::text(&it.object).map(|it| it.to_string()));
    texts.collect::<Option<Vec<_>>>().filter(|it| !it.is_empty())
}

fn path_result(
    it: &mut Machine<'_>,
    given: &Arguments,
    work: impl FnOnce(&[String]) -> Option<String>,
) -> Outcome<Traced> {
    let Some(parts) = texts(given) else {
        if let Some(odd) = given.positional.iter().find(|it| paths::text(&it.object).is_none()) {
            if matches!(odd.object, Object::Instance(_) | Object::Lazy(_)) {
                return Ok(it.unknown("the path is an object"));
            }
            let kind = it.type_name(&odd.object);
            let message = format!("expected str, bytes or os.PathLike object, not {kind}");
            return Err(it.raised("TypeError", message));
        }
        return Err(it.raised("TypeError", "a path is missing"));
    };
    match work(&parts) {
        Some(text) => {
            let from: Vec<&Traced> = given.positional.iter().collect();
            Ok(it.computed(Object::str(text), &from))
        }
        None => Ok(it.unknown("the path is not known")),
    }
}

fn one_text(
    it: &mut Machine<'_>,
    given: &Arguments,
    work: impl FnOnce(&str) -> Option<String>,
) -> Outcome<Traced> {
    match given.first().and_then(|it| it.object.text().cloned()) {
        Some(text) => match work(&text) {
            Some(result) => Ok(it.computed(Object::str(result), &[&given.positional[0]])),
            None => Ok(it.unknown("the text is not followed")),
        },
        None => Err(it.raised("TypeError", "expected str")),
    }
}

fn abspath(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let absolute = texts(&given).and_then(|parts| paths::absolute(it, &parts[0]));
    match absolute {
        Some(path) => Ok(it.computed(Object::str(path), &[&given.positional[0]])),
        None => path_result(it, &given, |_| None),
    }
}

fn relpath(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let absolute = texts(&given).and_then(|parts| {
        let path = paths::absolute(it, &parts[0])?;
        let start = match parts.get(1) {
            Some(start) => paths::absolute(it, start)?,
            None => it.request.cwd.as_ref()?.to_string(),
        };
        Some((path, start))
    });
    let Some((path, start)) = absolute else { return path_result(it, &given, |_| None) };
    let path: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    let start: Vec<&str> = start.split('/').filter(|it| !it.is_empty()).collect();
    let common = path.iter().zip(&start).take_while(|(a, b)| a == b).count();
    let climbs = start[common..].contains(&crate::python::CHECKOUT);
    let up = start[common..].iter().map(|_| "..");
    let parts: Vec<&str> = up.chain(path[common..].iter().copied()).collect();
    let text = if parts.is_empty() { ".".to_owned() } else { parts.join("/") };
    path_result(it, &given, |_| (!climbs).then_some(text))
}

fn on_disk(it: &mut Machine<'_>, given: &Arguments, how: &str) -> Outcome<Traced> {
    match given.first().and_then(|it| paths::text(&it.object)) {
        Some(path) => {
            let value = given.positional[0].clone();
            Ok(files::exists(it, &value, &path, how))
        }
        None => path_result(it, given, |_| None),
    }
}

fn lazy(it: &mut Machine<'_>, mut given: Arguments) -> Outcome<Traced> {
    if given.positional.is_empty() {
        return Ok(it.unknown("it is not modelled"));
    }
    let function = given.positional.remove(0);
    let Object::Str(function) = function.object else { return Ok(it.unknown("not modelled")) };
    let from: Vec<Traced> = given.positional.iter().take(1).cloned().collect();
    let lazy = Lazy { function, arguments: given.positional, keywords: given.keywords };
    let from: Vec<&Traced> = from.iter().collect();
    Ok(it.computed(Object::Lazy(Rc::new(lazy)), &from))
}

fn import_module(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let Some(name) = given.get(0, "name").cloned() else {
        return Err(
            it.raised("TypeError", "import_module() missing 1 required positional argument")
        );
    };
    it.each_member(&name, |it, name| {
        let Object::Str(text) = &name.object else {
            it.may_raise_anything(name);
            return Ok(it.unknown("the module to import is not known"));
        };
        let level = text.chars().take_while(|it| *it == '.').count();
        if level == 0 {
            return it.import(text);
        }
        let Some(Object::Str(package)) = given.get(1, "package").map(|it| it.object.clone()) else {
            return Err(it.raised("TypeError", "the 'package' argument is required"));
        };
        let parts: Vec<&str> = package.split('.').collect();
        let kept = parts.len().saturating_sub(level - 1);
        let dotted = [&parts[..kept].join("."), &text[level..]].join(".");
        it.import(dotted.trim_matches('.'))
    })
}

/// The annotated names of a class and its ancestors, theirs first, with the annotations.
fn annotations(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let Some(Object::Class(class)) = given.first().map(|it| it.object.clone()) else {
        return Ok(it.unknown("the class is not known"));
    };
    let all = it.new_dict();
    for base in it.heap.class(class).order.clone().iter().rev() {
        let Object::Class(base) = base else { continue };
        let scope = it.heap.class(*base).scope;
        if let Some(binding) = it.heap.binding(scope, "__annotations__").cloned() {
            it.dict_update(all, &binding.value)?;
        }
    }
    Ok(Object::Dict(all).bare())
}

/// The names in the body of a class itself, in order.
fn class_names(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let scope = given.first().and_then(|value| it.scope_in(&value.object));
    let Some(scope) = scope else { return Ok(it.unknown("the class is not known")) };
    let names: Vec<String> = it.heap.names(scope).names.keys().map(ToString::to_string).collect();
    Ok(it.strings(names).bare())
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
        (Object::Range(start, _, _), "start") => Object::Int(*start),
        (Object::Range(_, stop, _), "stop") => Object::Int(*stop),
        (Object::Range(_, _, step), "step") => Object::Int(*step),
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
        (Type::Object, "__new__") => match given.first().map(|it| it.object.clone()) {
            Some(Object::Class(class)) => it.blank_instance(class, &Arguments::default())?,
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
                    let binding = Binding { value: entry.value, perhaps: entry.perhaps };
                    it.heap.bind(scope, &name, Some(binding));
                }
            }
            for (name, value) in given.keywords {
                it.heap.bind(scope, &name, Some(Binding { value, perhaps: false }));
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
                    let binding = Binding { value: default.clone(), perhaps: false };
                    it.heap.bind(scope, &key, Some(binding));
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

/// The file whose whole text a value is.
pub(crate) fn text_of_file(it: &Machine<'_>, value: &Traced) -> Option<Place> {
    it.trails.whole_file(value.trail)
}

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
