//! Settings that a URLconf asks for and that nothing sets: `path(settings.ADMIN_URL, …)`.
//!
//! Said only where every name of the settings is known, and of what is evaluated without a condition as
//! the module is loaded.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::build::faults::imports::included;
use crate::model::build::faults::modules::Modules;
use crate::model::build::faults::named::is_in_capitals;
use crate::model::build::faults::unread::any_line;
use crate::model::django::Project;
use crate::python::{self, Evaluation};
use crate::source::Place;
use crate::syntax::python::ast::{
    Expression, ExpressionKind, Imported, Module, Statement, StatementKind,
};
use crate::syntax::python::{children, each_expression, own_expressions};
use std::collections::BTreeSet;

/// More modules are not gone through.
const MOST: usize = 40;

pub(super) fn unset(
    files: &Files,
    project: &Project,
    evaluation: &Evaluation,
) -> Vec<Fact<String>> {
    let is_whole = evaluation.wants.is_empty()
        && evaluation.left_out.is_empty()
        && evaluation.namespace().is_some_and(|it| it.more.is_none());
    let root = evaluation.get("ROOT_URLCONF").and_then(|it| it.value.text().map(str::to_owned));
    let Some(root) = root.filter(|_| is_whole) else { return Vec::new() };
    let modules = Modules { files, root: &project.root };
    let (mut waiting, mut entered) = (vec![root], BTreeSet::new());
    let mut found: Vec<Fact<String>> = Vec::new();
    while let Some(name) = waiting.pop() {
        if entered.len() >= MOST || !entered.insert(name.clone()) {
            continue;
        }
        let Some(module) = modules.module(&name) else { continue };
        each_expression(&module.body, &mut |it| waiting.extend(included(it)));
        let asked = asked(module).into_iter();
        let lacks = |it: &Fact<String>| {
            evaluation.namespace().is_some_and(|names| names.named(&it.value).is_none())
                && !python::knows_setting(&it.value)
                && !found.iter().any(|known| known.value == it.value)
        };
        let lacking: Vec<_> = asked.filter(lacks).collect();
        found.extend(lacking);
    }
    found.retain(|it| !may_be_set(files, project, &it.value));
    found
}

/// The settings that a module asks for when it is loaded, as attributes of `django.conf.settings`.
fn asked(module: &Module) -> Vec<Fact<String>> {
    let is_settings = |statement: &Statement| match &statement.kind {
        StatementKind::ImportFrom {
            level: 0,
            module: Some(from),
            names: Imported::Names(names),
        } => {
            from.text == "django.conf"
                && names.iter().any(|it| it.name.text == "settings" && it.alias.is_none())
        }
        _ => false,
    };
    if !module.body.iter().any(is_settings) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for statement in &module.body {
        match &statement.kind {
            StatementKind::Expression(_)
            | StatementKind::Assign { .. }
            | StatementKind::Augmented { .. } => {}
            _ => continue,
        }
        for expression in own_expressions(&statement.kind) {
            plain(expression, module, &mut found);
        }
    }
    found
}

/// What is evaluated whenever an expression is: no branch of a condition, no body of a function.
fn plain(expression: &Expression, module: &Module, found: &mut Vec<Fact<String>>) {
    match &expression.kind {
        ExpressionKind::Attribute { value, name } => {
            let is_settings =
                matches!(&value.kind, ExpressionKind::Name(name) if name == "settings");
            let is_public = name.text.starts_with(|it: char| it.is_ascii_uppercase());
            if is_settings && is_public && is_in_capitals(&name.text) {
                let place = Place { file: module.file, span: expression.span };
                found.push(Fact::at(name.text.clone(), place));
                return;
            }
        }
        ExpressionKind::Conditional { test, .. } => return plain(test, module, found),
        ExpressionKind::Boolean { operands, .. } => {
            return operands.first().into_iter().for_each(|it| plain(it, module, found));
        }
        ExpressionKind::Lambda(_) | ExpressionKind::Comprehension(_) => return,
        _ => {}
    }
    for inner in children(expression) {
        plain(inner, module, found);
    }
}

/// Whether some line of the project gives the settings this name otherwise: `settings.X = …`, a text
/// that names it, a class of django-appconf.
fn may_be_set(files: &Files, project: &Project, name: &str) -> bool {
    let quoted = [format!("\"{name}\""), format!("'{name}'")];
    let assigned = format!("settings.{name} =");
    let sets =
        |line: &str| quoted.iter().any(|it| line.contains(it.as_str())) || line.contains(&assigned);
    any_line(files, project, name, &|_, line| sets(line))
        || any_line(files, project, "appconf", &|_, _| true)
}
