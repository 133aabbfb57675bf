//! What the project's own middleware does, as far as its imports show.

use crate::fact::Fact;
use crate::model::django::{self, Project};
use crate::model::{Files, Found};
use crate::python::{Evaluation, Value};
use crate::syntax::Parsed;
use crate::syntax::python::ast::Module;
use crate::syntax::python::imports;

/// The entries of MIDDLEWARE whose modules keep something in Django's cache.
pub(super) fn caching(files: &Files, project: &Project, evaluation: &Evaluation) -> Vec<Fact<()>> {
    let Some(middleware) = evaluation.get("MIDDLEWARE") else { return Vec::new() };
    let Some(entries) = middleware.value.items() else { return Vec::new() };
    let caches = |entry: &&Fact<Value>| {
        let module = entry.value.text().and_then(|it| it.rsplit_once('.'));
        let path = module.and_then(|it| django::find_module(files, &project.root, it.0));
        // Read in the next round, all of them in one.
        path.is_some_and(|path| match files.find(&path) {
            Found::Read(read) => match read.parsed {
                Parsed::Python(module) => imports_cache(module),
                _ => false,
            },
            Found::Wanted | Found::Folder | Found::Absent => false,
        })
    };
    entries.iter().filter(caches).map(|entry| entry.map(|_| ())).collect()
}

fn imports_cache(module: &Module) -> bool {
    imports(module).iter().any(|import| import.module == "django.core.cache")
}
