//! What code of the project imports before it answers anything: models, the admin's classes, and what
//! the URLs lead to.
//!
//! Asked only where the requirements are all that is installed, as `pip freeze` writes them: else what is
//! listed may bring along whatever is imported.

use crate::fact::Fact;
use crate::model::build::faults::modules::{Modules, imported_by};
use crate::model::django;
use crate::model::faults::Needed;
use crate::model::project::Requirements;
use crate::python::Evaluation;
use crate::source::Place;
use crate::syntax::python::ast::{
    Argument, Expression, ExpressionKind, Module, Name, StatementKind,
};
use crate::syntax::python::each_expression;
use std::collections::{BTreeSet, VecDeque};

/// More modules of the project's are not gone through.
const MOST: usize = 60;

/// A module by its name, where it is imported, and when.
pub(super) struct Import {
    pub(super) name: Fact<String>,
    pub(super) when: Needed,
}

/// All that is imported from outside of the project, in the order in which Django comes to it.
pub(super) fn imports(
    modules: &Modules<'_>,
    requirements: &Requirements,
    evaluation: &Evaluation,
) -> Vec<Import> {
    if !requirements.is_frozen() {
        return Vec::new();
    }
    let text = |name: &str| evaluation.get(name)?.value.text().map(str::to_owned);
    let apps = evaluation.get("INSTALLED_APPS");
    let apps = apps.as_ref().and_then(|it| it.value.items()).unwrap_or_default();
    let apps = apps.iter().filter_map(|it| it.value.text()).map(django::package_of);
    let parts = apps.flat_map(|it| ["models", "admin"].map(|part| format!("{it}.{part}")));
    let mut walk = Walk { modules, waiting: parts.collect(), entered: BTreeSet::new() };
    let mut found = walk.all(Needed::AtStart);
    walk.waiting.extend(text("ROOT_URLCONF"));
    found.extend(walk.all(Needed::ForPages));
    found
}

struct Walk<'m> {
    modules: &'m Modules<'m>,
    waiting: VecDeque<String>,
    entered: BTreeSet<String>,
}

impl Walk<'_> {
    fn all(&mut self, when: Needed) -> Vec<Import> {
        let mut found = Vec::new();
        while let Some(name) = self.waiting.pop_front() {
            if self.entered.len() >= MOST || self.entered.contains(&name) {
                continue;
            }
            let Some(module) = self.modules.module(&name) else { continue };
            self.entered.insert(name.clone());
            let outside = self.outside(&name, module).into_iter();
            found.extend(outside.map(|name| Import { name, when }));
        }
        found
    }

    /// What a module imports from elsewhere; what of the project it imports is gone through later.
    fn outside(&mut self, name: &str, module: &Module) -> Vec<Fact<String>> {
        let is_package = self.modules.is_package(name);
        // What a condition or a `try` is around is left aside.
        for statement in &module.body {
            self.waiting.extend(imported_by(statement, name, is_package));
        }
        each_expression(&module.body, &mut |it| self.waiting.extend(included(it)));
        by_whole_name(module)
    }
}

/// What a module imports without a condition by its whole name.
pub(super) fn by_whole_name(module: &Module) -> Vec<Fact<String>> {
    let names = module.body.iter().flat_map(|statement| match &statement.kind {
        StatementKind::Import(aliases) => aliases.iter().map(|it| &it.name).collect(),
        StatementKind::ImportFrom { level: 0, module: Some(module), .. } => vec![module],
        _ => Vec::new(),
    });
    let at = |name: &Name| Place { file: module.file, span: name.span };
    names.map(|name| Fact::at(name.text.clone(), at(name))).collect()
}

/// `include("shop.urls")`, by itself or in a pair with a namespace.
pub(super) fn included(expression: &Expression) -> Option<String> {
    let ExpressionKind::Call { function, arguments } = &expression.kind else { return None };
    let name = function.dotted().filter(|it| it == "include" || it.ends_with(".include"));
    let Some(Argument::Positional(first)) = arguments.first().filter(|_| name.is_some()) else {
        return None;
    };
    first.as_str().map(str::to_owned)
}
