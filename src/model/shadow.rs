//! Settings files that no import reaches, as a package of their name lies beside them.

use crate::fact::Fact;
use crate::model::{Files, Found, Read};
use crate::source::Place;
use crate::syntax::Parsed;
use crate::syntax::python::ast::{ExpressionKind, Statement, StatementKind};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Shadowed {
    pub path: Utf8PathBuf,
    /// Where it says whether DEBUG is on, which misleads most, or else where it begins.
    pub module: Fact<()>,
    /// The package that is imported in its place.
    pub package: Fact<()>,
}

/// What is run by its path, and imported by nobody: setuptools' script and Django's.
const SCRIPTS: [&str; 2] = ["manage.py", "setup.py"];

/// What is shadowed on the way to modules of these names. One that git ignores is nobody's.
pub(super) fn shadowed<'n>(
    files: &Files,
    root: &Utf8Path,
    names: impl Iterator<Item = &'n str>,
) -> Vec<Shadowed> {
    let mut bases: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    for name in names {
        let path = root.join(name.replace('.', "/"));
        let below = |it: &&Utf8Path| it.starts_with(root) && *it != root;
        bases.extend(path.ancestors().take_while(below).map(Utf8Path::to_owned));
    }
    let find = |base: Utf8PathBuf| {
        let path = Utf8PathBuf::from(format!("{base}.py"));
        let package = base.join("__init__.py");
        let ignored = files.tree.is_ignored(&path);
        let is_script = path.file_name().is_some_and(|it| SCRIPTS.contains(&it));
        if is_script || ignored || !files.tree.is_file(&path) || !files.tree.is_file(&package) {
            return None;
        }
        let (Found::Read(module), Found::Read(package)) = (files.find(&path), files.find(&package))
        else {
            return None;
        };
        let package = Fact::at((), Place::new(package.id, 0, 0));
        Some(Shadowed { path, module: Fact::at((), telling(module)), package })
    };
    bases.into_iter().filter_map(find).collect()
}

fn telling(read: Read<'_>) -> Place {
    let start = Place::new(read.id, 0, 0);
    let Parsed::Python(module) = read.parsed else { return start };
    let assigns_debug = |statement: &&Statement| match &statement.kind {
        StatementKind::Assign { targets, .. } => targets
            .iter()
            .any(|it| matches!(&it.kind, ExpressionKind::Name(name) if name == "DEBUG")),
        _ => false,
    };
    let debug = module.body.iter().find(assigns_debug);
    debug.map_or(start, |it| Place { file: read.id, span: it.span })
}
