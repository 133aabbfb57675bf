//! Modules of the project, looked up by their dotted names from where it is imported.

use crate::model::{Files, django};
use crate::syntax::python::ast::{Imported, Module, Statement, StatementKind};
use crate::syntax::python::{bound_names, each_statement, is_open};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

pub(super) struct Modules<'m> {
    pub(super) files: &'m Files<'m>,
    pub(super) root: &'m Utf8Path,
}

impl Modules<'_> {
    pub(super) fn path(&self, name: &str) -> Utf8PathBuf {
        django::base_of(self.files, self.root, name)
    }

    /// Whether there is a module, a package, or a folder that may be one.
    pub(super) fn has(&self, name: &str) -> bool {
        let path = self.path(name);
        let compiled = |path: &Utf8Path| {
            let stem = path.file_name().unwrap_or_default();
            let folder = path.parent().unwrap_or("".into());
            self.files.tree.children(folder).any(|(it, _)| {
                let name = it.file_name().unwrap_or_default();
                name.starts_with(&format!("{stem}.")) && !name.ends_with(".py")
            })
        };
        // A folder without code loses against a package that is installed (Python, "Namespace
        // packages").
        let holds_code = || {
            let mut below = self.files.tree.below(&path);
            below.any(|(it, _)| it.extension() == Some("py"))
        };
        self.files.tree.is_dir(&path) && holds_code()
            || django::find_module(self.files, self.root, name).is_some()
            || compiled(&path)
    }

    pub(super) fn is_package(&self, name: &str) -> bool {
        self.files.tree.is_file(&self.path(name).join("__init__.py"))
    }

    /// Whether a folder or module of this name lies anywhere else in the tree.
    pub(super) fn lies_elsewhere(&self, top: &str) -> bool {
        let is_named = |path: &str| {
            let stem = path.strip_suffix(".py").unwrap_or(path);
            let folder = |path: &str| path.is_empty() || path.ends_with('/');
            stem.strip_suffix(top).is_some_and(folder) || path.strip_suffix(top).is_some_and(folder)
        };
        let name = top.rsplit('/').next().unwrap_or_default();
        let module = format!("{name}.py");
        let mut of_name = [name, &module].into_iter().flat_map(|it| self.files.named(it));
        of_name.any(|path| is_named(path.as_str()))
    }

    /// Whether git ignores the folder that it would lie in.
    pub(super) fn is_ignored(&self, path: &Utf8Path) -> bool {
        path.ancestors().any(|it| self.files.tree.is_ignored(it))
    }

    pub(super) fn module(&self, name: &str) -> Option<&Module> {
        self.files.python(&django::find_module(self.files, self.root, name)?)
    }

    /// Whether a module has a name. `None` if it was not read, or has names that its text does not
    /// show.
    pub(super) fn binds(&self, name: &str, what: &str) -> Option<bool> {
        self.binds_any(name, |it| it == what)
    }

    /// Whether an application's models have a class, which Django looks up in small letters
    /// (`AppConfig.get_model`). It is registered under its own name as soon as the module is imported
    /// that it stands in (`ModelBase.__new__`), whatever the importer calls it. `None` as above.
    pub(super) fn has_model(&self, package: &str, class: &str) -> Option<bool> {
        let is_own = |name: &str| {
            django::is_below(name, package)
                && django::find_module(self.files, self.root, name).is_some()
        };
        let mut waiting = vec![format!("{package}.models")];
        let mut seen = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            if self.binds_any(&name, |it| it.eq_ignore_ascii_case(class))? {
                return Some(true);
            }
            let imported = self.imported(&name).into_iter().filter(|it| is_own(it));
            seen.insert(name);
            waiting.extend(imported.filter(|it| !seen.contains(it)));
        }
        Some(false)
    }

    /// The modules that a module may import, by their full names.
    fn imported(&self, name: &str) -> Vec<String> {
        let Some(module) = self.module(name) else { return Vec::new() };
        let is_package = self.is_package(name);
        let mut found = Vec::new();
        each_statement(&module.body, &mut |statement| {
            found.extend(imported_by(statement, name, is_package));
        });
        found
    }

    fn binds_any(&self, name: &str, is_it: impl Fn(&str) -> bool) -> Option<bool> {
        let module = self.module(name)?;
        let bound = bound_names(&module.body).iter().any(|it| is_it(it) || it == "__getattr__");
        (bound || !is_open(module)).then_some(bound)
    }
}

/// The modules that a statement of a module may import, by their full names.
pub(super) fn imported_by(statement: &Statement, name: &str, is_package: bool) -> Vec<String> {
    match &statement.kind {
        StatementKind::Import(names) => names.iter().map(|it| it.name.text.clone()).collect(),
        StatementKind::ImportFrom { level, module, names } => {
            let from = module.as_ref().map_or("", |it| it.text.as_str());
            let from = django::absolute(name, is_package, *level, from);
            let names = match names {
                Imported::Names(names) => names.as_slice(),
                Imported::Star(_) => &[],
            };
            let inner = names.iter().map(|it| format!("{from}.{}", it.name.text));
            inner.chain([from.clone()]).collect()
        }
        _ => Vec::new(),
    }
}
