//! What a module imports, found without evaluating it, so that files can be read ahead.

use crate::syntax::python::ast::{Alias, Imported, Module, StatementKind};
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

/// Those of a module, functions and all.
pub fn imports(module: &Module) -> Vec<Import> {
    let mut imports = Vec::new();
    each_statement(&module.body, &mut |statement| imports.extend(of(&statement.kind)));
    imports.sort();
    imports.dedup();
    imports
}

/// Those that no condition is in front of: they run whenever the module does.
pub fn at_once(module: &Module) -> Vec<Import> {
    module.body.iter().flat_map(|statement| of(&statement.kind)).collect()
}

fn of(statement: &StatementKind) -> Vec<Import> {
    match statement {
        StatementKind::Import(aliases) => {
            let import =
                |it: &Alias| Import { level: 0, module: it.name.text.clone(), names: Vec::new() };
            aliases.iter().map(import).collect()
        }
        StatementKind::ImportFrom { level, module, names } => vec![Import {
            level: *level,
            module: module.as_ref().map_or(String::new(), |it| it.text.clone()),
            names: match names {
                Imported::Star(_) => Vec::new(),
                Imported::Names(aliases) => aliases.iter().map(|it| it.name.text.clone()).collect(),
            },
        }],
        _ => Vec::new(),
    }
}
