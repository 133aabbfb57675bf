//! Settings that are replaced further down: by another module, `from .base import *` and its own below, or
//! by the same one.

use crate::model::Files;
use crate::python::{Evaluation, Namespace};
use crate::source::{FileId, Place, Span};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{Expression, ExpressionKind, Module, StatementKind};
use crate::syntax::python::{each_expression, each_statement};

/// The assignments of which nothing is left, and that nothing reads before.
pub(super) fn replaced(files: &Files, evaluation: &Evaluation) -> Vec<Place> {
    let Some(namespace) = evaluation.namespace() else { return Vec::new() };
    let modules = evaluation.modules.iter().filter_map(|file| match files.read(*file).parsed {
        Parsed::Python(module) => Some((*file, &**module)),
        _ => None,
    });
    let modules: Vec<(FileId, &Module)> = modules.collect();
    let mut found = Vec::new();
    for (file, module) in &modules {
        each_statement(&module.body, &mut |statement| {
            let StatementKind::Assign { targets, .. } = &statement.kind else { return };
            let [target] = targets.as_slice() else { return };
            let ExpressionKind::Name(name) = &target.kind else { return };
            let place = Place { file: *file, span: statement.span };
            if is_lost(namespace, name, place)
                && !modules.iter().any(|of| is_used(*of, *file, name))
            {
                found.push(place);
            }
        });
    }
    found
}

/// Whether a name is bound elsewhere in the end, and to nothing of what it was here.
fn is_lost(namespace: &Namespace, name: &str, here: Place) -> bool {
    let Some(named) = namespace.named(name).filter(|it| !it.perhaps) else { return false };
    let places = || named.trail.iter().filter_map(|step| step.place);
    let is_here = |at: &Place| here.contains(*at);
    let mut assigned = named.trail.iter().filter(|it| it.assigns).filter_map(|it| it.place);
    assigned.any(|at| !is_here(&at)) && !places().any(|at| is_here(&at))
}

/// Whether a module reads what the one `here` has under a name: that one itself does, or another above
/// its own assignment. Who changes it, or only tells of it in a log, keeps nothing of it.
fn is_used((file, module): (FileId, &Module), here: FileId, name: &str) -> bool {
    let is_it = |it: &Expression| matches!(&it.kind, ExpressionKind::Name(it) if it == name);
    let targets = module.body.iter().filter_map(|it| match &it.kind {
        StatementKind::Assign { targets, .. } => Some(targets),
        _ => None,
    });
    let mut own = targets.flatten().filter(|it| is_it(it)).map(|it| it.span.start);
    let own = own.next().filter(|_| file != here);
    let mut without_use: Vec<Span> = Vec::new();
    each_statement(&module.body, &mut |statement| match &statement.kind {
        StatementKind::Assign { targets, .. } => {
            without_use
                .extend(targets.iter().map(changed).filter(|it| is_it(it)).map(|it| it.span));
        }
        StatementKind::Expression(told) if only_tells(told) => without_use.push(told.span),
        _ => {}
    });
    let mut used = false;
    each_expression(&module.body, &mut |expression| {
        let is_above = own.is_none_or(|own| expression.span.start < own);
        let is_use = |it: &Expression| !without_use.iter().any(|span| span.contains(it.span));
        used |= is_it(expression) && is_above && is_use(expression);
    });
    used
}

/// What an assignment changes: `DATABASES` of `DATABASES["default"]["HOST"] = "db"`.
fn changed(target: &Expression) -> &Expression {
    match &target.kind {
        ExpressionKind::Subscript { value, .. } => changed(value),
        _ => target,
    }
}

/// Whether a statement prints or logs something.
fn only_tells(statement: &Expression) -> bool {
    let ExpressionKind::Call { function, .. } = &statement.kind else { return false };
    let Some(name) = function.dotted() else { return false };
    let first = name.split('.').next().unwrap_or_default();
    ["print", "log", "logger", "logging"].contains(&first)
}
