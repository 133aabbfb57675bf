//! Settings that a module assigns twice, and nothing looks at the first.

use crate::model::Read;
use crate::model::build::faults::statements::{assigned, at};
use crate::model::faults::Overwritten;
use crate::python::Namespace;
use crate::source::Span;
use crate::syntax::python::ast::{
    Constant, Expression, ExpressionKind, Imported, Module, Statement, StatementKind,
};
use crate::syntax::python::{each_expression, each_statement};
use std::borrow::Cow;

/// What else may read a name, or bind it, without saying so.
const HIDDEN: &[&str] = &["globals", "locals", "vars", "exec", "eval", "include", "setattr"];

pub(super) fn overwritten(
    read: Read<'_>,
    module: &Module,
    names: &Namespace,
    into: &mut Vec<Overwritten>,
) {
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
        // Nor does the slash at the end of a folder, nor a blank between the words of a call.
        let is_folder = name.ends_with("_ROOT");
        let text = |it: &Expression| {
            let text = text(it.span)?.replace('"', "'");
            Some(if is_folder { text.replace("/'", "'").replace(", ", ",") } else { text })
        };
        let same = text(value).filter(|it| Some(it) == text(old).as_ref());
        let alike = same.is_some_and(|it| !it.contains('\n'))
            || is_same_value(name, value, old)
            || is_what_holds(names, name, old);
        let alike = alike || is_stood_in_for(old, value);
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

/// Whether a value says nothing, and what stands below works out another: it was there until that was written.
fn is_stood_in_for(old: &Expression, value: &Expression) -> bool {
    let is_constant = |it: &Expression| matches!(it.kind, ExpressionKind::Constant(_));
    let says_nothing = match &old.kind {
        ExpressionKind::Constant(Constant::Bool(it)) => !it,
        ExpressionKind::Constant(Constant::None) => true,
        ExpressionKind::Constant(Constant::Str(text)) => text.is_empty(),
        _ => false,
    };
    says_nothing && !is_constant(value)
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

/// Whether a text is what the name stands for in the end, by whatever name that is written the second time.
fn is_what_holds(names: &Namespace, name: &str, old: &Expression) -> bool {
    let ExpressionKind::Constant(Constant::Str(old)) = &old.kind else { return false };
    names.get(name).is_some_and(|it| it.value.text() == Some(old.as_ref()))
}

/// Django puts the script's prefix in front of these where they do not begin with it
/// (`django.conf.LazySettings._add_script_prefix`).
const PREFIXED: &[&str] = &["STATIC_URL", "MEDIA_URL"];

fn from_root(url: &str) -> Cow<'_, str> {
    let is_whole = url.is_empty() || url.starts_with('/') || url.contains("://");
    if is_whole { url.into() } else { format!("/{url}").into() }
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
