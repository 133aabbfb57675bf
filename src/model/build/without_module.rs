//! What settings come to without the modules that are in no repository.

use crate::fact::{Environment, Fact};
use crate::model::build::run::Run;
use crate::model::django::{self, Role, SettingsModule, role};
use crate::python::{Evaluation, OfMachine};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{Handler, StatementKind};
use crate::syntax::python::each_statement;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The settings without the modules that each machine has for itself, if they go on without any, and Django
/// starts with what they are then.
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
    let is_set = |name: &str| {
        let named = alone.namespace().and_then(|it| it.named(name));
        named.is_some_and(|it| it.value.value.truth() != Some(false))
    };
    let starts = alone.outcome.is_ok() && ["SECRET_KEY", "DATABASES"].into_iter().all(is_set);
    starts.then_some(alone)
}

/// The settings as they are but for what the modules say that each machine has for itself, where they stop
/// without one. Of a module that is such a one itself, what all in its package are made of.
pub(super) fn beside_empty(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
) -> Option<Arc<Evaluation>> {
    if let Some(base) = base_of_absent(run, &module.value) {
        let module = OfMachine { module: module.clone(), shown: BTreeSet::new() };
        let mut beside = run.settings(&base, environment);
        Arc::make_mut(&mut beside).demanded.push(module);
        return beside.outcome.is_ok().then_some(beside);
    }
    if evaluation.of_machine.is_empty() && evaluation.demanded.is_empty() {
        return None;
    }
    let beside = run.settings_beside_empty(&module.value, environment, evaluation)?;
    beside.outcome.is_ok().then_some(beside)
}

/// The only module beside one that git ignores, and that is not there, which is called as what others take
/// all names of.
fn base_of_absent(run: &Run<'_>, module: &str) -> Option<String> {
    let (files, project) = (run.files, run.project);
    let (package, name) = module.rsplit_once('.')?;
    let folder = django::base_of(files, &project.root, package);
    let is_absent = django::find_module(files, &project.root, module).is_none();
    if !is_absent || !files.tree.ignores(&folder.join(format!("{name}.py"))) {
        return None;
    }
    let is_beside = |it: &&SettingsModule| {
        it.role == Role::Base && it.name.rsplit_once('.').is_some_and(|(of, _)| of == package)
    };
    let mut bases = project.modules.iter().filter(is_beside);
    let base = bases.next()?;
    bases.next().is_none().then(|| base.name.clone())
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
