//! Settings of a module that another one replaces: `from .base import *`, and its own below.

use crate::model::Files;
use crate::python::{Evaluation, Namespace};
use crate::source::{FileId, Place, Span};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{Expression, ExpressionKind, Module, StatementKind};
use crate::syntax::python::each_expression;

/// The assignments of which nothing is left, and that nothing reads before.
pub(super) fn replaced(files: &Files, evaluation: &Evaluation) -> Vec<Place> {
    let Some(namespace) = evaluation.namespace() else { return Vec::new() };
    if evaluation.modules.len() < 2 {
        return Vec::new();
    }
    let modules = evaluation.modules.iter().filter_map(|file| match files.read(*file).parsed {
        Parsed::Python(module) => Some((*file, &**module)),
        _ => None,
    });
    let modules: Vec<(FileId, &Module)> = modules.collect();
    let mut found = Vec::new();
    for (file, module) in &modules {
        for statement in &module.body {
            let StatementKind::Assign { targets, .. } = &statement.kind else { continue };
            let [target] = targets.as_slice() else { continue };
            let ExpressionKind::Name(name) = &target.kind else { continue };
            let place = Place { file: *file, span: statement.span };
            if is_lost(namespace, name, place)
                && !modules.iter().any(|of| is_used(*of, *file, name))
            {
                found.push(place);
            }
        }
    }
    found
}

/// Whether a name is bound by another module in the end, and to nothing of what it was here.
fn is_lost(namespace: &Namespace, name: &str, here: Place) -> bool {
    let Some(named) = namespace.named(name).filter(|it| !it.perhaps) else { return false };
    let places = || named.trail.iter().filter_map(|step| step.place);
    let is_here = |at: &Place| at.file == here.file && here.span.contains(at.span);
    let mut assigned = named.trail.iter().filter(|it| it.assigns).filter_map(|it| it.place);
    assigned.any(|at| at.file != here.file) && !places().any(|at| is_here(&at))
}

/// Whether a module reads what the one `here` has under a name: that one itself does, or another above
/// its own assignment.
fn is_used((file, module): (FileId, &Module), here: FileId, name: &str) -> bool {
    let is_it = |it: &Expression| matches!(&it.kind, ExpressionKind::Name(it) if it == name);
    let targets = module.body.iter().filter_map(|it| match &it.kind {
        StatementKind::Assign { targets, .. } => Some(targets),
        _ => None,
    });
    let targets: Vec<Span> = targets.flatten().filter(|it| is_it(it)).map(|it| it.span).collect();
    let own = targets.first().filter(|_| file != here).map(|it| it.start);
    let mut used = false;
    each_expression(&module.body, &mut |expression| {
        let is_above = own.is_none_or(|own| expression.span.start < own);
        used |= is_it(expression) && is_above && !targets.contains(&expression.span);
    });
    used
}
