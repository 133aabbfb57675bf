//! Statements of settings modules, those inside functions left out.

use crate::fact::Fact;
use crate::model::faults::{Compared, Faults, Guarded, Overwritten, RawSwitch};
use crate::model::{Files, Read};
use crate::python::{self, Evaluation, Namespace};
use crate::source::{Place, Span};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{
    Argument, Comparison, Constant, Expression, ExpressionKind, Function, Imported, Module,
    Statement, StatementKind, UnaryOperator,
};
use crate::syntax::python::{each_expression, each_statement, within};
use std::borrow::Cow;

pub(super) fn read(files: &Files, evaluation: &Evaluation) -> Faults {
    let mut faults = Faults::default();
    let Some(namespace) = evaluation.namespace() else { return faults };
    for file in &evaluation.modules {
        let read = files.read(*file);
        let Parsed::Python(module) = read.parsed else { continue };
        overwritten(read, module, namespace, &mut faults.overwritten);
        raw_switches(read, module, &mut faults.raw_switches);
        each_statement(&module.body, &mut |statement| {
            let Some((name, _, value)) = assigned(statement) else { return };
            faults.compared.extend(compared(read, name, value));
        });
        guarded(read, module, &mut faults.guarded);
        faults.writes |= writes(module);
    }
    faults
}

fn at(read: Read<'_>, span: Span) -> Fact<()> {
    Fact::at((), Place { file: read.id, span })
}

/// `NAME = value`.
fn assigned(statement: &Statement) -> Option<(&str, Span, &Expression)> {
    let StatementKind::Assign { targets, value } = &statement.kind else { return None };
    let [target] = targets.as_slice() else { return None };
    let ExpressionKind::Name(name) = &target.kind else { return None };
    let is_setting = name.len() > 1
        && name.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_');
    is_setting.then_some((name, target.span, value))
}

/// What else may read a name, or bind it, without saying so.
const HIDDEN: &[&str] = &["globals", "locals", "vars", "exec", "eval", "include", "setattr"];

fn overwritten(read: Read<'_>, module: &Module, names: &Namespace, into: &mut Vec<Overwritten>) {
    let text = |span: Span| read.text.get(span.range());
    for (index, statement) in module.body.iter().enumerate() {
        let Some((name, span, value)) = assigned(statement) else { continue };
        let before = module.body[..index].iter().enumerate().rev();
        let first = before.filter_map(|(at, it)| Some((at, assigned(it)?)));
        let Some((from, (_, lost, old))) = first.into_iter().find(|(_, it)| it.0 == name) else {
            continue;
        };
        // Said twice alike, nothing is lost; of what takes several lines one will be changed.
        // Which quotes somebody takes changes nothing.
        let text = |it: &Expression| text(it.span).map(|it| it.replace('"', "'"));
        let same = text(value).filter(|it| Some(it) == text(old).as_ref());
        let alike = same.is_some_and(|it| !it.contains('\n')) || is_same_value(name, value, old);
        if names.named(name).is_none() || alike || is_as_generated(name, old) {
            continue;
        }
        if is_used(&module.body[from + 1..=index], name) || is_used_inside(module, name) {
            continue;
        }
        let (lost, by) = (at(read, lost), at(read, span));
        into.push(Overwritten { name: name.to_owned(), lost, by });
    }
}

/// Whether a value is what `startproject` writes for everybody (`settings.py-tpl`, 1.4 to 6.0): whoever
/// put another below it meant that one.
fn is_as_generated(name: &str, value: &Expression) -> bool {
    match (name, &value.kind) {
        ("ALLOWED_HOSTS", ExpressionKind::List(items)) => items.is_empty(),
        (_, ExpressionKind::Constant(Constant::Str(text))) => matches!(
            (name, text.as_ref()),
            ("STATIC_URL", "static/" | "/static/")
                | ("LANGUAGE_CODE", "en-us")
                | ("TIME_ZONE", "UTC" | "America/Chicago")
        ),
        _ => false,
    }
}

/// Whether Django has the same of both, however each is written.
fn is_same_value(name: &str, a: &Expression, b: &Expression) -> bool {
    match (&a.kind, &b.kind) {
        (
            ExpressionKind::Constant(Constant::Str(a)),
            ExpressionKind::Constant(Constant::Str(b)),
        ) if PREFIXED.contains(&name) => from_root(a) == from_root(b),
        (ExpressionKind::Constant(a), ExpressionKind::Constant(b)) => a == b,
        // A pair is changed whole; of a list one will be changed, and not the other.
        (ExpressionKind::Tuple(a), ExpressionKind::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same_value(name, a, b))
        }
        _ => false,
    }
}

