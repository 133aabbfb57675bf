//! Statements, functions and classes.

use crate::syntax::Problem;
use crate::syntax::python::ast::{
    Alias, Argument, Block, Expression, ExpressionKind, Handler, Imported, Name, Operator,
    Statement, StatementKind, Try,
};
use crate::syntax::python::lower::{
    Lowering, child_of, fields, has_token, is_between_tokens, kind_of, parts, span,
};
use tree_sitter::Node;

const PRINT_STATEMENT: &str = "missing parentheses in call to 'print'";

const BOUND_EXCEPTION: &str = "multiple exception types must be parenthesized";

const EXEC_STATEMENT: &str = "missing parentheses in call to 'exec'";

pub(super) const OCTAL: &str = "octal numbers begin with `0o`";

pub(super) const RAW_UNICODE: &str = "`ur` is no prefix of a text";

pub(super) const UNEQUAL: &str = "`<>` is written `!=`";

/// Whether what Python 3 refuses is how people wrote for Python 2: a project of then runs with that.
pub fn is_of_python_2(problem: &Problem) -> bool {
    let known = [PRINT_STATEMENT, BOUND_EXCEPTION, EXEC_STATEMENT, OCTAL, RAW_UNICODE, UNEQUAL];
    known.contains(&problem.message.as_str())
}

