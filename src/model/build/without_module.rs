//! What settings come to without the modules that are in no repository.

use crate::fact::{Environment, Fact};
use crate::model::build::run::Run;
use crate::model::django::{Role, role};
use crate::python::{Evaluation, OfMachine};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{Handler, StatementKind};
use crate::syntax::python::each_statement;
use std::sync::Arc;

/// The settings without the modules that each machine has for itself, if they go on without any.
pub(super) fn alone(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
) -> Option<Arc<Evaluation>> {
    let is_swapped =
        |it: &OfMachine| role(&it.module.value) == Role::Production && takes_another(run, it);
    if evaluation.of_machine.is_empty() || evaluation.of_machine.iter().any(is_swapped) {
        return None;
    }
    let alone = run.settings_alone(&module.value, environment, evaluation)?;
    alone.outcome.is_ok().then_some(alone)
}

/// Whether settings import something else where a module is not there: `from .production import *`, or else
/// `from .development import *`. Only who has no servers comes by the other one.
fn takes_another(run: &Run<'_>, of_machine: &OfMachine) -> bool {
    let Some(place) = of_machine.module.evidence().place() else { return false };
    let Parsed::Python(module) = run.files.read(place.file).parsed else { return false };
    let mut found = false;
    each_statement(&module.body, &mut |statement| {
        let StatementKind::Try(tried) = &statement.kind else { return };
        let is_tried = tried.body.iter().any(|it| it.span.contains(place.span));
        found |= is_tried && tried.handlers.iter().any(imports);
    });
    found
}

fn imports(handler: &Handler) -> bool {
    let mut found = false;
    each_statement(&handler.body, &mut |it| {
        found |= matches!(it.kind, StatementKind::Import(_) | StatementKind::ImportFrom { .. });
    });
    found
}