/// Django puts the script's prefix in front of these where they do not begin with it
/// (`django.conf.LazySettings._add_script_prefix`).
const PREFIXED: &[&str] = &["STATIC_URL", "MEDIA_URL"];

fn from_root(url: &str) -> Cow<'_, str> {
    let is_whole = url.is_empty() || url.starts_with('/') || url.contains("://");
    if is_whole { url.into() } else { format!("/{url}").into() }
}

/// Whether a module writes a file, in a function or outside of one.
fn writes(module: &Module) -> bool {
    let mut writes = false;
    let mut look = |body: &[Statement]| {
        each_expression(body, &mut |expression| {
            if let ExpressionKind::Call { function, .. } = &expression.kind
                && let ExpressionKind::Attribute { name, .. } = &function.kind
            {
                writes |= matches!(name.text.as_str(), "write" | "write_text" | "write_bytes");
            }
        });
    };
    look(&module.body);
    for statement in &module.body {
        if let StatementKind::Function(function) = &statement.kind {
            look(&function.body);
        }
    }
    writes
}

/// Whether statements read a name, the last of which assigns it. A branch between that assigns it
/// as well loses its value like the first.
fn is_used(between: &[Statement], name: &str) -> bool {
    let (mut mentions, mut targets) = (0, 0);
    let mut hidden = false;
    each_expression(between, &mut |expression| {
        if let ExpressionKind::Name(it) = &expression.kind {
            mentions += usize::from(it == name);
            hidden |= HIDDEN.contains(&it.as_str());
        }
    });
    each_statement(between, &mut |statement| {
        hidden |=
            matches!(statement.kind, StatementKind::ImportFrom { names: Imported::Star(_), .. });
        targets += usize::from(assigned(statement).is_some_and(|it| it.0 == name));
    });
    hidden || mentions > targets
}

/// Whether a function or class of the module has the name in it, and may be called in between.
fn is_used_inside(module: &Module, name: &str) -> bool {
    let mut used = false;
    for statement in &module.body {
        let body = match &statement.kind {
            StatementKind::Function(function) => &function.body,
            StatementKind::Class(class) => &class.body,
            _ => continue,
        };
        each_expression(body, &mut |expression| {
            used |= matches!(&expression.kind, ExpressionKind::Name(it) if it == name);
        });
    }
    used
}

/// Switches of packages, and those that Django's versions differ in.
const SWITCHES: &[&str] = &[
    "CELERY_TASK_ALWAYS_EAGER",
    "CORS_ALLOW_ALL_ORIGINS",
    "CORS_ALLOW_CREDENTIALS",
    "CORS_ORIGIN_ALLOW_ALL",
    "USE_TZ",
];

fn is_switch(name: &str) -> bool {
    let default = python::django_default(name, None);
    SWITCHES.contains(&name) || default.is_some_and(|it| it.value.bool().is_some())
}

fn raw_switches(read: Read<'_>, module: &Module, into: &mut Vec<RawSwitch>) {
    let readers = Readers::of(module);
    each_statement(&module.body, &mut |statement| {
        let Some((name, _, value)) = assigned(statement) else { return };
        let raw = readers.raw(value).filter(|_| is_switch(name));
        if let Some(variable) = raw.filter(|_| !is_assigned_below(module, name, value.span)) {
            into.push(RawSwitch {
                name: name.to_owned(),
                variable: variable.to_owned(),
                asked: readers.asked(value, variable),
                at: at(read, value.span),
                lost: false,
                settled: false,
            });
        }
    });
}

/// Whether the module gives a name another value in any case further below, which then is what
/// holds, or does so after a look at the one it has. `DEBUG = bool(DEBUG)` keeps that.
fn is_assigned_below(module: &Module, name: &str, above: Span) -> bool {
    let looks = |test: &Expression| {
        let mut looks = false;
        within(test, &mut |part| {
            looks |= matches!(&part.kind, ExpressionKind::Name(it) if it == name);
        });
        looks
    };
    let below = module.body.iter().filter(|it| it.span.start > above.end);
    let below = below.flat_map(|statement| match &statement.kind {
        StatementKind::If { branches, .. } => {
            let theirs = branches.iter().filter(|(test, _)| looks(test));
            theirs.flat_map(|(_, block)| block.iter()).collect()
        }
        _ => vec![statement],
    });
    let mut below = below.filter_map(assigned).filter(|(it, ..)| *it == name);
    let keeps = |value: &Expression| match &value.kind {
        ExpressionKind::Call { function, arguments } => {
            function.dotted().as_deref() == Some("bool")
                && matches!(arguments.as_slice(), [Argument::Positional(_)])
        }
        _ => false,
    };
    below.any(|(.., value)| !keeps(value))
}

