//! Parts of settings modules that a server may not come to, and what helpers of the project fall back
//! to: whoever sets a server up need not know of what is asked for there.

use crate::model::faults::{Aside, HelperDefault};
use crate::model::{Files, Read};
use crate::python::Evaluation;
use crate::source::{Place, Span, alike};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{
    Argument, Block, Comparison, Expression, ExpressionKind, StatementKind, UnaryOperator,
};
use crate::syntax::python::{each_expression, each_statement};
use std::collections::BTreeMap;

pub(super) fn asides(files: &Files, evaluation: &Evaluation) -> Vec<Aside> {
    let mut found = Vec::new();
    for (read, body) in modules(files, evaluation) {
        let mut variables: BTreeMap<&str, &str> = BTreeMap::new();
        each_statement(body, &mut |statement| match &statement.kind {
            StatementKind::Assign { targets, value } => {
                if let [Expression { kind: ExpressionKind::Name(name), .. }] = targets.as_slice()
                    && let Some(variable) = asked_within(evaluation, read, value.span)
                {
                    variables.entry(name).or_insert(variable);
                }
            }
            StatementKind::If { branches, otherwise } => {
                let [(first, _), ..] = branches.as_slice() else { return };
                let condition = |test| condition(test, read, evaluation, &variables);
                found.extend(branches.iter().filter_map(|(test, block)| {
                    let name = condition(test).filter(|it| !it.positive)?.variable?;
                    let within = Place { file: read.id, span: test.span };
                    gives(block, &name).then_some(Aside { within, without: None })
                }));
                for (test, block) in branches {
                    found.extend(condition(test).and_then(|it| it.aside(true, read, block)));
                }
                if branches.len() == 1 {
                    found.extend(condition(first).and_then(|it| it.aside(false, read, otherwise)));
                }
            }
            _ => {}
        });
    }
    found
}

/// Whether a block puts a variable into the environment: what looked whether it is there asks nobody
/// for it, as `os.environ.setdefault` does not.
fn gives(block: &Block, name: &str) -> bool {
    let is_environment = |it: &Expression| match &it.kind {
        ExpressionKind::Name(name) => name == "environ",
        ExpressionKind::Attribute { name, .. } => name.text == "environ",
        _ => false,
    };
    let is_it = |target: &Expression| match &target.kind {
        ExpressionKind::Subscript { value, index } => {
            is_environment(value) && index.as_str() == Some(name)
        }
        _ => false,
    };
    let mut found = false;
    each_statement(block, &mut |statement| {
        if let StatementKind::Assign { targets, .. } = &statement.kind {
            found |= targets.iter().any(is_it);
        }
    });
    found
}

/// What an `if` decides by.
struct Condition {
    /// The variable that has to be there; none if it is DEBUG.
    variable: Option<String>,
    /// Whether that it is there, or on, makes the condition true.
    positive: bool,
}

impl Condition {
    /// A block that is run if the condition comes out like this, where it is one for developers, or
    /// for the lack of the variable.
    fn aside(&self, outcome: bool, read: Read<'_>, block: &Block) -> Option<Aside> {
        let there = self.positive == outcome;
        let is_aside = if self.variable.is_some() { !there } else { there };
        let (first, last) = (block.first()?, block.last()?);
        let span = Span { start: first.span.start, end: last.span.end };
        let within = Place { file: read.id, span };
        is_aside.then(|| Aside { within, without: self.variable.clone() })
    }
}

fn condition(
    test: &Expression,
    read: Read<'_>,
    evaluation: &Evaluation,
    variables: &BTreeMap<&str, &str>,
) -> Option<Condition> {
    let of = |it| condition(it, read, evaluation, variables);
    let there = |name: &str| Condition { variable: Some(name.to_owned()), positive: true };
    match &test.kind {
        ExpressionKind::Name(name) if name == "DEBUG" => {
            Some(Condition { variable: None, positive: true })
        }
        ExpressionKind::Name(name) => variables.get(name.as_str()).map(|it| there(it)),
        ExpressionKind::Unary { operator: UnaryOperator::Not, operand } => {
            of(operand).map(|it| Condition { positive: !it.positive, ..it })
        }
        // Each of them has to hold.
        ExpressionKind::Boolean { all: true, operands } => operands.iter().find_map(of),
        ExpressionKind::Compare { first, rest } => match rest.as_slice() {
            [(Comparison::In, _)] => first.as_str().map(there),
            [(Comparison::NotIn, _)] => {
                first.as_str().map(|it| Condition { positive: false, ..there(it) })
            }
            _ => None,
        },
        ExpressionKind::Call { .. } | ExpressionKind::Subscript { .. } => {
            asked_within(evaluation, read, test.span).map(there)
        }
        _ => None,
    }
}

/// The one variable that is asked for in an expression.
fn asked_within<'e>(evaluation: &'e Evaluation, read: Read<'_>, span: Span) -> Option<&'e str> {
    let within = |place: Place| place.file == read.id && span.contains(place.span);
    let reads = evaluation.reads.iter();
    alike(reads.filter(|it| it.asked_at().is_some_and(within)).map(|it| it.name.as_str()))
}

/// What calls of the project's helpers have in second place, or call `default`: `env_int("X", 10)`.
pub(super) fn helper_defaults(files: &Files, evaluation: &Evaluation) -> Vec<HelperDefault> {
    let mut found = Vec::new();
    for (read, body) in modules(files, evaluation) {
        let asked = |span: Span| {
            let at = Some(Place { file: read.id, span });
            evaluation.reads.iter().any(|it| it.statement == at && it.place != at)
        };
        each_expression(body, &mut |expression| {
            let ExpressionKind::Call { arguments, .. } = &expression.kind else { return };
            let named = arguments.iter().find_map(|it| match it {
                Argument::Keyword(name, value) if name.text == "default" => Some(value),
                _ => None,
            });
            let second = || match arguments.get(1) {
                Some(Argument::Positional(value)) => Some(value),
                _ => None,
            };
            let Some(value) = named.or_else(second).filter(|_| asked(expression.span)) else {
                return;
            };
            let text = &read.text[value.span.range()];
            let call = Place { file: read.id, span: expression.span };
            found.push(HelperDefault { call, text: text.to_owned() });
        });
    }
    found
}

fn modules<'a>(files: &Files<'a>, evaluation: &Evaluation) -> Vec<(Read<'a>, &'a Block)> {
    let reads = evaluation.modules.iter().map(|file| files.read(*file));
    let parsed = |read: Read<'a>| match read.parsed {
        Parsed::Python(module) => Some((read, &module.body)),
        _ => None,
    };
    reads.filter_map(parsed).collect()
}
