//! What every part of the lowering shares: the text, what went wrong, how deep it is.

use crate::source::{FileId, Place, Span};
use crate::syntax::Problem;
use crate::syntax::python::ast::{Block, Constant, Expression, ExpressionKind, Name};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::num::NonZeroU16;
use std::sync::LazyLock;
use tree_sitter::{Language, Node};

pub(super) static LANGUAGE: LazyLock<Language> =
    LazyLock::new(|| tree_sitter_python::LANGUAGE.into());

/// What the nodes of the grammar are called, by their numbers: tree-sitter measures and checks the
/// name each time that it is asked for it.
static KINDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let all = 0..LANGUAGE.node_kind_count() as u16;
    all.map(|id| LANGUAGE.node_kind_for_id(id).unwrap_or_default()).collect()
});

/// The numbers of the grammar's fields: tree-sitter compares a name with those of all of them.
static FIELDS: LazyLock<HashMap<&str, NonZeroU16, RandomState>> = LazyLock::new(|| {
    let all = (1..=LANGUAGE.field_count() as u16).filter_map(NonZeroU16::new);
    all.filter_map(|id| Some((LANGUAGE.field_name_for_id(id.get())?, id))).collect()
});

/// CPython gives up at 200 nested brackets ("too many nested parentheses") and at 100 levels of
/// indentation; nothing that it accepts nests deeper than this by other means in practice.
const DEEPEST: usize = 220;

pub(super) struct Lowering<'t> {
    pub(super) text: &'t str,
    file: FileId,
    depth: usize,
    problems: Vec<Problem>,
    pub(super) inside: Inside,
}

/// What surrounds the statement that is read: it decides where `return` and `break` may stand.
#[derive(Clone, Copy, Default)]
pub(super) struct Inside {
    pub(super) function: bool,
    pub(super) repeat: bool,
}

impl<'t> Lowering<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        Self { text, file, depth: 0, problems: Vec::new(), inside: Inside::default() }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    pub(super) fn module(&mut self, root: Node<'_>) -> Block {
        self.block_children(root)
    }

    pub(super) fn problem(&mut self, node: Node<'_>, message: &str) {
        let Span { start, end } = span(node);
        let place = Place::new(self.file, start as usize, end as usize);
        self.problems.push(Problem::new(place, message));
    }

    /// Runs `read` one level further down, or says that the file nests too deeply.
    pub(super) fn deeper<T>(
        &mut self,
        node: Node<'_>,
        read: impl FnOnce(&mut Self) -> T,
        instead: impl FnOnce() -> T,
    ) -> T {
        if self.depth >= DEEPEST {
            self.problem(node, "too many nested parentheses");
            return instead();
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    pub(super) fn source(&self, node: Node<'_>) -> &'t str {
        &self.text[node.byte_range()]
    }

    /// A name, dotted or not. Blanks may stand around the dots, and lines go on behind a backslash
    /// (Python's reference, "Whitespace between tokens").
    pub(super) fn name(&self, node: Node<'_>) -> Name {
        let text = self.source(node);
        let text = match kind_of(node) == "dotted_name" && text.contains(is_between_tokens) {
            true => parts(node).into_iter().map(|it| self.source(it)).collect::<Vec<_>>().join("."),
            false => text.to_owned(),
        };
        Name { text, span: span(node) }
    }
}

/// What stands between two tokens, and is part of neither.
pub(super) fn is_between_tokens(it: char) -> bool {
    it.is_ascii_whitespace() || it == '\\'
}

pub(super) fn span(node: Node<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

/// What the grammar calls a node; what it could not read has no number among the others.
pub(super) fn kind_of(node: Node<'_>) -> &'static str {
    KINDS.get(usize::from(node.kind_id())).copied().unwrap_or("ERROR")
}

/// The first child under a field name.
pub(super) fn child_of<'n>(node: Node<'n>, name: &str) -> Option<Node<'n>> {
    node.child_by_field_id(FIELDS.get(name)?.get())
}

/// The named parts of a node, comments left out.
pub(super) fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let parts = node.named_children(&mut cursor);
    parts.filter(|part| !matches!(kind_of(*part), "comment" | "line_continuation")).collect()
}

/// The children under one field name, in order.
pub(super) fn fields<'n>(node: Node<'n>, name: &str) -> Vec<Node<'n>> {
    let Some(field) = FIELDS.get(name) else { return Vec::new() };
    let mut cursor = node.walk();
    node.children_by_field_id(*field, &mut cursor).filter(|part| part.is_named()).collect()
}

/// Whether the node has this keyword or sign among its own children.
pub(super) fn has_token(node: Node<'_>, token: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| !child.is_named() && kind_of(child) == token)
}

/// Stands where a file is broken, so that the tree keeps its shape.
pub(super) fn nothing(node: Node<'_>) -> Expression {
    Expression { span: span(node), kind: ExpressionKind::Constant(Constant::None) }
}
