//! A tree whose Python modules and texts are loaded as evaluation asks for them.

use crate::python::{Files, Found, secrets};
use crate::source::{FileId, Sources, Tree};
use crate::syntax::python::ast::Module;
use crate::syntax::python::{Import, imports, parse};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeSet, HashMap};

/// What of a tree was read so far.
pub struct Loaded<'a> {
    tree: &'a Tree,
    /// The folder that counts as the repository, as the tree names it.
    base: Utf8PathBuf,
    sources: Sources,
    modules: HashMap<FileId, Module>,
    /// What cannot be read; asking again would not help.
    refused: BTreeSet<Utf8PathBuf>,
}

impl<'a> Loaded<'a> {
    pub fn new(tree: &'a Tree, base: Utf8PathBuf) -> Self {
        let (sources, modules) = (Sources::default(), HashMap::new());
        Self { tree, base, sources, modules, refused: BTreeSet::new() }
    }

    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Reads files by their paths in the repository. False if there was nothing new among them.
    pub fn load(&mut self, wanted: &BTreeSet<Utf8PathBuf>) -> bool {
        let paths: Vec<Utf8PathBuf> = wanted
            .iter()
            .filter_map(|path| self.tree.resolve(&self.base.join(path)))
            .filter(|path| self.sources.find(path).is_none() && !self.refused.contains(path))
            .collect();
        let mut files = Vec::new();
        for (path, result) in paths.iter().zip(self.tree.read(&paths)) {
            match result {
                Ok(file) => files.push(file),
                Err(_) => _ = self.refused.insert(path.clone()),
            }
        }
        self.sources.add(files);
        for path in &paths {
            let Some(file) = self.sources.find(path) else { continue };
            if path.extension() == Some("py") {
                let (module, _) = parse(file, self.sources.get(file).text());
                secrets(&module).into_iter().for_each(|place| self.sources.hide(place));
                self.modules.insert(file, module);
            }
        }
        !paths.is_empty()
    }

    /// What the loaded modules import, for reading ahead.
    pub fn imports(&self) -> Vec<(&Utf8Path, Vec<Import>)> {
        let each = self.modules.iter();
        let each = each.map(|(file, it)| (self.sources.get(*file).path().as_path(), imports(it)));
        each.collect()
    }
}

impl Files for Loaded<'_> {
    fn find(&self, path: &Utf8Path) -> Found<'_> {
        let Some(path) = self.tree.resolve(&self.base.join(path)) else { return Found::Absent };
        if self.tree.is_dir(&path) {
            let names = self.tree.children(&path).filter_map(|(path, _)| path.file_name());
            return Found::Directory(names.map(str::to_owned).collect());
        }
        let Some(file) = self.sources.find(&path) else { return Found::Unread };
        let text = self.sources.get(file).text();
        match self.modules.get(&file) {
            Some(module) => Found::Module { file, module, text },
            None => Found::Text { file, text },
        }
    }

    fn module(&self, file: FileId) -> Option<&Module> {
        self.modules.get(&file)
    }
}
