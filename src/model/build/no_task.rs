//! Files among Ansible's: whether a task installs them.

use crate::model::{Files, Found, Read};
use camino::Utf8Path;

/// What the tasks of Ansible have to do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByTask {
    /// It is none of a role's, or nobody can tell.
    Unknown,
    /// It lies among the templates or files of a role, and no task of the role or play beside it names it:
    /// what stands in comments no more than there.
    Nowhere,
    /// A task beside it names it.
    Installed,
}

pub(super) fn is_of_no_task(files: &Files, path: &Utf8Path) -> bool {
    by_task(files, path) == ByTask::Nowhere
}

pub(super) fn by_task(files: &Files, path: &Utf8Path) -> ByTask {
    let is_source = |it: &&Utf8Path| matches!(it.file_name(), Some("templates" | "files"));
    let Some(role) = path.parent().filter(is_source).and_then(Utf8Path::parent) else {
        return ByTask::Unknown;
    };
    let Some(name) = path.file_name() else { return ByTask::Unknown };
    let plays = role.ancestors().find(|it| it.file_name() == Some("roles"));
    let around = plays.and_then(Utf8Path::parent).unwrap_or(role);
    let lists = files.ending_in(&["yml", "yaml"]).into_iter().filter(|it| it.starts_with(around));
    // Not lazily: all that are to be read are asked for in one round.
    let read: Vec<_> = lists.map(|it| files.skim(it)).collect();
    // Beside playbooks, whose roles have templates of their own, lie those of the plays.
    let has_hosts = |text: &str| {
        text.lines().any(|line| line.trim_start_matches(['-', ' ']).starts_with("hosts:"))
    };
    let is_play = |it: &Found<'_>| matches!(it, Found::Read(it) if it.path.parent() == Some(role) && has_hosts(it.text));
    let mut homes = ["tasks", "roles"].iter();
    if !homes.any(|it| files.tree.is_dir(&role.join(it))) && !read.iter().any(is_play) {
        return ByTask::Unknown;
    }
    // What others do with a template of the name is about their own.
    let from_here = role.file_name().map(|it| [format!("{it}/templates/"), format!("{it}/files/")]);
    let may_name_from_elsewhere =
        |text: &str| from_here.iter().flatten().any(|folder| text.contains(folder.as_str()));
    let said = |text: &str, says: &dyn Fn(&str) -> bool| {
        text.lines().filter(|line| !line.trim_start().starts_with('#')).any(says)
    };
    let may_name = |text: &str| {
        said(text, &|line| {
            // A loop over files names none, and a variable may hold any.
            let is_source =
                ["src:", "src=", "template:", "copy:"].iter().any(|it| line.contains(it));
            line.contains(name) || line.contains("fileglob") || is_source && line.contains("{{")
        })
    };
    let is_silent = |it: &Read<'_>| match it.path.starts_with(role) {
        true => !may_name(it.text),
        false => !may_name_from_elsewhere(it.text),
    };
    let names =
        |it: &Read<'_>| it.path.starts_with(role) && said(it.text, &|line| line.contains(name));
    if read.iter().all(|it| matches!(it, Found::Read(it) if is_silent(it))) {
        ByTask::Nowhere
    } else if read.iter().any(|it| matches!(it, Found::Read(it) if names(it))) {
        ByTask::Installed
    } else {
        ByTask::Unknown
    }
}
