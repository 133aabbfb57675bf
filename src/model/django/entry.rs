//! Reading entry points: which settings module each names, and how.

use crate::fact::Fact;
use crate::model::django::{Entry, EntryPoint, VARIABLE, plain_names, schedule};
use crate::model::{Files, Found, Read};
use crate::source::{FileId, Place};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{
    Argument, Constant, Expression, ExpressionKind, Imported, Module, Segment, StatementKind,
};
use crate::syntax::python::{Lazy, each_expression, each_statement};
use camino::{Utf8Path, Utf8PathBuf};

/// An entry point that is called as `startproject` and guides call them.
pub(super) fn called(path: &Utf8Path, file: FileId, module: &Lazy) -> Option<EntryPoint> {
    let kind = match path.file_name()? {
        "manage.py" => Entry::Manage,
        "wsgi.py" => Entry::Wsgi,
        "asgi.py" => Entry::Asgi,
        "passenger_wsgi.py" => Entry::Passenger,
        "celery.py" | "celeryapp.py" | "celery_app.py" => Entry::Celery,
        _ => return None,
    };
    Some(entry_of(kind, path, file, module))
}

/// A module that a server can start with, whatever it is called.
pub(super) fn other(read: &Read) -> Option<EntryPoint> {
    let makers = [("get_wsgi_application", Entry::Wsgi), ("get_asgi_application", Entry::Asgi)];
    let (_, kind) = makers.into_iter().find(|(maker, _)| read.has(maker))?;
    let Parsed::Python(module) = read.parsed else { return None };
    Some(entry_of(kind, read.path, read.id, module))
}

fn entry_of(kind: Entry, path: &Utf8Path, file: FileId, module: &Module) -> EntryPoint {
    let namings = namings(module);
    let literal = |naming: &Naming<'_>| {
        let place = Place { file, span: naming.value.span };
        Some(Fact::at(naming.value.as_str()?.to_owned(), place))
    };
    let forced = namings.iter().any(|it| it.forced);
    let counting: Vec<_> = namings.iter().filter(|it| it.forced == forced).collect();
    let default = match counting.as_slice() {
        [] => None,
        [first, others @ ..] => literal(first)
            .filter(|name| others.iter().all(|it| it.value.as_str() == Some(&name.value))),
    };
    let hints = namings.iter().flat_map(|it| named_by(module, it.value)).collect();
    let schedule = (kind == Entry::Celery).then(|| schedule::schedule(file, module)).flatten();
    let plain_names =
        (kind == Entry::Celery).then(|| plain_names::plain_names(file, module)).flatten();
    let path = path.to_owned();
    EntryPoint { kind, path, file, default, late: None, hints, forced, schedule, plain_names }
}

/// Gives what a server starts with the settings that its package has named by then. Python runs a package
/// before the modules in it, and one that imports its `celery.py`, as Celery's guide for Django has it,
/// comes first with `setdefault`: the one in `wsgi.py` changes nothing any more.
pub(super) fn take_what_came_before(files: &Files, entries: &mut [EntryPoint]) {
    let of_celery = entries.iter().filter(|it| it.kind == Entry::Celery);
    let named: Vec<(Utf8PathBuf, Fact<String>)> = of_celery
        .filter(|it| is_imported_by_its_package(files, &it.path))
        .filter_map(|it| Some((it.path.parent()?.to_owned(), it.default.clone()?)))
        .collect();
    for entry in entries.iter_mut().filter(|it| it.kind.serves() && !it.forced) {
        let folder = entry.path.parent();
        let before = named.iter().find(|(of, _)| Some(of.as_path()) == folder);
        if let (Some((_, before)), Some(own)) = (before, &entry.default)
            && before.value != own.value
            && top(&before.value) == top(&own.value)
        {
            entry.late = entry.default.replace(before.clone());
        }
    }
}

/// The package that a module is imported from: by another, it may not be there at all.
fn top(module: &str) -> &str {
    module.split('.').next().unwrap_or(module)
}

/// Whether the package of a module imports it whatever else holds: `from .celery import app`.
fn is_imported_by_its_package(files: &Files, path: &Utf8Path) -> bool {
    let init = path.with_file_name("__init__.py");
    let Found::Read(Read { parsed: Parsed::Python(module), .. }) = files.find(&init) else {
        return false;
    };
    let Some(name) = path.file_stem() else { return false };
    let is_own = |it: &str| it == name || it.ends_with(&format!(".{name}"));
    module.body.iter().any(|statement| match &statement.kind {
        // `from celery import Celery` brings the library.
        StatementKind::ImportFrom { level, module: Some(from), .. } => {
            is_own(&from.text) && (*level > 0 || from.text.contains('.'))
        }
        StatementKind::ImportFrom { level, module: None, names: Imported::Names(names) } => {
            *level == 1 && names.iter().any(|it| it.name.text == name)
        }
        StatementKind::Import(names) => {
            names.iter().any(|it| it.name.text.contains('.') && is_own(&it.name.text))
        }
        _ => false,
    })
}

