//! What a module imports, found without evaluating it, so that files can be read ahead.

use crate::syntax::python::ast::{Imported, Module, StatementKind};
use crate::syntax::python::walk::each_statement;

/// One `import`, wherever in the file it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// Leading dots: 0 is an absolute import.
    pub level: usize,
    /// Empty in `from . import x`.
    pub module: String,
    /// Names that may be modules themselves.
    pub names: Vec<String>,
}

pub fn imports(module: &Module) -> Vec<Import> {
    let mut imports = Vec::new();
    each_statement(&module.body, &mut |statement| match &statement.kind {
        StatementKind::Import(aliases) => imports.extend(aliases.iter().map(|it| Import {
            level: 0,
            module: it.name.text.clone(),
            names: Vec::new(),
        })),
        StatementKind::ImportFrom { level, module, names } => imports.push(Import {
            level: *level,
            module: module.as_ref().map_or(String::new(), |it| it.text.clone()),
            names: match names {
                Imported::Star(_) => Vec::new(),
                Imported::Names(aliases) => aliases.iter().map(|it| it.name.text.clone()).collect(),
            },
        }),
        _ => {}
    });
    imports.sort();
    imports.dedup();
    imports
}
