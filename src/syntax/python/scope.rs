//! Which names a function binds: Python decides it from the text, before anything runs.

use crate::syntax::python::ast::{
    Block, Expression, ExpressionKind, Function, Imported, Module, Name, Parameter, Pattern,
    Statement, StatementKind,
};
use crate::syntax::python::walk::{
    blocks, each_expression, each_statement, own_expressions, within,
};

/// A function with its locals worked out.
pub(super) fn function(
    name: Name,
    decorators: Vec<Expression>,
    parameters: Vec<Parameter>,
    body: Block,
    is_async: bool,
) -> Function {
    let mut scope = Scope::default();
    scope.block(&body);
    let parameters_too = parameters.iter().map(|it| it.name.text.clone());
    let mut locals: Vec<String> = parameters_too.chain(scope.bound).collect();
    locals.retain(|name| !scope.elsewhere.contains(name));
    locals.sort();
    locals.dedup();
    let is_generator = scope.yields;
    Function { name, decorators, parameters, body, is_async, is_generator, locals }
}

/// The names that statements bind in the scope they stand in.
pub fn bound_names(block: &[Statement]) -> Vec<String> {
    let mut scope = Scope::default();
    scope.block(block);
    scope.bound
}

/// Whether names come into a module that its text does not show: by a star, or written into its
/// namespace.
pub fn is_open(module: &Module) -> bool {
    let mut open = false;
    each_statement(&module.body, &mut |statement| {
        open |= matches!(
            statement.kind,
            StatementKind::ImportFrom { names: Imported::Star(_), .. } | StatementKind::Global(_)
        );
    });
    each_expression(&module.body, &mut |expression| {
        if let ExpressionKind::Name(name) = &expression.kind {
            open |= matches!(name.as_str(), "globals" | "vars" | "setattr" | "exec" | "locals");
        }
    });
    open
}

#[derive(Default)]
struct Scope {
    bound: Vec<String>,
    /// Declared `global` or `nonlocal`.
    elsewhere: Vec<String>,
    yields: bool,
}

impl Scope {
    fn block(&mut self, block: &[Statement]) {
        for statement in block {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Assign { targets, .. } | StatementKind::Delete(targets) => {
                targets.iter().for_each(|it| self.target(it));
            }
            StatementKind::Annotated { target, .. }
            | StatementKind::Augmented { target, .. }
            | StatementKind::For { target, .. } => self.target(target),
            StatementKind::With { items, .. } => {
                items.iter().filter_map(|(_, it)| it.as_ref()).for_each(|it| self.target(it));
            }
            StatementKind::Import(aliases) => {
                for it in aliases {
                    let top = it.name.text.split('.').next().unwrap_or_default();
                    self.bound.push(it.alias.as_ref().map_or(top, |alias| &alias.text).to_owned());
                }
            }
            StatementKind::ImportFrom { names: Imported::Names(aliases), .. } => {
                let names = aliases.iter().map(|it| it.alias.as_ref().unwrap_or(&it.name));
                self.bound.extend(names.map(|it| it.text.clone()));
            }
            StatementKind::Global(names) | StatementKind::Nonlocal(names) => {
                self.elsewhere.extend(names.iter().map(|it| it.text.clone()));
            }
            StatementKind::Function(function) => self.bound.push(function.name.text.clone()),
            StatementKind::Class(class) => self.bound.push(class.name.text.clone()),
            StatementKind::Try(it) => {
                let names = it.handlers.iter().filter_map(|handler| handler.name.as_ref());
                self.bound.extend(names.map(|name| name.text.clone()));
            }
            StatementKind::Match { cases, .. } => {
                cases.iter().for_each(|case| self.pattern(&case.pattern));
            }
            StatementKind::ImportFrom { names: Imported::Star(_), .. }
            | StatementKind::Expression(_)
            | StatementKind::Return(_)
            | StatementKind::Raise { .. }
            | StatementKind::Assert { .. }
            | StatementKind::Pass
            | StatementKind::Break
            | StatementKind::Continue
            | StatementKind::If { .. }
            | StatementKind::While { .. } => {}
        }
        for expression in own_expressions(&statement.kind) {
            within(expression, &mut |it| match &it.kind {
                ExpressionKind::Walrus { name, .. } => self.bound.push(name.text.clone()),
                ExpressionKind::Yield(_) | ExpressionKind::YieldFrom(_) => self.yields = true,
                _ => {}
            });
        }
        if !matches!(statement.kind, StatementKind::Function(_) | StatementKind::Class(_)) {
            blocks(&statement.kind).into_iter().for_each(|it| self.block(it));
        }
    }

    fn target(&mut self, target: &Expression) {
        match &target.kind {
            ExpressionKind::Name(name) => self.bound.push(name.clone()),
            ExpressionKind::Tuple(items) | ExpressionKind::List(items) => {
                items.iter().for_each(|it| self.target(it));
            }
            ExpressionKind::Starred(inner) => self.target(inner),
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Capture(name) | Pattern::Star(name) => {
                self.bound.extend(name.iter().map(|it| it.text.clone()));
            }
            Pattern::As(inner, name) => {
                self.bound.push(name.text.clone());
                self.pattern(inner);
            }
            Pattern::Value(_) => {}
            Pattern::Or(inner) | Pattern::Sequence(inner) => {
                inner.iter().for_each(|it| self.pattern(it));
            }
            Pattern::Mapping { entries, rest } => {
                self.bound.extend(rest.iter().map(|it| it.text.clone()));
                entries.iter().for_each(|(_, it)| self.pattern(it));
            }
            Pattern::Class { positional, keywords, .. } => {
                positional.iter().for_each(|it| self.pattern(it));
                keywords.iter().for_each(|(_, it)| self.pattern(it));
            }
        }
    }
}
