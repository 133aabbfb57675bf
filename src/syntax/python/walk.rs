//! Visits everything in a tree, in the order of the text.

use crate::syntax::python::ast::{
    Argument, Block, Clause, Expression, ExpressionKind, Item, Pattern, Segment, Statement,
    StatementKind,
};

/// Every statement, those inside functions and classes too.
pub fn each_statement<'a>(block: &'a [Statement], visit: &mut dyn FnMut(&'a Statement)) {
    for statement in block {
        visit(statement);
        for inner in blocks(&statement.kind) {
            each_statement(inner, visit);
        }
    }
}

/// The blocks directly inside a statement.
pub(super) fn blocks(kind: &StatementKind) -> Vec<&Block> {
    match kind {
        StatementKind::If { branches, otherwise } => {
            branches.iter().map(|(_, block)| block).chain([otherwise]).collect()
        }
        StatementKind::For { body, otherwise, .. }
        | StatementKind::While { body, otherwise, .. } => vec![body, otherwise],
        StatementKind::Try(it) => {
            let handlers = it.handlers.iter().map(|handler| &handler.body);
            [&it.body].into_iter().chain(handlers).chain([&it.otherwise, &it.finally]).collect()
        }
        StatementKind::With { body, .. } => vec![body],
        StatementKind::Function(function) => vec![&function.body],
        StatementKind::Class(class) => vec![&class.body],
        StatementKind::Match { cases, .. } => cases.iter().map(|case| &case.body).collect(),
        StatementKind::Expression(_)
        | StatementKind::Assign { .. }
        | StatementKind::Annotated { .. }
        | StatementKind::Augmented { .. }
        | StatementKind::Delete(_)
        | StatementKind::Return(_)
        | StatementKind::Raise { .. }
        | StatementKind::Assert { .. }
        | StatementKind::Import(_)
        | StatementKind::ImportFrom { .. }
        | StatementKind::Global(_)
        | StatementKind::Nonlocal(_)
        | StatementKind::Pass
        | StatementKind::Break
        | StatementKind::Continue => Vec::new(),
    }
}

/// The expressions that stand directly in a statement, not those of the blocks inside it.
pub fn own_expressions(kind: &StatementKind) -> Vec<&Expression> {
    match kind {
        StatementKind::Expression(value) => vec![value],
        StatementKind::Assign { targets, value } => targets.iter().chain([value]).collect(),
        StatementKind::Annotated { target, value, .. } => {
            [target].into_iter().chain(value).collect()
        }
        StatementKind::Augmented { target, value, .. } => vec![target, value],
        StatementKind::Delete(targets) => targets.iter().collect(),
        StatementKind::Return(value) => value.iter().collect(),
        StatementKind::Raise { exception, cause } => exception.iter().chain(cause).collect(),
        StatementKind::Assert { test, message } => [test].into_iter().chain(message).collect(),
        StatementKind::If { branches, .. } => branches.iter().map(|(test, _)| test).collect(),
        StatementKind::For { target, iterable, .. } => vec![target, iterable],
        StatementKind::While { test, .. } => vec![test],
        StatementKind::Try(it) => it.handlers.iter().filter_map(|it| it.kind.as_ref()).collect(),
        StatementKind::With { items, .. } => {
            items.iter().flat_map(|(value, target)| [value].into_iter().chain(target)).collect()
        }
        StatementKind::Function(function) => {
            let defaults = function.parameters.iter().filter_map(|it| it.default.as_ref());
            function.decorators.iter().chain(defaults).collect()
        }
        StatementKind::Class(class) => {
            class.decorators.iter().chain(class.arguments.iter().map(argument)).collect()
        }
        StatementKind::Match { subject, cases } => {
            let guards = cases.iter().filter_map(|case| case.guard.as_ref());
            let mut all: Vec<_> = [subject].into_iter().chain(guards).collect();
            cases.iter().for_each(|case| pattern_values(&case.pattern, &mut all));
            all
        }
        StatementKind::Import(_)
        | StatementKind::ImportFrom { .. }
        | StatementKind::Global(_)
        | StatementKind::Nonlocal(_)
        | StatementKind::Pass
        | StatementKind::Break
        | StatementKind::Continue => Vec::new(),
    }
}