/// Whether a module assigns a constant to a name, whatever else it does.
pub(super) fn gives_a_constant(read: Read<'_>, name: &str) -> bool {
    let Parsed::Python(module) = read.parsed else { return false };
    let mut assigned = module.body.iter().filter_map(assigned);
    let last = assigned.rfind(|(it, ..)| *it == name);
    last.is_some_and(|(_, _, value)| matches!(value.kind, ExpressionKind::Constant(_)))
}

/// What a module reads variables by, beside `os.environ`.
#[derive(Default)]
struct Readers<'m> {
    /// `config` of python-decouple.
    decouple: bool,
    /// Names for an `Env()` that was told of no types (django-environ, environs).
    untyped: Vec<&'m str>,
    /// Functions of the module that hand on the text of the variable they are asked for.
    helpers: Vec<&'m str>,
    /// `bool` is what the module imports or defines under that name.
    own_bool: bool,
}

impl<'m> Readers<'m> {
    fn of(module: &'m Module) -> Self {
        let mut found = Self::default();
        each_statement(&module.body, &mut |statement| match &statement.kind {
            StatementKind::ImportFrom { module: from, names, .. } => {
                found.decouple |= from.as_ref().is_some_and(|it| it.text == "decouple");
                found.own_bool |= binds_bool(names);
            }
            StatementKind::Function(function) => {
                found.own_bool |= function.name.text == "bool";
                if hands_on(function) {
                    found.helpers.push(&function.name.text);
                }
            }
            StatementKind::Assign { targets, value } => {
                let class = match &value.kind {
                    ExpressionKind::Call { function, arguments } if arguments.is_empty() => {
                        function.dotted()
                    }
                    _ => None,
                };
                let classes = ["Env", "environ.Env", "environs.Env"];
                if class.is_some_and(|it| classes.contains(&it.as_str())) {
                    found.untyped.extend(targets.iter().filter_map(|it| match &it.kind {
                        ExpressionKind::Name(name) => Some(name.as_str()),
                        _ => None,
                    }));
                }
            }
            _ => {}
        });
        found
    }

    /// The `Env()` that an expression asks.
    fn reader(&self, expression: &Expression) -> Option<String> {
        let ExpressionKind::Call { function, .. } = &expression.kind else { return None };
        let called = function.dotted()?;
        let reader = called.strip_suffix(".str").unwrap_or(&called);
        self.untyped.contains(&reader).then(|| reader.to_owned())
    }

    /// How the switch is to be asked for, where a library has a way.
    fn asked(&self, expression: &Expression, variable: &str) -> Option<String> {
        if let Some(reader) = self.reader(expression) {
            return Some(format!("{reader}.bool(\"{variable}\")"));
        }
        let ExpressionKind::Call { function, .. } = &expression.kind else { return None };
        let is_decouple = self.decouple && function.dotted().as_deref() == Some("config");
        is_decouple.then(|| format!("config(\"{variable}\", default=False, cast=bool)"))
    }

    /// The variable that a function of the module is asked for by an expression.
    fn handed_on<'e>(&self, expression: &'e Expression) -> Option<&'e str> {
        let ExpressionKind::Call { function, arguments } = &expression.kind else { return None };
        let Some(Argument::Positional(first)) = arguments.first() else { return None };
        let called = function.dotted()?;
        first.as_str().filter(|_| self.helpers.contains(&called.as_str()))
    }

    /// The variable whose text an expression is, or the truth of it.
    fn raw<'e>(&self, expression: &'e Expression) -> Option<&'e str> {
        match &expression.kind {
            ExpressionKind::Call { function, arguments } => {
                let first = match arguments.first()? {
                    Argument::Positional(first) => first,
                    _ => return None,
                };
                match function.dotted()?.as_str() {
                    name if READS.contains(&name) => first.as_str(),
                    "bool" if arguments.len() == 1 && !self.own_bool => {
                        self.raw(first).or_else(|| self.handed_on(first))
                    }
                    "config" if self.decouple => {
                        let casts = |it: &Argument| !matches!(it, Argument::Keyword(name, _) if name.text == "default");
                        let only_named = !arguments[1..].iter().any(casts);
                        first.as_str().filter(|_| only_named)
                    }
                    // A default would say of which type the value is.
                    _ if arguments.len() == 1 && self.reader(expression).is_some() => {
                        first.as_str()
                    }
                    _ => None,
                }
            }
            ExpressionKind::Subscript { value, index } => {
                let of = value.dotted()?;
                matches!(of.as_str(), "os.environ" | "environ").then(|| index.as_str())?
            }
            ExpressionKind::Boolean { all: false, operands } => self.raw(operands.first()?),
            _ => None,
        }
    }
}

/// Whether an import brings another `bool` than Python's.
fn binds_bool(names: &Imported) -> bool {
    let Imported::Names(names) = names else { return false };
    names.iter().any(|it| it.alias.as_ref().unwrap_or(&it.name).text == "bool")
}

