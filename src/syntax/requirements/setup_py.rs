//! What a setup.py passes to `setup()` as `install_requires`, where it is written out there or in a list of
//! its own. What a program puts together, or reads from elsewhere, is not seen.

use super::Group;
use super::Reading;
use super::decoded::decode;
use super::requirement;
use crate::syntax::python::ast::{
    Argument, Constant, Expression, ExpressionKind, Module, StatementKind,
};
use crate::syntax::python::{self, each_expression, each_statement};

pub(super) fn read(reading: &mut Reading, text: &str) {
    let decoded = decode(reading.file, text);
    let (module, _) = python::parse(reading.file, &decoded.text);
    let Some(listed) = install_requires(&module) else { return };
    let is_text = |it: &Expression| matches!(it.kind, ExpressionKind::Constant(Constant::Str(_)));
    if !listed.iter().all(is_text) {
        return;
    }
    reading.manifest.declares = true;
    for item in listed {
        let written = decoded.text.get(item.span.range()).unwrap_or_default();
        let quote = |it: char| it == '\'' || it == '"';
        let inner = written.trim_start_matches(['r', 'R', 'u', 'U']).trim_matches(quote);
        // Two texts beside each other are one, which no slice of the file is.
        if !inner.contains(quote) {
            let inner = decoded.spliced(inner);
            requirement::read(reading, &inner, inner.as_str(), &Group::Main);
        }
    }
}

/// The items of the list that a call of `setup` is given.
fn install_requires(module: &Module) -> Option<&[Expression]> {
    let mut given = None;
    each_expression(&module.body, &mut |it| {
        let ExpressionKind::Call { function, arguments } = &it.kind else { return };
        let name = function.dotted().unwrap_or_default();
        if name.rsplit('.').next() != Some("setup") {
            return;
        }
        given = given.or(arguments.iter().find_map(|it| match it {
            Argument::Keyword(name, value) if name.text == "install_requires" => Some(value),
            _ => None,
        }));
    });
    match &given?.kind {
        ExpressionKind::List(items) | ExpressionKind::Tuple(items) => Some(items),
        ExpressionKind::Name(name) => only_list(module, name),
        _ => None,
    }
}

/// The list that a name stands for, if nothing else is ever said of it.
fn only_list<'m>(module: &'m Module, name: &str) -> Option<&'m [Expression]> {
    let is_it = |it: &Expression| matches!(&it.kind, ExpressionKind::Name(own) if own == name);
    let mut lists = Vec::new();
    let mut changes = false;
    each_statement(&module.body, &mut |statement| match &statement.kind {
        StatementKind::Assign { targets, value } if targets.iter().any(is_it) => lists.push(value),
        StatementKind::Augmented { target, .. } => changes |= is_it(target),
        // `requires.append("…")`.
        StatementKind::Expression(Expression {
            kind: ExpressionKind::Call { function, .. },
            ..
        }) => {
            changes |= function.dotted().is_some_and(|it| it.starts_with(&format!("{name}.")));
        }
        _ => {}
    });
    match lists.as_slice() {
        [Expression { kind: ExpressionKind::List(items) | ExpressionKind::Tuple(items), .. }]
            if !changes =>
        {
            Some(items)
        }
        _ => None,
    }
}
