//! Checkouts that are a package themselves, which somebody has to put under its name: up to Django 1.3
//! `startproject` made one folder with `manage.py`, `settings.py` and `urls.py` (release notes of 1.4,
//! "Updated default project layout and manage.py").

use crate::model::django::{entry, is_below};
use crate::model::{Files, Found};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{ExpressionKind, Module, StatementKind};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// The files that say how they import what lies beside them.
const TELLING: [&str; 4] = ["manage.py", "wsgi.py", "asgi.py", "passenger_wsgi.py"];

/// The name of the package that a root of the tree is.
pub(super) fn name<'f>(files: &'f Files, root: &Utf8Path) -> Option<&'f str> {
    files.root_packages(|| find(files)).get(root).map(String::as_str)
}

/// Where a dotted name leads below an import root, without what its file ends in.
pub(in crate::model) fn base_of(files: &Files, root: &Utf8Path, module: &str) -> Utf8PathBuf {
    root.join(inside(name(files, root), module).replace('.', "/"))
}

/// The name of a module within the package that its root is.
pub(super) fn inside<'m>(package: Option<&str>, module: &'m str) -> &'m str {
    let within = package.and_then(|it| module.strip_prefix(it));
    match within.map(|it| (it, it.strip_prefix('.'))) {
        Some((_, Some(rest))) => rest,
        Some(("", None)) => "",
        Some(_) | None => module,
    }
}

fn find(files: &Files) -> BTreeMap<Utf8PathBuf, String> {
    let roots = files.tree.roots().iter();
    roots.filter_map(|root| Some((root.clone(), told(files, root)?))).collect()
}

/// The one name under which the files of a folder import each other, where the folder itself has nothing
/// that is called so.
fn told(files: &Files, root: &Utf8Path) -> Option<String> {
    let has = |name: &str| files.tree.is_file(&root.join(name));
    let is_module = |name: &str| {
        let path = name.replace('.', "/");
        has(&format!("{path}.py")) || has(&format!("{path}/__init__.py"))
    };
    if !has("__init__.py") || !is_module("settings") {
        return None;
    }
    let named = [named_by_entries(files, root), routes(files, root)].concat();
    let packages: BTreeSet<&str> = named.iter().filter_map(|it| it.split('.').next()).collect();
    let package = (*packages.first()?).to_owned();
    let is_within = |it: &String| is_below(it, &package) && is_module(inside(Some(&package), it));
    let is_folder = |name: &str| files.tree.is_dir(&root.join(name));
    let is_one = packages.len() == 1 && named.iter().all(is_within);
    (is_one && !is_folder(&package) && !is_module(&package)).then_some(package)
}

/// The settings that entry points name.
fn named_by_entries(files: &Files, root: &Utf8Path) -> Vec<String> {
    let entries = TELLING.iter().filter_map(|name| {
        let Found::Read(read) = files.find(&root.join(name)) else { return None };
        let Parsed::Python(module) = read.parsed else { return None };
        entry::called(read.path, read.id, module)
    });
    entries.flat_map(|it| it.hints).collect()
}

/// What the settings name as ROOT_URLCONF.
fn routes(files: &Files, root: &Utf8Path) -> Vec<String> {
    files.python(&root.join("settings.py")).into_iter().flat_map(root_urlconf).collect()
}

fn root_urlconf(module: &Module) -> Vec<String> {
    let assigned = module.body.iter().filter_map(|statement| {
        let StatementKind::Assign { targets, value } = &statement.kind else { return None };
        let is_it = |name: &ExpressionKind| matches!(name, ExpressionKind::Name(it) if it == "ROOT_URLCONF");
        let value = value.as_str().filter(|it| it.contains('.'))?;
        targets.iter().any(|it| is_it(&it.kind)).then(|| value.to_owned())
    });
    assigned.collect()
}
