//! What settings check of themselves: `if SECRET_KEY == "changeme": raise ImproperlyConfigured`.

use crate::model::Files;
use crate::python::Evaluation;
use crate::syntax::Parsed;
use crate::syntax::python::ast::{
    Block, Constant, Expression, ExpressionKind, Module, StatementKind,
};
use crate::syntax::python::{each_statement, within};
use std::collections::BTreeSet;

/// The names that are compared with something where an exception is raised for it. That a value
/// is there at all is no such check: a fallback passes it.
pub(super) fn refused(files: &Files, evaluation: &Evaluation) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in &evaluation.modules {
        let Parsed::Python(module) = files.read(*file).parsed else { continue };
        let mut compared_here = BTreeSet::new();
        each_statement(&module.body, &mut |statement| match &statement.kind {
            StatementKind::If { branches, .. } => {
                for (test, _) in branches.iter().filter(|(_, block)| raises(block)) {
                    compared(test, &mut compared_here);
                }
            }
            StatementKind::Assert { test, .. } => compared(test, &mut compared_here),
            _ => {}
        });
        // Most modules refuse nothing, and nobody has to look for lists in them.
        if compared_here.is_empty() {
            continue;
        }
        // `if TOKEN in PLACEHOLDERS` compares it with each of them.
        let lists = lists_of_texts(module).into_iter();
        let in_lists = lists.filter(|(name, _)| compared_here.contains(*name));
        found.extend(in_lists.flat_map(|(_, texts)| texts).map(str::to_owned));
        found.extend(compared_here);
    }
    found
}

/// The lists and sets of texts that a module gives a name to, in a function or outside.
fn lists_of_texts(module: &Module) -> Vec<(&str, Vec<&str>)> {
    let mut found = Vec::new();
    each_statement(&module.body, &mut |statement| {
        let StatementKind::Assign { targets, value } = &statement.kind else { return };
        let [Expression { kind: ExpressionKind::Name(name), .. }] = targets.as_slice() else {
            return;
        };
        let (ExpressionKind::List(items)
        | ExpressionKind::Tuple(items)
        | ExpressionKind::Set(items)) = &value.kind
        else {
            return;
        };
        found.push((name.as_str(), items.iter().filter_map(Expression::as_str).collect()));
    });
    found
}

pub(super) fn raises(block: &Block) -> bool {
    let mut raises = false;
    each_statement(block, &mut |it| raises |= matches!(it.kind, StatementKind::Raise { .. }));
    raises
}

fn compared(test: &Expression, found: &mut BTreeSet<String>) {
    let is_none = |it: &Expression| matches!(it.kind, ExpressionKind::Constant(Constant::None));
    within(test, &mut |part| {
        let compares = match &part.kind {
            ExpressionKind::Compare { rest, .. } => !rest.iter().any(|(_, it)| is_none(it)),
            ExpressionKind::Call { .. } => true,
            _ => false,
        };
        if compares {
            within(part, &mut |inner| match &inner.kind {
                ExpressionKind::Name(name) => _ = found.insert(name.clone()),
                _ => found.extend(inner.as_str().map(str::to_owned)),
            });
        }
    });
}
