//! Whether what INSTALLED_APPS and MIDDLEWARE name can be imported, the backends that other settings name,
//! and what settings and entry points import themselves.
//!
//! Said only where it is sure: a package of the project lacks the module, or every way to install
//! the requirements lacks the distribution. A folder of that name anywhere in the tree may be put
//! on the path by something that is not followed.

use crate::fact::{Certainty, Fact};
use crate::model::Files;
use crate::model::build::faults::imports::{Import, by_whole_name, imports};
use crate::model::build::faults::modules::Modules;
use crate::model::build::installed;
use crate::model::django::{self, Entry, Project};
use crate::model::faults::{Missing, Needed, Unimportable};
use crate::model::project::Requirements;
use crate::model::project::distributions::providers_of;
use crate::python::{self, Evaluation, Value};
use crate::source::normalize;
use crate::syntax::Parsed;

pub(super) fn unimportable(
    files: &Files,
    project: &Project,
    requirements: &Requirements,
    evaluation: &Evaluation,
) -> Vec<Unimportable> {
    let modules = Modules { files, root: &project.root };
    let entries = ["INSTALLED_APPS", "MIDDLEWARE"].into_iter().flat_map(|name| {
        let value = evaluation.get(name);
        let items = value.as_ref().and_then(|it| it.value.items()).unwrap_or_default();
        items.to_vec()
    });
    let at_start = |name| Import { name, when: Needed::AtStart };
    let named = entries.filter_map(|entry| text(&entry)).map(at_start);
    let named: Vec<Import> = named.chain(backends(evaluation)).collect();
    let from = named.len();
    let loaded = imported(files, project, evaluation).into_iter().map(at_start);
    let all = named.into_iter().chain(loaded);
    let all = all.chain(imports(&modules, requirements, evaluation));
    // One distribution often brings several entries: it is missing once.
    let mut told: Vec<String> = Vec::new();
    let missing = all.enumerate().filter_map(|(at, Import { name: entry, when })| {
        let top = entry.value.split('.').next().unwrap_or_default().to_owned();
        if told.contains(&top) {
            return None;
        }
        let why = missing(&modules, requirements, &entry.value)?;
        // What of the tree an import leads to is followed where it is evaluated.
        if at >= from && matches!(why, Missing::Module(_) | Missing::Class { .. }) {
            return None;
        }
        if let Missing::Distribution(_) = why {
            told.push(top);
        }
        let entry = match why {
            Missing::Misspelt { .. } => entry.doubt(Certainty::Likely, NEARLY),
            _ => entry,
        };
        Some(Unimportable { entry, when, why })
    });
    missing.collect()
}

fn text(value: &Fact<Value>) -> Option<Fact<String>> {
    value.try_map(|it| it.text().map(str::to_owned))
}

/// The backends that settings name by their paths, which are imported where they are first used (Django's
/// documentation, "Settings").
fn backends(evaluation: &Evaluation) -> Vec<Import> {
    let mut found = Vec::new();
    let mut add = |name: Option<Fact<String>>, when| {
        found.extend(name.map(|name| Import { name, when }));
    };
    add(evaluation.get("EMAIL_BACKEND").as_ref().and_then(text), Needed::ForMail);
    let logins = evaluation.get("AUTHENTICATION_BACKENDS");
    for login in logins.as_ref().and_then(|it| it.value.items()).unwrap_or_default() {
        add(text(login), Needed::ForLogin);
    }
    // Of other caches nobody knows whether anything uses them.
    let caches = evaluation.get("CACHES");
    let default = caches.as_ref().and_then(|it| it.value.get("default"));
    let backend = default.as_ref().and_then(|it| it.value.get("BACKEND"));
    add(backend.as_ref().and_then(|it| text(it)), Needed::ForCache);
    found
}

/// What is imported without a condition by the module that servers load, and by the settings. Of other
/// entry points nobody knows here whether anything begins with them.
fn imported(files: &Files, project: &Project, evaluation: &Evaluation) -> Vec<Fact<String>> {
    let loaded = project.entries.iter().filter(|it| it.kind == Entry::Wsgi);
    let entries = loaded.map(|it| it.file);
    let modules = entries.chain(evaluation.modules.iter().copied());
    let read = modules.filter_map(|file| match files.read(file).parsed {
        Parsed::Python(module) => Some(module),
        _ => None,
    });
    read.flat_map(|module| by_whole_name(module)).collect()
}

fn missing(modules: &Modules<'_>, requirements: &Requirements, entry: &str) -> Option<Missing> {
    let top = entry.split('.').next().unwrap_or_default();
    if top.is_empty() || top == "django" || python::is_standard(top) {
        return None;
    }
    if modules.has(top) {
        return in_tree(modules, entry);
    }
    if modules.lies_elsewhere(top) || is_kept_out(modules, top) {
        return None;
    }
    let provided = requirements.provides(top);
    if provided.as_ref().is_none_or(|it| !it.value)
        && let Some(meant) = misspelt(modules, entry)
    {
        return Some(Missing::Misspelt { meant });
    }
    let provided = provided?;
    if provided.value || !requirements.has_django() {
        return None;
    }
    let at = provided.map(|_| ());
    if requirements.is_told() {
        return Some(Missing::Distribution(at));
    }
    if installed::lies_in_tree(modules.files) {
        return None;
    }
    // A step that names the distribution installs it, whatever the files list.
    let mut names = providers_of(top).map(str::to_owned).chain([top.to_owned()]);
    if names.any(|name| modules.files.scripted().installs(&name)) {
        return None;
    }
    let why = "other requirements may be installed as well";
    Some(Missing::Distribution(at.doubt(Certainty::Likely, why)))
}

const NEARLY: &str = "only a package of nearly the same name is in view";

/// The module that is meant where the project has what an entry names in a package of nearly the same name:
/// the class itself, or a module within an application. The name of an application alone may be another's,
/// and `apps` many have.
fn misspelt(modules: &Modules<'_>, entry: &str) -> Option<String> {
    let (module, last) = entry.rsplit_once('.')?;
    let named = if last.starts_with(char::is_uppercase) { module } else { entry };
    let meant = django::misspelt(modules.files, modules.root, named)?;
    let is_own = || modules.binds(&meant, last) == Some(true);
    (meant.split('.').count() > 2 || is_own()).then_some(meant)
}

/// Whether git is told to ignore a module of this name: it is the project's own, and each machine has
/// another.
fn is_kept_out(modules: &Modules<'_>, top: &str) -> bool {
    let files = modules.files;
    let mut lists = files.named(".gitignore").iter().filter_map(|it| files.skim(it).read());
    lists.any(|it| {
        let mut names =
            it.text.lines().filter_map(|line| line.trim().trim_matches('/').rsplit('/').next());
        names.any(|name| name.strip_suffix(".py").unwrap_or(name) == top)
    })
}

/// An entry below a package of the project.
fn in_tree(modules: &Modules<'_>, entry: &str) -> Option<Missing> {
    if modules.has(entry) {
        return None;
    }
    let (module, last) = entry.rsplit_once('.')?;
    if modules.has(module) {
        // A class, or a submodule that is not there.
        if !last.starts_with(char::is_uppercase) {
            return modules.is_package(module).then(|| Missing::Module(entry.to_owned()));
        }
        let bound = modules.binds(module, last)?;
        let class = last.to_owned();
        return (!bound).then(|| Missing::Class { module: module.to_owned(), class });
    }
    let lacking = if last.starts_with(char::is_uppercase) { module } else { entry };
    (!modules.is_ignored(&normalize(&modules.path(lacking))))
        .then(|| Missing::Module(lacking.to_owned()))
}
