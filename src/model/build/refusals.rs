//! What settings check of themselves: `if SECRET_KEY == "changeme": raise ImproperlyConfigured`.

use crate::model::Files;
use crate::python::Evaluation;
use crate::syntax::Parsed;
use crate::syntax::python::ast::{Block, Constant, Expression, ExpressionKind, StatementKind};
use crate::syntax::python::{each_statement, within};
use std::collections::BTreeSet;

/// The names that are compared with something where an exception is raised for it. That a value
/// is there at all is no such check: a fallback passes it.
pub(super) fn refused(files: &Files, evaluation: &Evaluation) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in &evaluation.modules {
        let Parsed::Python(module) = files.read(*file).parsed else { continue };
        each_statement(&module.body, &mut |statement| match &statement.kind {
            StatementKind::If { branches, .. } => {
                for (test, _) in branches.iter().filter(|(_, block)| raises(block)) {
                    compared(test, &mut found);
                }
            }
            StatementKind::Assert { test, .. } => compared(test, &mut found),
            _ => {}
        });
    }
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
