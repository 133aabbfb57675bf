//! Where a module is found: in the tree, among the models of libraries, or only by name.

use crate::python::library;
use crate::python::machine::Machine;
use crate::python::{Found, Installed};
use crate::source::FileId;
use crate::syntax::python::ast::{self};
use camino::{Utf8Path, Utf8PathBuf};

impl<'a> Machine<'a> {
    pub(crate) fn locate(&mut self, dotted: &str) -> Located<'a> {
        let top = dotted.split('.').next().unwrap_or(dotted);
        // These are loaded before the project is looked at, whatever files it has.
        let loaded = matches!(top, "sys" | "os" | "builtins" | "io" | "abc" | "codecs" | "time");
        if !loaded && let Some(found) = self.locate_in_project(dotted) {
            return found;
        }
        // The rest of a package of the project is nowhere else.
        if !loaded && dotted != top && self.locate_in_project(top).is_some() {
            return Located::Absent;
        }
        let own = top == "_kilter" || library::is_standard(top);
        if let Some(module) = library::module(dotted)
            && (own || self.is_installed(top) != Some(false))
        {
            return Located::Library(module);
        }
        if library::is_standard(top) {
            return Located::Opaque;
        }
        match self.is_installed(top) {
            // A part of a library that is modelled, which the model lacks.
            Some(true) => Located::Opaque,
            Some(false) => Located::Absent,
            None => Located::Perhaps,
        }
    }

    /// Whether a library can be imported; none if nobody can tell.
    pub(crate) fn is_installed(&self, top: &str) -> Option<bool> {
        match &self.request.installed {
            Installed::Only(names) => Some(names.contains(top)),
            Installed::AtLeast(has) => has(top).then_some(true),
            Installed::Unknown => None,
        }
    }

    /// Where a module lies below the roots, without what its file ends in.
    pub(crate) fn relative(&self, dotted: &str) -> Utf8PathBuf {
        let mut parts = dotted.split('.').peekable();
        let is_root = |top: &&str| self.request.package == Some(*top);
        parts.next_if(is_root);
        parts.collect()
    }

    pub(crate) fn locate_in_project(&mut self, dotted: &str) -> Option<Located<'a>> {
        let relative = self.relative(dotted);
        let mut folder = None;
        for root in self.request.roots {
            let base = clean(&root.join(&relative));
            let init = base.join("__init__.py");
            match self.request.files.find(&init) {
                Found::Module { file, module, .. } => {
                    return Some(Located::File { path: init, file, module, package: Some(base) });
                }
                Found::Unread => {
                    self.wants.insert(init);
                    return Some(Located::Unread);
                }
                Found::Text { .. } | Found::Directory(_) | Found::Absent => {}
            }
            let path = Utf8PathBuf::from(format!("{base}.py"));
            match self.request.files.find(&path) {
                Found::Module { file, module, .. } => {
                    return Some(Located::File { path, file, module, package: None });
                }
                Found::Unread => {
                    self.wants.insert(path);
                    return Some(Located::Unread);
                }
                Found::Text { .. } | Found::Directory(_) | Found::Absent => {}
            }
            if matches!(self.request.files.find(&base), Found::Directory(_)) {
                folder.get_or_insert(base);
            }
        }
        // A folder without `__init__.py` yields to any regular package, installed ones included.
        let top = dotted.split('.').next().unwrap_or(dotted);
        let elsewhere = library::is_standard(top) || self.is_installed(top) == Some(true);
        folder.filter(|_| !elsewhere).map(Located::Namespace)
    }
}

/// A module as it was found.
pub(crate) enum Located<'a> {
    File {
        path: Utf8PathBuf,
        file: FileId,
        module: &'a ast::Module,
        package: Option<Utf8PathBuf>,
    },
    /// A folder without `__init__.py`.
    Namespace(Utf8PathBuf),
    Unread,
    Library(&'static ast::Module),
    /// It can be imported, and nothing more is known of it.
    Opaque,
    Perhaps,
    Absent,
}

/// The path without `.` and `..`, as the files of the tree are named.
pub(crate) fn clean(path: &Utf8Path) -> Utf8PathBuf {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.as_str().split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|it| *it != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/").into()
}
