//! Expressions.

use crate::syntax::python::ast::{
    Argument, Comparison, Constant, Expression, ExpressionKind, Item, Name, Operator, UnaryOperator,
};
use crate::syntax::python::literal;
use crate::syntax::python::lower::{
    Lowering, child_of, fields, has_token, kind_of, nothing, parts, span,
};
use crate::syntax::python::statements::{OCTAL, UNEQUAL};
use tree_sitter::Node;

impl Lowering<'_> {
    pub(super) fn expression(&mut self, node: Node<'_>) -> Expression {
        self.deeper(node, |it| it.expression_here(node), || nothing(node))
    }

    fn expression_here(&mut self, node: Node<'_>) -> Expression {
        let kind = match kind_of(node) {
            "parenthesized_expression" => return self.only(node),
            "identifier" | "keyword_identifier" => {
                ExpressionKind::Name(self.source(node).to_owned())
            }
            "true" => ExpressionKind::Constant(Constant::Bool(true)),
            "false" => ExpressionKind::Constant(Constant::Bool(false)),
            "none" => ExpressionKind::Constant(Constant::None),
            "ellipsis" => ExpressionKind::Constant(Constant::Ellipsis),
            "integer" => self.number(node, literal::integer),
            "float" => self.number(node, literal::float),
            "string" => self.strings(node, &[node]),
            "concatenated_string" => self.strings(node, &parts(node)),
            "attribute" => self.attribute(node),
            "subscript" => self.subscript(node),
            "slice" => self.slice(node),
            "call" => self.call(node),
            "list" | "list_pattern" => ExpressionKind::List(self.expressions(&parts(node))),
            "tuple" | "tuple_pattern" | "expression_list" | "pattern_list" => {
                ExpressionKind::Tuple(self.expressions(&parts(node)))
            }
            "set" => ExpressionKind::Set(self.expressions(&parts(node))),
            "dictionary" => self.dictionary(node),
            "list_splat" | "list_splat_pattern" => {
                ExpressionKind::Starred(Box::new(self.only(node)))
            }
            "binary_operator" => self.binary(node),
            "boolean_operator" => self.boolean(node),
            "comparison_operator" => self.comparison(node),
            "unary_operator" => self.unary(node),
            "not_operator" => ExpressionKind::Unary {
                operator: UnaryOperator::Not,
                operand: Box::new(self.field(node, "argument")),
            },
            "conditional_expression" => self.conditional(node),
            "lambda" => ExpressionKind::Lambda(Box::new(self.lambda(node))),
            "named_expression" => ExpressionKind::Walrus {
                name: self.field_name(node, "name"),
                value: Box::new(self.field(node, "value")),
            },
            "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression" => self.comprehension(node),
            "yield" if has_token(node, "from") => {
                ExpressionKind::YieldFrom(Box::new(self.only(node)))
            }
            "yield" => {
                let value = parts(node).first().map(|it| Box::new(self.expression(*it)));
                ExpressionKind::Yield(value)
            }
            "await" => ExpressionKind::Await(Box::new(self.only(node))),
            // Annotations are never evaluated here, whatever is in them.
            "type" => return self.only(node),
            _ => {
                self.problem(node, "invalid syntax");
                return nothing(node);
            }
        };
        Expression { span: span(node), kind }
    }

    /// The one expression within a node.
    pub(super) fn only(&mut self, node: Node<'_>) -> Expression {
        match parts(node).first() {
            Some(inner) => self.expression(*inner),
            None => {
                self.problem(node, "invalid syntax");
                nothing(node)
            }
        }
    }

    pub(super) fn field(&mut self, node: Node<'_>, name: &str) -> Expression {
        match child_of(node, name) {
            Some(inner) => self.expression(inner),
            None => {
                self.problem(node, "invalid syntax");
                nothing(node)
            }
        }
    }

    pub(super) fn field_name(&mut self, node: Node<'_>, name: &str) -> Name {
        self.name(child_of(node, name).unwrap_or(node))
    }

    pub(super) fn expressions(&mut self, nodes: &[Node<'_>]) -> Vec<Expression> {
        nodes.iter().map(|it| self.expression(*it)).collect()
    }

    fn number(&mut self, node: Node<'_>, read: fn(&str) -> Option<Constant>) -> ExpressionKind {
        let source = self.source(node);
        let constant = read(source).unwrap_or_else(|| match literal::old_octal(source) {
            Some(octal) => {
                self.problem(node, OCTAL);
                Constant::Int(octal)
            }
            None => {
                self.problem(node, "invalid number");
                Constant::None
            }
        });
        ExpressionKind::Constant(constant)
    }

    fn attribute(&mut self, node: Node<'_>) -> ExpressionKind {
        let value = Box::new(self.field(node, "object"));
        ExpressionKind::Attribute { value, name: self.field_name(node, "attribute") }
    }

    fn subscript(&mut self, node: Node<'_>) -> ExpressionKind {
        let value = Box::new(self.field(node, "value"));
        let subscripts = fields(node, "subscript");
        let index = match subscripts.as_slice() {
            [only] if !trailing_comma(node) => self.expression(*only),
            several => {
                let kind = ExpressionKind::Tuple(self.expressions(several));
                Expression { span: span(node), kind }
            }
        };
        ExpressionKind::Subscript { value, index: Box::new(index) }
    }

    fn slice(&mut self, node: Node<'_>) -> ExpressionKind {
        let mut bounds = [None, None, None];
        let mut at = 0;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor).collect::<Vec<_>>() {
            if kind_of(child) == ":" {
                at += 1;
            } else if child.is_named() && !child.is_extra() && at < 3 {
                bounds[at] = Some(Box::new(self.expression(child)));
            }
        }
        let [lower, upper, step] = bounds;
        ExpressionKind::Slice { lower, upper, step }
    }

    fn call(&mut self, node: Node<'_>) -> ExpressionKind {
        let function = Box::new(self.field(node, "function"));
        let arguments = match child_of(node, "arguments") {
            Some(list) if kind_of(list) == "argument_list" => self.arguments(list),
            Some(generator) => vec![Argument::Positional(self.expression(generator))],
            None => Vec::new(),
        };
        ExpressionKind::Call { function, arguments }
    }

    pub(super) fn arguments(&mut self, list: Node<'_>) -> Vec<Argument> {
        let mut arguments = Vec::new();
        let mut named = false;
        for part in parts(list) {
            arguments.push(match kind_of(part) {
                "keyword_argument" => {
                    named = true;
                    let name = self.field_name(part, "name");
                    Argument::Keyword(name, self.field(part, "value"))
                }
                "list_splat" => Argument::Spread(self.only(part)),
                "dictionary_splat" => {
                    named = true;
                    Argument::SpreadKeywords(self.only(part))
                }
                _ => {
                    if named {
                        self.problem(part, "positional argument follows keyword argument");
                    }
                    Argument::Positional(self.expression(part))
                }
            });
        }
        self.repeated_keywords(list, &arguments);
        arguments
    }

    fn repeated_keywords(&mut self, list: Node<'_>, arguments: &[Argument]) {
        let mut seen = Vec::new();
        for argument in arguments {
            let Argument::Keyword(name, _) = argument else { continue };
            if seen.contains(&&name.text) {
                self.problem(list, &format!("keyword argument repeated: {}", name.text));
            }
            seen.push(&name.text);
        }
    }

    fn dictionary(&mut self, node: Node<'_>) -> ExpressionKind {
        let items = parts(node).into_iter().map(|part| match kind_of(part) {
            "pair" => Item::Pair(self.field(part, "key"), self.field(part, "value")),
            _ => Item::Spread(self.only(part)),
        });
        ExpressionKind::Dict(items.collect())
    }

    /// The left spine of operators as one list, walked without recursion.
    fn binary(&mut self, node: Node<'_>) -> ExpressionKind {
        let mut rest = Vec::new();
        let mut first = node;
        while kind_of(first) == "binary_operator" {
            let symbol = child_of(first, "operator").map_or("", |it| self.source(it));
            let Some(operator) = Operator::of(symbol) else {
                self.problem(first, "invalid syntax");
                break;
            };
            rest.push((operator, self.field(first, "right")));
            let Some(left) = child_of(first, "left") else { break };
            first = left;
        }
        rest.reverse();
        ExpressionKind::Binary { first: Box::new(self.expression(first)), rest }
    }

    fn boolean(&mut self, node: Node<'_>) -> ExpressionKind {
        let operator = |node: Node<'_>| has_token(node, "and");
        let all = operator(node);
        let mut operands = Vec::new();
        let mut first = node;
        while kind_of(first) == "boolean_operator" && operator(first) == all {
            operands.push(self.field(first, "right"));
            let Some(left) = child_of(first, "left") else { break };
            first = left;
        }
        operands.push(self.expression(first));
        operands.reverse();
        ExpressionKind::Boolean { all, operands }
    }

    fn comparison(&mut self, node: Node<'_>) -> ExpressionKind {
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).filter(|it| !it.is_extra()).collect();
        let mut operands = Vec::new();
        let mut comparisons = Vec::new();
        for child in children {
            match comparison_of(kind_of(child)) {
                Some(comparison) => comparisons.push(comparison),
                None if kind_of(child) == "<>" => {
                    self.problem(child, UNEQUAL);
                    comparisons.push(Comparison::NotEqual);
                }
                None => operands.push(self.expression(child)),
            }
        }
        if operands.is_empty() {
            return ExpressionKind::Constant(Constant::None);
        }
        let first = Box::new(operands.remove(0));
        ExpressionKind::Compare { first, rest: comparisons.into_iter().zip(operands).collect() }
    }

    fn unary(&mut self, node: Node<'_>) -> ExpressionKind {
        let operator = match child_of(node, "operator").map(|it| kind_of(it)) {
            Some("-") => UnaryOperator::Minus,
            Some("~") => UnaryOperator::Invert,
            _ => UnaryOperator::Plus,
        };
        ExpressionKind::Unary { operator, operand: Box::new(self.field(node, "argument")) }
    }

    fn conditional(&mut self, node: Node<'_>) -> ExpressionKind {
        let [then, test, otherwise] = parts(node)[..] else {
            self.problem(node, "invalid syntax");
            return ExpressionKind::Constant(Constant::None);
        };
        ExpressionKind::Conditional {
            test: Box::new(self.expression(test)),
            then: Box::new(self.expression(then)),
            otherwise: Box::new(self.expression(otherwise)),
        }
    }
}

/// `x[1,]` is a tuple, `x[1]` is not.
fn trailing_comma(node: Node<'_>) -> bool {
    has_token(node, ",")
}

fn comparison_of(token: &str) -> Option<Comparison> {
    Some(match token {
        "==" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterEqual,
        "in" => Comparison::In,
        "not in" => Comparison::NotIn,
        "is" => Comparison::Is,
        "is not" => Comparison::IsNot,
        _ => return None,
    })
}

/// Strings: literals that touch are one.
impl Lowering<'_> {}
