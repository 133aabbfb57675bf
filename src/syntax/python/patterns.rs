//! `match` and its patterns.

use crate::syntax::python::ast::{
    Case, Expression, ExpressionKind, Name, Pattern, StatementKind, UnaryOperator,
};
use crate::syntax::python::lower::{Lowering, child_of, fields, has_token, kind_of, parts, span};
use tree_sitter::Node;

impl Lowering<'_> {
    pub(super) fn match_statement(&mut self, node: Node<'_>) -> StatementKind {
        let subjects = fields(node, "subject");
        let subject = match subjects.as_slice() {
            [only] => self.expression(*only),
            several => {
                let kind = ExpressionKind::Tuple(self.expressions(several));
                Expression { span: span(node), kind }
            }
        };
        let body = child_of(node, "body").map(parts).unwrap_or_default();
        let cases = body.into_iter().filter(|it| kind_of(*it) == "case_clause");
        let cases = cases.map(|it| self.case(it)).collect();
        StatementKind::Match { subject, cases }
    }

    fn case(&mut self, node: Node<'_>) -> Case {
        let patterns = parts(node).into_iter().filter(|it| kind_of(*it) == "case_pattern");
        let mut patterns: Vec<_> = patterns.map(|it| self.pattern(it)).collect();
        let pattern = match patterns.len() {
            1 if !has_token(node, ",") => patterns.remove(0),
            _ => Pattern::Sequence(patterns),
        };
        let guard = child_of(node, "guard").map(|it| self.only(it));
        let block = child_of(node, "consequence");
        let body = block.map(|it| self.block_children(it)).unwrap_or_default();
        Case { pattern, guard, body }
    }

    fn pattern(&mut self, node: Node<'_>) -> Pattern {
        self.deeper(node, |it| it.pattern_here(node), || Pattern::Capture(None))
    }

    fn pattern_here(&mut self, node: Node<'_>) -> Pattern {
        let inner = parts(node);
        match kind_of(node) {
            "case_pattern" => match inner.as_slice() {
                // `_` is a token of its own, and `-1` a sign before a number.
                [] => Pattern::Capture(None),
                [only] if has_token(node, "-") => {
                    let operand = Box::new(self.expression(*only));
                    let kind = ExpressionKind::Unary { operator: UnaryOperator::Minus, operand };
                    Pattern::Value(Expression { span: span(node), kind })
                }
                [only, ..] => self.pattern(*only),
            },
            "as_pattern" => match inner[..] {
                [pattern, name] => Pattern::As(Box::new(self.pattern(pattern)), self.name(name)),
                _ => Pattern::Capture(None),
            },
            "dotted_name" => self.dotted(node),
            "union_pattern" => Pattern::Or(inner.iter().map(|it| self.pattern(*it)).collect()),
            "list_pattern" | "tuple_pattern" => match inner.as_slice() {
                [only] if kind_of(node) == "tuple_pattern" && !has_token(node, ",") => {
                    self.pattern(*only)
                }
                several => Pattern::Sequence(several.iter().map(|it| self.pattern(*it)).collect()),
            },
            "splat_pattern" => Pattern::Star(inner.first().map(|it| self.name(*it))),
            "dict_pattern" => self.mapping(node),
            "class_pattern" => self.class_pattern(node),
            _ => Pattern::Value(self.expression(node)),
        }
    }

    fn dotted(&mut self, node: Node<'_>) -> Pattern {
        match parts(node)[..] {
            [only] if self.source(only) == "_" => Pattern::Capture(None),
            [only] => Pattern::Capture(Some(self.name(only))),
            _ => Pattern::Value(self.dotted_expression(node)),
        }
    }

    fn dotted_expression(&self, node: Node<'_>) -> Expression {
        let mut names = parts(node).into_iter().map(|it| self.name(it));
        let first = names.next().unwrap_or(Name { text: String::new(), span: span(node) });
        let first = Expression { span: first.span, kind: ExpressionKind::Name(first.text) };
        names.fold(first, |value, name| {
            let whole = crate::source::Span { start: value.span.start, end: name.span.end };
            let kind = ExpressionKind::Attribute { value: Box::new(value), name };
            Expression { span: whole, kind }
        })
    }

    fn mapping(&mut self, node: Node<'_>) -> Pattern {
        let keys = fields(node, "key");
        let values = fields(node, "value");
        let entries = keys.into_iter().zip(values);
        let entries =
            entries.map(|(key, value)| (self.expression_of_key(key), self.pattern(value)));
        let entries = entries.collect();
        let rest = parts(node).into_iter().find(|it| kind_of(*it) == "splat_pattern");
        let rest = rest.and_then(|it| parts(it).first().map(|name| self.name(*name)));
        Pattern::Mapping { entries, rest }
    }

    fn expression_of_key(&mut self, node: Node<'_>) -> Expression {
        match kind_of(node) {
            "dotted_name" => self.dotted_expression(node),
            _ => self.expression(node),
        }
    }

    fn class_pattern(&mut self, node: Node<'_>) -> Pattern {
        let inner = parts(node);
        let Some((class, arguments)) = inner.split_first() else {
            return Pattern::Capture(None);
        };
        let class = self.dotted_expression(*class);
        let mut positional = Vec::new();
        let mut keywords = Vec::new();
        for argument in arguments {
            let keyword = parts(*argument).first().copied();
            match keyword.filter(|it| kind_of(*it) == "keyword_pattern").map(parts) {
                Some(named) if named.len() >= 2 => {
                    keywords.push((self.source(named[0]).to_owned(), self.pattern(named[1])));
                }
                Some(named) => {
                    let name = named.first().map_or(String::new(), |it| self.source(*it).into());
                    keywords.push((name, Pattern::Capture(None)));
                }
                None => positional.push(self.pattern(*argument)),
            }
        }
        Pattern::Class { class, positional, keywords }
    }
}
