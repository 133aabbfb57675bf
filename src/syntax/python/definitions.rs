//! Functions, classes and comprehensions.

use crate::syntax::python::ast::{
    Argument, Class, Clause, Comprehension, ComprehensionKind, Expression, ExpressionKind,
    Function, Name, Parameter, ParameterKind, Statement, StatementKind,
};
use crate::syntax::python::lower::{Inside, Lowering, child_of, has_token, kind_of, parts, span};
use crate::syntax::python::scope;
use tree_sitter::Node;

impl Lowering<'_> {
    pub(super) fn class(&mut self, node: Node<'_>, decorators: Vec<Expression>) -> Class {
        let arguments: Vec<Argument> = match child_of(node, "superclasses") {
            Some(list) => self.arguments(list),
            None => Vec::new(),
        };
        let around = std::mem::take(&mut self.inside);
        let body = self.block(node, "body");
        self.inside = around;
        Class { name: self.field_name(node, "name"), decorators, arguments, body }
    }

    pub(super) fn function(&mut self, node: Node<'_>, decorators: Vec<Expression>) -> Function {
        let parameters = child_of(node, "parameters");
        let parameters = parameters.map(|it| self.parameters(it)).unwrap_or_default();
        let around = self.inside;
        self.inside = Inside { function: true, repeat: false };
        let body = self.block(node, "body");
        self.inside = around;
        scope::function(
            self.field_name(node, "name"),
            decorators,
            parameters,
            body,
            has_token(node, "async"),
        )
    }

    pub(super) fn lambda(&mut self, node: Node<'_>) -> Function {
        let parameters = child_of(node, "parameters");
        let parameters = parameters.map(|it| self.parameters(it)).unwrap_or_default();
        let value = self.field(node, "body");
        let body = vec![Statement { span: value.span, kind: StatementKind::Return(Some(value)) }];
        let name = Name { text: "<lambda>".to_owned(), span: span(node) };
        scope::function(name, Vec::new(), parameters, body, false)
    }

    pub(super) fn parameters(&mut self, node: Node<'_>) -> Vec<Parameter> {
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut kind = ParameterKind::Either;
        for part in parts(node) {
            let (inner, default) = match kind_of(part) {
                "positional_separator" => {
                    for before in &mut parameters {
                        before.kind = ParameterKind::PositionalOnly;
                    }
                    continue;
                }
                "keyword_separator" => {
                    kind = ParameterKind::KeywordOnly;
                    continue;
                }
                "typed_parameter" => (parts(part).first().copied(), None),
                "default_parameter" | "typed_default_parameter" => {
                    let default = child_of(part, "value");
                    (child_of(part, "name"), default)
                }
                _ => (Some(part), None),
            };
            let Some(inner) = inner else { continue };
            let (inner, kind_here) = match kind_of(inner) {
                "list_splat_pattern" => {
                    kind = ParameterKind::KeywordOnly;
                    (parts(inner).first().copied().unwrap_or(inner), ParameterKind::Positionals)
                }
                "dictionary_splat_pattern" => {
                    (parts(inner).first().copied().unwrap_or(inner), ParameterKind::Keywords)
                }
                "tuple_pattern" => {
                    self.problem(inner, "function parameters cannot be parenthesized");
                    continue;
                }
                _ => (inner, kind),
            };
            let name = self.name(inner);
            if parameters.iter().any(|before| before.name.text == name.text) {
                self.problem(inner, "duplicate argument in function definition");
            }
            let bare = default.is_none() && kind_here == ParameterKind::Either;
            if bare && parameters.iter().any(|it| it.default.is_some()) {
                self.problem(inner, "parameter without a default follows parameter with a default");
            }
            let default = default.map(|it| self.expression(it));
            parameters.push(Parameter { name, kind: kind_here, default });
        }
        parameters
    }

    pub(super) fn comprehension(&mut self, node: Node<'_>) -> ExpressionKind {
        let kind = match kind_of(node) {
            "list_comprehension" => ComprehensionKind::List,
            "set_comprehension" => ComprehensionKind::Set,
            "dictionary_comprehension" => ComprehensionKind::Dict,
            _ => ComprehensionKind::Generator,
        };
        let pair = child_of(node, "body").filter(|it| kind_of(*it) == "pair");
        let (element, value) = match pair {
            Some(pair) => (self.field(pair, "key"), Some(self.field(pair, "value"))),
            None => (self.field(node, "body"), None),
        };
        let mut clauses = Vec::new();
        for part in parts(node) {
            match kind_of(part) {
                "for_in_clause" => {
                    let target = self.field(part, "left");
                    let iterable = self.field(part, "right");
                    clauses.push(Clause::For { target, iterable });
                }
                "if_clause" => clauses.push(Clause::If(self.only(part))),
                _ => {}
            }
        }
        let comprehension = Comprehension { kind, element, value, clauses };
        ExpressionKind::Comprehension(Box::new(comprehension))
    }
}
