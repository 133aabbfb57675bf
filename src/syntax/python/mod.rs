//! Python source as a typed tree: what evaluation, and the rules about code, read.
//!
//! tree-sitter finds the structure and is left at once: its tree keeps going after an error and
//! then invents values (`A = ["x"⏎B = False` becomes `A = False`), which CPython never does. So
//! any error makes the module [broken](ast::Module::broken), and what tree-sitter accepts and
//! CPython does not (indentation, Python 2, `return` at the top) is looked for besides. Nothing is
//! resolved or evaluated here.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "questions about one form of an expression are not about the others"
)]

use crate::source::{FileId, Place};
use crate::syntax::Problem;

pub mod ast;
mod definitions;
mod expressions;
mod imports;
mod layout;
mod lazy;
mod literal;
mod lower;
mod patterns;
mod scope;
mod statements;
mod strings;
mod walk;

pub use imports::{Import, at_once, imports};
pub use lazy::Lazy;
pub use scope::{bound_names, is_open};
pub use statements::is_of_python_2;
pub use walk::{children, each_expression, each_statement, own_expressions, within};

/// The tree of one file, and what CPython would refuse in it. With any problem the module is
/// broken: CPython does not run half a file.
pub fn parse(file: FileId, text: &str) -> (ast::Module, Vec<Problem>) {
    let mut parser = tree_sitter::Parser::new();
    let loaded = parser.set_language(&lower::LANGUAGE);
    let tree = loaded.ok().and_then(|()| parser.parse(text, None));
    let Some(tree) = tree else {
        let start = Place::new(file, 0, 0);
        let module = ast::Module {
            file,
            body: Vec::new(),
            broken: Some(start),
            is_of_python_2: false,
            sets_encoding: false,
        };
        return (module, vec![Problem::new(start, "the file could not be parsed")]);
    };
    let mut lowering = lower::Lowering::new(file, text);
    let root = tree.root_node();
    let faults = layout::faults(file, text, root);
    let body = if faults.is_empty() { lowering.module(root) } else { Vec::new() };
    let mut problems = lowering.into_problems();
    problems.extend(faults);
    problems.sort();
    problems.dedup();
    let broken = problems.first().map(|problem| problem.place);
    let is_of_python_2 = broken.is_some() && problems.iter().all(is_of_python_2);
    let sets_encoding = text.contains("setdefaultencoding") && sets_encoding(&body);
    (ast::Module { file, body, broken, is_of_python_2, sets_encoding }, problems)
}

fn sets_encoding(body: &[ast::Statement]) -> bool {
    let mut found = false;
    each_expression(body, &mut |it| {
        let ast::ExpressionKind::Call { function, .. } = &it.kind else { return };
        found |= matches!(&function.kind, ast::ExpressionKind::Attribute { name, .. }
            if name.text == "setdefaultencoding");
    });
    found
}
