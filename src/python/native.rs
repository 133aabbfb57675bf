//! What kilter's models of libraries are built on: functions that they import from `_kilter`.

use crate::python::machine::call::{Arguments, Native};
use crate::python::machine::locate::Located;
use crate::python::machine::object::{Lazy, Object, Traced, Type};
use crate::python::machine::{Machine, Outcome};
use crate::python::{Value, data, default, files, library, paths, pattern, read, version};
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

static FUNCTIONS: [Native; 55] = [
    other("getenv", crate::python::environ::getenv),
    other("variable", read::lookup),
    other("answered", read::answered),
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
    pure("yaml_load", crate::python::yaml::load),
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
    other("is_unknown", |_, given| {
        let unknown = given.first().is_some_and(|it| it.object.is_unknown());
        Ok(Object::Bool(unknown).bare())
    }),
    other("import_module", import_module),
    other("is_importable", is_importable),
    other("configured", crate::python::configured::configured),
    other("django_defaults", version::django_defaults),
    other("version_at_least", version::at_least),
    other("version_part", version::part),
    other("annotations", annotations),
    other("class_names", class_names),
    other("touch", |it, given| {
        for value in &given.positional {
            it.touched(value, "it was handed to code that is not modelled");
        }
        Ok(Object::None.bare())
    }),
    other("blur", |it, given| {
        let names = given.first().map(|it| it.object.clone());
        let why = given.positional.get(1).and_then(|it| it.object.text().cloned());
        if let (Some(Object::Names(scope)), Some(why)) = (names, why) {
            it.blur_names(scope, &why);
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
    other("expected_up", crate::python::envfile::expected_up),
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
    let given = &it.as_paths(given)?;
    let Some(parts) = texts(given) else {
        if let Some(odd) = given.positional.iter().find(|it| paths::text(&it.object).is_none()) {
            if odd.object.is_unknown() {
                return Ok(it.unknown_from(odd));
            }
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
    let given = it.as_paths(&given)?;
    let absolute = texts(&given).and_then(|parts| paths::absolute(it, &parts[0]));
    match absolute {
        Some(path) => Ok(it.computed(Object::str(path), &[&given.positional[0]])),
        None => path_result(it, &given, |_| None),
    }
}

fn relpath(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let given = it.as_paths(&given)?;
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
    let given = &it.as_paths(given)?;
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

/// Whether a module can be imported: the same answer each time, where nobody can tell.
fn is_importable(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let Some(name) = given.first().and_then(|it| it.object.text().cloned()) else {
        return Ok(it.unknown("the module to look for is not known"));
    };
    let top = name.split('.').next().unwrap_or_default();
    let found = match it.locate(&name) {
        Located::File { .. } | Located::Namespace(_) => true,
        Located::Absent => false,
        Located::Library(_) | Located::Opaque
            if library::is_standard(top) || it.is_installed(top) == Some(true) =>
        {
            true
        }
        Located::Library(_) | Located::Opaque | Located::Perhaps | Located::Unread => {
            let choice = it.choice_about(format!("`{top}` can be imported"));
            return Ok(it.boolean_of(&choice, &[]));
        }
    };
    Ok(Object::Bool(found).bare())
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

/// The file whose whole text a value is.
pub(crate) fn text_of_file(it: &Machine<'_>, value: &Traced) -> Option<Place> {
    it.trails.whole_file(value.trail)
}

impl Machine<'_> {}
