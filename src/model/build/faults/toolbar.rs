//! Who sees the debug toolbar, where a callback of the settings decides.

use crate::fact::Fact;
use crate::model::Files;
use crate::python::Evaluation;
use crate::source::Place;
use crate::syntax::Parsed;
use crate::syntax::python::ast::{
    Constant, Expression, ExpressionKind, Item, Module, Statement, StatementKind,
};
use crate::syntax::python::each_expression;

/// The callbacks that say yes to everybody. What asks anything (DEBUG, the user, an address) may
/// keep visitors out, and is not judged.
pub(super) fn open(files: &Files, evaluation: &Evaluation) -> Vec<Fact<()>> {
    let mut open = Vec::new();
    for file in &evaluation.modules {
        let read = files.read(*file);
        let Parsed::Python(module) = read.parsed else { continue };
        each_expression(&module.body, &mut |expression| {
            let ExpressionKind::Dict(items) = &expression.kind else { return };
            for item in items {
                let Item::Pair(key, value) = item else { continue };
                if is_text(key, "SHOW_TOOLBAR_CALLBACK") && is_for_everybody(module, value) {
                    open.push(Fact::at((), Place { file: read.id, span: value.span }));
                }
            }
        });
    }
    open
}

fn is_text(expression: &Expression, text: &str) -> bool {
    matches!(&expression.kind, ExpressionKind::Constant(Constant::Str(it)) if it == text)
}

fn is_for_everybody(module: &Module, callback: &Expression) -> bool {
    match &callback.kind {
        ExpressionKind::Lambda(function) => says_yes(&function.body),
        ExpressionKind::Name(name) => module.body.iter().any(|statement| {
            matches!(&statement.kind, StatementKind::Function(it)
                if it.name.text == *name && says_yes(&it.body))
        }),
        _ => false,
    }
}

/// Whether a body does nothing but `return True`.
fn says_yes(body: &[Statement]) -> bool {
    let [.., last] = body else { return false };
    let is_doc = |it: &Statement| matches!(&it.kind, StatementKind::Expression(_));
    let StatementKind::Return(Some(value)) = &last.kind else { return false };
    body[..body.len() - 1].iter().all(is_doc)
        && matches!(value.kind, ExpressionKind::Constant(Constant::Bool(true)))
}
