//! Whose settings no rule looks at, which silence would hide.

use crate::model::django::{Entry, Project};
use crate::model::process::Django;
use crate::model::{Deployment, Files};
use camino::Utf8Path;
use std::sync::Arc;

pub(super) fn notes(
    files: &Files,
    projects: &[Arc<Project>],
    deployments: &[Deployment],
) -> impl Iterator<Item = String> {
    let has_none = projects.is_empty() && !deployments.is_empty();
    let absent = has_none.then(|| absent(files)).flatten();
    let others = [unjudged(projects, deployments), unfollowed(projects, deployments)];
    others.into_iter().chain([absent]).flatten()
}

/// Says that what starts a project is there, and none of the settings that it names.
fn absent(files: &Files) -> Option<String> {
    let starts = |name| files.files_named(name).find(|path| is_of_django(files, path));
    let entry = ["manage.py", "wsgi.py"].into_iter().find_map(starts)?;
    Some(format!("No settings were judged: those that `{entry}` starts with were not found."))
}

fn is_of_django(files: &Files, path: &Utf8Path) -> bool {
    let read = files.find(path).read();
    read.is_some_and(|it| it.has("django") || it.has("DJANGO"))
}

/// Says whose settings nobody looked at: silence about them is no praise.
fn unjudged(projects: &[Arc<Project>], deployments: &[Deployment]) -> Option<String> {
    let processes = || deployments.iter().flat_map(|it| &it.processes);
    let is_judged = |project: &Arc<Project>| {
        let mut run = processes().filter_map(|it| it.django.as_ref());
        run.any(|it| Arc::ptr_eq(&it.project, project) && !it.hollow)
    };
    let which = named(projects.iter().filter(|it| !is_judged(it)))?;
    Some(format!("The settings of {which} were not judged: which ones run is not known."))
}

/// Says of whose settings the module is known, and no value in it.
fn unfollowed(projects: &[Arc<Project>], deployments: &[Deployment]) -> Option<String> {
    let is_unknown = |it: &Django| match it.evaluation.namespace() {
        None => true,
        Some(namespace) => {
            let is_known = |name| namespace.get(name).is_some_and(|it| it.value.is_known());
            namespace.more.is_some()
                && !["INSTALLED_APPS", "ROOT_URLCONF"].into_iter().any(is_known)
        }
    };
    let is_left = |project: &&Arc<Project>| {
        let processes = deployments.iter().flat_map(|it| &it.processes);
        let run = processes.filter_map(|it| it.django.as_ref());
        let mut own = run.filter(|it| Arc::ptr_eq(&it.project, project) && !it.hollow).peekable();
        own.peek().is_some() && own.all(is_unknown)
    };
    let which = named(projects.iter().filter(is_left))?;
    Some(format!("The settings of {which} were not judged: no value in them could be followed."))
}

/// Projects by the files that start them; those that only show something are passed over.
fn named<'p>(projects: impl Iterator<Item = &'p Arc<Project>>) -> Option<String> {
    let entries = projects
        .filter(|it| !it.is_a_sample())
        .filter_map(|it| it.entry(Entry::Manage, None).or(it.entries.first()));
    let paths: Vec<String> = entries.map(|entry| format!("`{}`", entry.path)).collect();
    match paths.as_slice() {
        [] => None,
        [path] => Some(path.clone()),
        [path, others @ ..] => Some(format!("{path} and {} more", others.len())),
    }
}