impl Lowering<'_> {
    pub(super) fn block_children(&mut self, node: Node<'_>) -> Block {
        parts(node).into_iter().filter_map(|it| self.statement(it)).collect()
    }

    /// The body under a field; where the grammar gives it none, the node's last block.
    pub(super) fn block(&mut self, node: Node<'_>, field: &str) -> Block {
        let named = child_of(node, field);
        let block = named.or_else(|| parts(node).into_iter().rfind(|it| kind_of(*it) == "block"));
        block.map(|it| self.block_children(it)).unwrap_or_default()
    }

    fn repeated(&mut self, node: Node<'_>) -> Block {
        let around = self.inside;
        self.inside.repeat = true;
        let body = self.block(node, "body");
        self.inside = around;
        body
    }

    fn otherwise(&mut self, node: Node<'_>) -> Block {
        let clause = parts(node).into_iter().find(|it| kind_of(*it) == "else_clause");
        clause.map(|it| self.block(it, "body")).unwrap_or_default()
    }

    fn statement(&mut self, node: Node<'_>) -> Option<Statement> {
        self.deeper(node, |it| it.statement_here(node), || None)
    }

    fn statement_here(&mut self, node: Node<'_>) -> Option<Statement> {
        let kind = match kind_of(node) {
            "expression_statement" => self.expression_statement(node),
            "import_statement" => StatementKind::Import(self.aliases(node)),
            "import_from_statement" => self.import_from(node),
            "future_import_statement" => return None,
            "return_statement" => {
                if !self.inside.function {
                    self.problem(node, "'return' outside function");
                }
                StatementKind::Return(parts(node).first().map(|it| self.expression(*it)))
            }
            "delete_statement" => StatementKind::Delete(self.targets(node)),
            "raise_statement" => self.raise(node),
            "assert_statement" => self.assert(node),
            "global_statement" => StatementKind::Global(self.names(node)),
            "nonlocal_statement" => StatementKind::Nonlocal(self.names(node)),
            "pass_statement" => StatementKind::Pass,
            "break_statement" => self.in_loop(node, "'break' outside loop", StatementKind::Break),
            "continue_statement" => {
                self.in_loop(node, "'continue' not properly in loop", StatementKind::Continue)
            }
            "if_statement" => self.if_statement(node),
            "for_statement" => StatementKind::For {
                target: self.field(node, "left"),
                iterable: self.field(node, "right"),
                body: self.repeated(node),
                otherwise: self.otherwise(node),
            },
            "while_statement" => StatementKind::While {
                test: self.field(node, "condition"),
                body: self.repeated(node),
                otherwise: self.otherwise(node),
            },
            "try_statement" => self.try_statement(node),
            "with_statement" => self.with_statement(node),
            "function_definition" => StatementKind::Function(self.function(node, Vec::new())),
            "class_definition" => StatementKind::Class(self.class(node, Vec::new())),
            "decorated_definition" => self.decorated(node)?,
            "match_statement" => self.match_statement(node),
            "type_alias_statement" => return None,
            "print_statement" => {
                self.problem(node, PRINT_STATEMENT);
                return None;
            }
            "exec_statement" => {
                self.problem(node, EXEC_STATEMENT);
                let name = ExpressionKind::Name("exec".to_owned());
                let function = Expression { span: span(node), kind: name };
                let code = parts(node).into_iter().map(|it| self.expression(it));
                let arguments = code.map(Argument::Positional).collect();
                let kind = ExpressionKind::Call { function: Box::new(function), arguments };
                StatementKind::Expression(Expression { span: span(node), kind })
            }
            _ => {
                self.problem(node, "invalid syntax");
                return None;
            }
        };
        Some(Statement { span: span(node), kind })
    }

    fn in_loop(&mut self, node: Node<'_>, fault: &str, kind: StatementKind) -> StatementKind {
        if !self.inside.repeat {
            self.problem(node, fault);
        }
        kind
    }

    fn expression_statement(&mut self, node: Node<'_>) -> StatementKind {
        let inner = parts(node);
        let [only] = inner[..] else {
            let kind = ExpressionKind::Tuple(self.expressions(&inner));
            return StatementKind::Expression(Expression { span: span(node), kind });
        };
        match kind_of(only) {
            "assignment" => self.assignment(only),
            "augmented_assignment" => {
                let symbol = child_of(only, "operator").map_or("", |it| kind_of(it));
                let operator = Operator::of(symbol.trim_end_matches('='));
                StatementKind::Augmented {
                    target: self.field(only, "left"),
                    operator: operator.unwrap_or(Operator::Add),
                    value: self.field(only, "right"),
                }
            }
            _ if has_token(node, ",") => {
                let kind = ExpressionKind::Tuple(vec![self.expression(only)]);
                StatementKind::Expression(Expression { span: span(node), kind })
            }
            _ => StatementKind::Expression(self.expression(only)),
        }
    }

    /// `a = b = value` comes as an assignment whose right side is an assignment.
    fn assignment(&mut self, node: Node<'_>) -> StatementKind {
        if let Some(annotation) = child_of(node, "type") {
            let value = child_of(node, "right");
            return StatementKind::Annotated {
                target: self.field(node, "left"),
                annotation: self.annotation(annotation),
                value: value.map(|it| self.expression(it)),
            };
        }
        let mut targets = vec![self.field(node, "left")];
        let mut right = child_of(node, "right");
        while let Some(next) = right.filter(|it| kind_of(*it) == "assignment") {
            targets.push(self.field(next, "left"));
            right = child_of(next, "right");
            if child_of(next, "type").is_some() {
                self.problem(next, "invalid syntax");
            }
        }
        let value = right.filter(|it| kind_of(*it) != "augmented_assignment");
        match value {
            Some(value) => StatementKind::Assign { targets, value: self.expression(value) },
            None => {
                self.problem(node, "invalid syntax");
                StatementKind::Pass
            }
        }
    }

    /// An annotation as an expression where it is one; classes such as pydantic's read them.
    fn annotation(&mut self, node: Node<'_>) -> Expression {
        match parts(node).first().map(|it| (kind_of(*it), *it)) {
            Some((
                "generic_type" | "union_type" | "constrained_type" | "member_type" | "splat_type",
                it,
            )) => {
                let kind = ExpressionKind::Name(self.source(it).to_owned());
                Expression { span: span(it), kind }
            }
            Some((_, it)) => self.expression(it),
            None => self.expression(node),
        }
    }

    fn targets(&mut self, node: Node<'_>) -> Vec<Expression> {
        let targets = parts(node);
        match targets.first() {
            Some(list) if kind_of(*list) == "expression_list" => {
                let inner = parts(*list);
                self.expressions(&inner)
            }
            _ => self.expressions(&targets),
        }
    }

    fn names(&self, node: Node<'_>) -> Vec<Name> {
        parts(node).into_iter().map(|it| self.name(it)).collect()
    }

    fn raise(&mut self, node: Node<'_>) -> StatementKind {
        let cause = child_of(node, "cause");
        let exception = parts(node).into_iter().find(|it| Some(*it) != cause);
        if exception.is_some_and(|it| kind_of(it) == "expression_list") {
            self.problem(node, "invalid syntax");
        }
        StatementKind::Raise {
            exception: exception.map(|it| self.expression(it)),
            cause: cause.map(|it| self.expression(it)),
        }
    }

    fn assert(&mut self, node: Node<'_>) -> StatementKind {
        let inner = parts(node);
        let message = inner.get(1).map(|it| self.expression(*it));
        StatementKind::Assert { test: self.only(node), message }
    }

    fn aliases(&mut self, node: Node<'_>) -> Vec<Alias> {
        let aliases = fields(node, "name").into_iter().map(|it| match kind_of(it) {
            "aliased_import" => Alias {
                name: self.field_name(it, "name"),
                alias: child_of(it, "alias").map(|alias| self.name(alias)),
            },
            _ => Alias { name: self.name(it), alias: None },
        });
        aliases.collect()
    }

    fn import_from(&mut self, node: Node<'_>) -> StatementKind {
        let source = child_of(node, "module_name");
        let dotted = source.and_then(|it| match kind_of(it) {
            "relative_import" => parts(it).into_iter().find(|part| kind_of(*part) == "dotted_name"),
            _ => Some(it),
        });
        let prefix = source.map_or("", |it| self.source(it));
        let level = prefix.chars().take_while(|it| *it == '.' || is_between_tokens(*it));
        let level = level.filter(|it| *it == '.');
        let star = parts(node).into_iter().find(|it| kind_of(*it) == "wildcard_import");
        let names = match star {
            Some(star) => Imported::Star(span(star)),
            None => Imported::Names(self.aliases(node)),
        };
        let module = dotted.map(|it| self.name(it));
        StatementKind::ImportFrom { level: level.count(), module, names }
    }

    fn if_statement(&mut self, node: Node<'_>) -> StatementKind {
        let mut branches = vec![(self.field(node, "condition"), self.block(node, "consequence"))];
        for clause in parts(node).into_iter().filter(|it| kind_of(*it) == "elif_clause") {
            branches.push((self.field(clause, "condition"), self.block(clause, "consequence")));
        }
        StatementKind::If { branches, otherwise: self.otherwise(node) }
    }

    fn try_statement(&mut self, node: Node<'_>) -> StatementKind {
        let mut handlers = Vec::new();
        let mut finally = Vec::new();
        for clause in parts(node) {
            match kind_of(clause) {
                "except_clause" => handlers.push(self.handler(clause)),
                "finally_clause" => finally = self.block(clause, "body"),
                _ => {}
            }
        }
        let body = self.block(node, "body");
        if handlers.is_empty() && finally.is_empty() {
            self.problem(node, "expected 'except' or 'finally' block");
        }
        StatementKind::Try(Try { body, handlers, otherwise: self.otherwise(node), finally })
    }

    /// Both `except E as name` as a clause of its own and as an `as_pattern`.
    fn handler(&mut self, clause: Node<'_>) -> Handler {
        let values = fields(clause, "value");
        if values.len() > 1 {
            return self.handler_of_many(clause, &values);
        }
        let mut kind = values.first().copied();
        let mut name = child_of(clause, "alias");
        if let Some(pattern) = kind.filter(|it| kind_of(*it) == "as_pattern") {
            kind = parts(pattern).first().copied();
            name = child_of(pattern, "alias");
        }
        Handler {
            span: span(clause),
            kind: kind.map(|it| self.expression(it)),
            name: name.map(|it| self.name(it)),
            body: self.block(clause, "body"),
        }
    }

    /// `except A, B:` is Python 3.14's (PEP 758). In Python 2 the second was a name to bind, which
    /// nobody writes with a capital.
    fn handler_of_many(&mut self, clause: Node<'_>, values: &[Node<'_>]) -> Handler {
        let capital = |it: &Node<'_>| {
            let last = self.source(*it).rsplit('.').next().unwrap_or_default();
            last.starts_with(char::is_uppercase)
        };
        if !values.iter().all(capital) {
            self.problem(clause, BOUND_EXCEPTION);
            if let [kind, name] = values {
                return Handler {
                    span: span(clause),
                    kind: Some(self.expression(*kind)),
                    name: Some(self.name(*name)),
                    body: self.block(clause, "body"),
                };
            }
        }
        let kind = ExpressionKind::Tuple(self.expressions(values));
        Handler {
            span: span(clause),
            kind: Some(Expression { span: span(clause), kind }),
            name: None,
            body: self.block(clause, "body"),
        }
    }

    fn with_statement(&mut self, node: Node<'_>) -> StatementKind {
        let clause = parts(node).into_iter().find(|it| kind_of(*it) == "with_clause");
        let mut items = Vec::new();
        for item in clause.map(parts).unwrap_or_default() {
            let Some(value) = child_of(item, "value") else { continue };
            // `with (a as x, b as y):` may come as one tuple of patterns.
            let values = match kind_of(value) {
                "tuple" if has_pattern(value) => parts(value),
                "parenthesized_expression" if has_pattern(value) => parts(value),
                _ => vec![value],
            };
            for value in values {
                items.push(self.with_item(value));
            }
        }
        StatementKind::With { items, body: self.block(node, "body") }
    }

    fn with_item(&mut self, value: Node<'_>) -> (Expression, Option<Expression>) {
        if kind_of(value) != "as_pattern" {
            return (self.expression(value), None);
        }
        let context = self.only(value);
        let target = child_of(value, "alias");
        (context, target.map(|it| self.only(it)))
    }

    fn decorated(&mut self, node: Node<'_>) -> Option<StatementKind> {
        let decorators = parts(node).into_iter().filter(|it| kind_of(*it) == "decorator");
        let decorators = decorators.map(|it| self.only(it)).collect();
        let definition = child_of(node, "definition")?;
        Some(match kind_of(definition) {
            "class_definition" => StatementKind::Class(self.class(definition, decorators)),
            _ => StatementKind::Function(self.function(definition, decorators)),
        })
    }
}

fn has_pattern(node: Node<'_>) -> bool {
    parts(node).iter().any(|it| kind_of(*it) == "as_pattern")
}