/// Where an entry point names the settings module.
struct Naming<'m> {
    value: &'m Expression,
    /// Whatever the environment says.
    forced: bool,
}

/// Every `os.environ.setdefault("DJANGO_SETTINGS_MODULE", …)` and assignment to it.
fn namings(module: &Module) -> Vec<Naming<'_>> {
    let mut found = Vec::new();
    each_statement(&module.body, &mut |statement| {
        if let StatementKind::Assign { targets, value } = &statement.kind
            && let [target] = targets.as_slice()
            && let ExpressionKind::Subscript { index, .. } = &target.kind
            && index.as_str() == Some(VARIABLE)
        {
            found.push(match otherwise(value) {
                Some(value) => Naming { value, forced: false },
                None => Naming { value, forced: true },
            });
        }
    });
    each_expression(&module.body, &mut |expression| {
        if let ExpressionKind::Call { function, arguments } = &expression.kind
            && let ExpressionKind::Attribute { name, .. } = &function.kind
            && name.text == "setdefault"
            && let [Argument::Positional(key), Argument::Positional(value)] = arguments.as_slice()
            && key.as_str() == Some(VARIABLE)
        {
            found.push(Naming { value: otherwise(value).unwrap_or(value), forced: false });
        }
    });
    found
}

/// What holds where the variable is not set, of a value that asks for the variable itself:
/// `os.getenv("DJANGO_SETTINGS_MODULE", "config.settings")`, or `… or "config.settings"`.
fn otherwise(value: &Expression) -> Option<&Expression> {
    let asks = |it: &Expression| {
        let ExpressionKind::Call { arguments, .. } = &it.kind else { return false };
        matches!(arguments.first(), Some(Argument::Positional(it)) if it.as_str() == Some(VARIABLE))
    };
    match &value.kind {
        ExpressionKind::Call { arguments, .. } if asks(value) => match arguments.get(1)? {
            Argument::Positional(default) => Some(default),
            Argument::Keyword(name, default) if name.text == "default" => Some(default),
            _ => None,
        },
        ExpressionKind::Boolean { all: false, operands } => match operands.as_slice() {
            [first, default] if asks(first) => Some(default),
            _ => None,
        },
        _ => None,
    }
}

/// The same of all that the module gives a variable, where that stands there: `settings_module =
/// "shop.production" if "WEBSITE_HOSTNAME" in os.environ else "shop.settings"`.
fn named_by(module: &Module, value: &Expression) -> Vec<String> {
    let ExpressionKind::Name(name) = &value.kind else { return hints(value) };
    let is_it = |it: &Expression| matches!(&it.kind, ExpressionKind::Name(own) if own == name);
    let mut found = Vec::new();
    each_statement(&module.body, &mut |statement| {
        if let StatementKind::Assign { targets, value } = &statement.kind
            && targets.iter().any(is_it)
        {
            found.extend(hints(value));
        }
    });
    found
}

/// Names that an expression's text may begin with, up to where something is put in.
fn hints(value: &Expression) -> Vec<String> {
    let begin = |text: &str| {
        let fixed = text.split(['%', '{']).next().unwrap_or_default().trim_end_matches('.');
        if fixed.is_empty() { Vec::new() } else { vec![fixed.to_owned()] }
    };
    match &value.kind {
        ExpressionKind::Constant(Constant::Str(text)) => begin(text),
        ExpressionKind::Format(segments) => match segments.first() {
            Some(Segment::Text(text)) => begin(text),
            Some(Segment::Value { .. }) | None => Vec::new(),
        },
        ExpressionKind::Binary { first, .. } => hints(first),
        ExpressionKind::Boolean { operands, .. } => operands.iter().flat_map(hints).collect(),
        ExpressionKind::Conditional { then, otherwise, .. } => {
            [hints(then), hints(otherwise)].concat()
        }
        // `"…".format(…)`, or `os.getenv("STAGE", "…")`.
        ExpressionKind::Call { function, arguments } => {
            let method = match &function.kind {
                ExpressionKind::Attribute { value, .. } => hints(value),
                _ => Vec::new(),
            };
            let given = arguments.iter().filter_map(|argument| match argument {
                Argument::Positional(value) | Argument::Keyword(_, value) => Some(value),
                Argument::Spread(_) | Argument::SpreadKeywords(_) => None,
            });
            method.into_iter().chain(given.flat_map(hints)).collect()
        }
        _ => Vec::new(),
    }
}
