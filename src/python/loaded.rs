//! A tree whose Python modules and texts are loaded as evaluation asks for them.

use crate::python::{Files, Found, secrets};
use crate::source::{FileId, Sources, Tree};
use crate::syntax::python::ast::Module;
use crate::syntax::python::{Import, at_once, parse};
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

    /// Reads files by their paths in the repository, and what those are sure to import. False if
    /// there was nothing new among them.
    pub fn load(&mut self, wanted: &BTreeSet<Utf8PathBuf>) -> bool {
        let mut new = self.read(wanted);
        let is_any = !new.is_empty();
        while !new.is_empty() {
            let ahead = new.into_iter().flat_map(|file| self.imports(file)).collect();
            new = self.read(&ahead);
        }
        is_any
    }

    /// Those that were not read before.
    fn read(&mut self, wanted: &BTreeSet<Utf8PathBuf>) -> Vec<FileId> {
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
        let read: Vec<FileId> = paths.iter().filter_map(|path| self.sources.find(path)).collect();
        for file in &read {
            if self.sources.get(*file).path().extension() == Some("py") {
                let (module, _) = parse(*file, self.sources.get(*file).text());
                secrets(&module).into_iter().for_each(|place| self.sources.hide(place));
                self.modules.insert(*file, module);
            }
        }
        read
    }

    /// The files that a module imports where it begins to run: by its own package, or from any
    /// folder around it, as nobody has said which of those is on the path.
    fn imports(&self, file: FileId) -> BTreeSet<Utf8PathBuf> {
        let Some(module) = self.modules.get(&file) else { return BTreeSet::new() };
        let path = self.sources.get(file).path();
        let path = path.strip_prefix(&self.base).unwrap_or(path);
        let mut found = BTreeSet::new();
        for import in at_once(module) {
            let folders = path.ancestors().skip(import.level.max(1));
            let most = if import.level == 0 { usize::MAX } else { 1 };
            for folder in folders.take(most) {
                found.extend(self.files_of(folder, &import));
            }
        }
        found
    }

    /// The files below a folder that an import runs: those of the packages on its way, and its own.
    fn files_of(&self, folder: &Utf8Path, import: &Import) -> Vec<Utf8PathBuf> {
        let mut at = vec![folder.to_owned()];
        for part in import.module.split('.').filter(|it| !it.is_empty()) {
            let next = at[at.len() - 1].join(part);
            at.push(next);
        }
        let whole = at[at.len() - 1].clone();
        let files =
            at.iter().skip(1).flat_map(|it| [it.join("__init__.py"), format!("{it}.py").into()]);
        let names = import.names.iter().map(|name| whole.join(format!("{name}.py")));
        files.chain(names).filter(|it| self.tree.is_file(&self.base.join(it))).collect()
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