/// What gives a variable of the environment as the text that it is.
const READS: [&str; 4] = ["os.environ.get", "environ.get", "os.getenv", "getenv"];

/// Whether a function returns what the environment has under its first argument, as it is. What it
/// returns for want of that is its own affair; but one that tells texts apart may do so for this.
fn hands_on(function: &Function) -> bool {
    let Some(name) = function.parameters.first().map(|it| it.name.text.as_str()) else {
        return false;
    };
    let is_name = |it: &Expression| matches!(&it.kind, ExpressionKind::Name(it) if it == name);
    let is_raw = |it: &Expression| match &it.kind {
        ExpressionKind::Subscript { value, index } => {
            is_name(index) && matches!(value.dotted().as_deref(), Some("os.environ" | "environ"))
        }
        ExpressionKind::Call { function, arguments } => {
            function.dotted().is_some_and(|it| READS.contains(&it.as_str()))
                && matches!(arguments.first(), Some(Argument::Positional(first)) if is_name(first))
        }
        _ => false,
    };
    let mut returns = 0;
    let mut reads = 0;
    each_statement(&function.body, &mut |statement| {
        if let StatementKind::Return(Some(value)) = &statement.kind {
            returns += usize::from(is_raw(value));
        }
    });
    each_expression(&function.body, &mut |it| reads += usize::from(is_raw(it)));
    returns > 0 && reads == returns
}

/// A comparison of a variable's text with one or several others.
fn compared(read: Read<'_>, name: &str, value: &Expression) -> Option<Compared> {
    let ExpressionKind::Compare { first, rest } = &value.kind else { return None };
    let [(comparison, with)] = rest.as_slice() else { return None };
    let texts = match (comparison, &with.kind) {
        (Comparison::Equal, _) => vec![with.as_str()?.to_owned()],
        (
            Comparison::In,
            ExpressionKind::List(items) | ExpressionKind::Tuple(items) | ExpressionKind::Set(items),
        ) => items.iter().map(|it| it.as_str().map(str::to_owned)).collect::<Option<_>>()?,
        _ => return None,
    };
    let (mut text, mut lowered) = (first.as_ref(), false);
    // `.strip().lower()`, in whatever order.
    while let ExpressionKind::Call { function, arguments } = &text.kind
        && let ExpressionKind::Attribute { value, name } = &function.kind
        && arguments.is_empty()
        && matches!(name.text.as_str(), "lower" | "strip" | "casefold")
    {
        lowered |= name.text != "strip";
        text = value;
    }
    let variable = Readers::default().raw(text)?.to_owned();
    let at = at(read, value.span);
    Some(Compared { name: name.to_owned(), variable, texts, lowered, at })
}

/// Settings that protect visitors, if they are on.
fn protects(name: &str) -> bool {
    let others = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"];
    // The one does nothing any more, and the other believes somebody.
    let none = ["SECURE_BROWSER_XSS_FILTER", "SECURE_PROXY_SSL_HEADER"];
    (name.starts_with("SECURE_") && !none.contains(&name)) || others.contains(&name)
}

fn guarded(read: Read<'_>, module: &Module, into: &mut Vec<Guarded>) {
    let mut everywhere: Vec<&str> = Vec::new();
    each_statement(&module.body, &mut |statement| {
        everywhere.extend(assigned(statement).map(|it| it.0));
    });
    let once = |name: &str| everywhere.iter().filter(|it| **it == name).count() == 1;
    for statement in &module.body {
        let StatementKind::If { branches, otherwise } = &statement.kind else { continue };
        let [(test, then), ..] = branches.as_slice() else { continue };
        let block = match &test.kind {
            ExpressionKind::Unary { operator: UnaryOperator::Not, operand }
                if is_debug(operand) =>
            {
                then
            }
            _ if is_debug(test) && branches.len() == 1 => otherwise,
            _ => continue,
        };
        let protected = block
            .iter()
            .filter_map(assigned)
            .filter(|(name, _, value)| protects(name) && once(name) && !is_off(value));
        let place = |span| Place { file: read.id, span };
        let names: Vec<Fact<String>> =
            protected.map(|(name, span, _)| Fact::at(name.to_owned(), place(span))).collect();
        if !names.is_empty() {
            into.push(Guarded { condition: at(read, test.span), names });
        }
    }
}

fn is_debug(expression: &Expression) -> bool {
    matches!(&expression.kind, ExpressionKind::Name(name) if name == "DEBUG")
}

fn is_off(value: &Expression) -> bool {
    matches!(
        value.kind,
        ExpressionKind::Constant(Constant::Bool(false) | Constant::None | Constant::Int(0))
    )
}