fn pattern_values<'a>(pattern: &'a Pattern, into: &mut Vec<&'a Expression>) {
    match pattern {
        Pattern::Capture(_) | Pattern::Star(_) => {}
        Pattern::Value(value) => into.push(value),
        Pattern::As(inner, _) => pattern_values(inner, into),
        Pattern::Or(inner) | Pattern::Sequence(inner) => {
            inner.iter().for_each(|it| pattern_values(it, into));
        }
        Pattern::Mapping { entries, .. } => {
            for (key, value) in entries {
                into.push(key);
                pattern_values(value, into);
            }
        }
        Pattern::Class { class, positional, keywords } => {
            into.push(class);
            positional.iter().for_each(|it| pattern_values(it, into));
            keywords.iter().for_each(|(_, it)| pattern_values(it, into));
        }
    }
}

fn argument(argument: &Argument) -> &Expression {
    match argument {
        Argument::Positional(value)
        | Argument::Keyword(_, value)
        | Argument::Spread(value)
        | Argument::SpreadKeywords(value) => value,
    }
}

/// Every expression of a block, the outer before the inner.
pub fn each_expression<'a>(block: &'a [Statement], visit: &mut dyn FnMut(&'a Expression)) {
    each_statement(block, &mut |statement| {
        for expression in own_expressions(&statement.kind) {
            within(expression, visit);
        }
    });
}

/// An expression and all inside it; a lambda's body too.
pub fn within<'a>(expression: &'a Expression, visit: &mut dyn FnMut(&'a Expression)) {
    visit(expression);
    for inner in children(expression) {
        within(inner, visit);
    }
    if let ExpressionKind::Lambda(function) = &expression.kind {
        each_expression(&function.body, visit);
    }
}

/// What an expression is made of, one step down; of a lambda nothing.
pub fn children(expression: &Expression) -> Vec<&Expression> {
    match &expression.kind {
        ExpressionKind::Constant(_) | ExpressionKind::Name(_) => Vec::new(),
        ExpressionKind::Format(segments) => {
            let mut all = Vec::new();
            segment_values(segments, &mut all);
            all
        }
        ExpressionKind::Attribute { value, .. }
        | ExpressionKind::Walrus { value, .. }
        | ExpressionKind::Starred(value)
        | ExpressionKind::YieldFrom(value)
        | ExpressionKind::Await(value) => vec![value],
        ExpressionKind::Subscript { value, index } => vec![value, index],
        ExpressionKind::Slice { lower, upper, step } => {
            [lower, upper, step].into_iter().flatten().map(Box::as_ref).collect()
        }
        ExpressionKind::Call { function, arguments } => {
            [function.as_ref()].into_iter().chain(arguments.iter().map(argument)).collect()
        }
        ExpressionKind::List(items) | ExpressionKind::Tuple(items) | ExpressionKind::Set(items) => {
            items.iter().collect()
        }
        ExpressionKind::Dict(items) => items
            .iter()
            .flat_map(|item| match item {
                Item::Pair(key, value) => vec![key, value],
                Item::Spread(value) => vec![value],
            })
            .collect(),
        ExpressionKind::Binary { first, rest } => {
            [first.as_ref()].into_iter().chain(rest.iter().map(|(_, value)| value)).collect()
        }
        ExpressionKind::Unary { operand, .. } => vec![operand],
        ExpressionKind::Boolean { operands, .. } => operands.iter().collect(),
        ExpressionKind::Compare { first, rest } => {
            [first.as_ref()].into_iter().chain(rest.iter().map(|(_, value)| value)).collect()
        }
        ExpressionKind::Conditional { test, then, otherwise } => vec![test, then, otherwise],
        ExpressionKind::Lambda(function) => {
            function.parameters.iter().filter_map(|it| it.default.as_ref()).collect()
        }
        ExpressionKind::Comprehension(it) => {
            let clauses = it.clauses.iter().flat_map(|clause| match clause {
                Clause::For { target, iterable } => vec![target, iterable],
                Clause::If(test) => vec![test],
            });
            [&it.element].into_iter().chain(&it.value).chain(clauses).collect()
        }
        ExpressionKind::Yield(value) => value.iter().map(Box::as_ref).collect(),
    }
}

fn segment_values<'a>(segments: &'a [Segment], into: &mut Vec<&'a Expression>) {
    for segment in segments {
        if let Segment::Value { value, format, .. } = segment {
            into.push(value);
            segment_values(format, into);
        }
    }
}
