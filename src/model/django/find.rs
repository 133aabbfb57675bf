//! Which projects a tree has: the folders that their entry points import from.

use crate::model::django::{
    Entry, EntryPoint, Project, absolute, entry, find_module, modules, named_outside, root_package,
};
use crate::model::project::Requirements;
use crate::model::{Code, Files, Found, Kind, lies_collected, shadow};
use crate::python::from_outermost;
use crate::source::FileId;
use crate::syntax::Parsed;
use crate::syntax::python::{Lazy, imports};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::iter::{IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelIterator};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Every project of the tree, by its root.
pub fn projects(files: &Files) -> Vec<Project> {
    let modules: Vec<(&Utf8Path, FileId, &Lazy)> = files
        .of(Kind::Python)
        .into_iter()
        .filter_map(|read| match read.parsed {
            Parsed::Python(module) => Some((read.path, read.id, module)),
            _ => None,
        })
        .collect();
    let entries: Vec<EntryPoint> = modules
        .par_iter()
        .filter_map(|(path, file, module)| entry::called(path, *file, module))
        .collect();
    let others: Vec<EntryPoint> =
        files.of(Kind::Python).par_iter().filter_map(entry::other).collect();

    let is_copy = |entry: &EntryPoint| lies_collected(files.tree, &entry.path);
    let mut entries: Vec<EntryPoint> = entries.into_iter().filter(|it| !is_copy(it)).collect();

    let mut roots: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    for entry in &entries {
        roots.extend(root_of(files, entry));
    }
    named_outside::complete(files, &mut entries, &others, &mut roots);
    let mut projects: Vec<Project> = roots
        .into_iter()
        .map(|root| Project {
            below: files.from_root(&root).1.to_owned(),
            package: root_package::name(files, &root).map(str::to_owned),
            root,
            entries: Vec::new(),
            others: Vec::new(),
            has_tasks: false,
            has_migrations: false,
            modules: Vec::new(),
            shadowed: Vec::new(),
            code: Code::default(),
            requirements: Arc::default(),
        })
        .collect();
    for entry in entries {
        let home = projects.iter_mut().filter(|project| entry.path.starts_with(&project.root));
        if let Some(project) = home.max_by_key(|project| project.root.components().count()) {
            project.entries.push(entry);
        }
    }
    projects.par_iter_mut().for_each(|project| {
        let is_own = |path: &&Utf8PathBuf| !path.as_str().contains("site-packages");
        let mut tasks = files.files_named("tasks.py").filter(is_own);
        project.has_tasks = tasks.any(|path| path.starts_with(&project.root));
        let is_of_app =
            |path: &&Utf8PathBuf| path.parent().and_then(Utf8Path::file_name) == Some("migrations");
        let mut first = files.files_named("0001_initial.py").filter(is_own).filter(is_of_app);
        project.has_migrations = first.any(|path| path.starts_with(&project.root));
        project.entries.sort_by(|a, b| (a.kind, &a.path).cmp(&(b.kind, &b.path)));
        entry::take_what_came_before(files, &mut project.entries);
        let inside = others.iter().filter(|it| it.path.starts_with(&project.root));
        let is_other = |it: &&EntryPoint| project.entries.iter().all(|own| own.path != it.path);
        project.others = inside.filter(is_other).cloned().collect();
        project.modules = modules::of(files, project);
    });
    projects.retain(|project| !project.modules.is_empty());
    projects.par_iter_mut().for_each(|project| {
        let names = project.modules.iter().map(|it| it.name.as_str());
        project.shadowed = shadow::shadowed(files, &project.root, names);
        project.requirements = Arc::new(Requirements::gather(files, &project.root, &[]));
        project.code = Code::of(files, &project.root);
    });
    projects.retain(|project| !is_of_flask(files, project));
    projects
}

/// Whether it is Flask's: that once had a `manage.py` as well (Flask-Script), and settings that anybody
/// may call so.
fn is_of_flask(files: &Files, project: &Project) -> bool {
    let has = |name| project.requirements.has(name).map(|it| it.value);
    let texts = project.entries.iter().filter_map(|it| match files.find(&it.path) {
        Found::Read(read) => Some(read.text),
        _ => None,
    });
    let mut texts = texts.peekable();
    has("flask") == Some(true)
        && has("django") != Some(true)
        && texts.peek().is_some()
        && texts.all(|text| !text.contains("django") && !text.contains("DJANGO"))
}

/// The folder to import from: where the module that the entry point names is found, or others are that
/// stand beside it, as where everybody makes a `settings.py` of one's own. `manage.py` puts its own folder
/// first on the path; a `wsgi.py` lies somewhere below it.
fn root_of(files: &Files, entry: &EntryPoint) -> Option<Utf8PathBuf> {
    let folder = entry.path.parent()?;
    let is_there = |root: &Utf8Path| {
        let is_found = |name: &String| {
            find_module(files, root, name).is_some()
                || files.tree.is_dir(&root_package::base_of(files, root, name))
                || name.contains('.') && !modules::siblings(files, root, name).is_empty()
        };
        entry.hints.iter().any(is_found)
    };
    if entry.kind == Entry::Manage {
        // Before Django 1.4 it was one of the package's own modules, and is where that was kept.
        let is_around = |name: &String| name.split('.').next() == folder.file_name();
        let around = folder.parent().filter(|_| entry.hints.iter().any(is_around));
        let is_its = entry.hints.is_empty() || is_there(folder);
        let root = if is_its { Some(folder) } else { around.filter(|it| is_there(it)) };
        return root.map(Utf8Path::to_owned);
    }
    folder.ancestors().take(4).find(|root| is_there(root)).map(Utf8Path::to_owned)
}

/// Asks for what settings import, so that evaluation finds it there. Whether there is more to
/// wait for.
pub fn prefetch(files: &Files, projects: &[Arc<Project>]) -> bool {
    let mut waits = false;
    for project in projects {
        let mut seen: BTreeSet<Utf8PathBuf> = BTreeSet::new();
        let mut next: Vec<(String, Utf8PathBuf)> =
            project.modules.iter().map(|it| (it.name.clone(), it.path.clone())).collect();
        while let Some((name, path)) = next.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let read = match files.find(&path) {
                Found::Read(read) => read,
                Found::Wanted => {
                    waits = true;
                    continue;
                }
                Found::Folder | Found::Absent => continue,
            };
            let Parsed::Python(module) = read.parsed else { continue };
            let is_package = path.file_name() == Some("__init__.py");
            for import in imports(module) {
                let from = absolute(&name, is_package, import.level, &import.module);
                let members = import.names.iter().map(|member| format!("{from}.{member}"));
                let around = from_outermost(&from).map(str::to_owned);
                for module in members.chain(around) {
                    let found = find_module(files, &project.root, &module);
                    next.extend(found.map(|path| (module, path)));
                }
            }
        }
    }
    waits
}
