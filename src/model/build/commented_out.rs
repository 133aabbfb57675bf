//! Projects that a script once started, and starts no more: the lines that named one are comments now, and
//! those below name another.

use crate::model::django::Project;
use crate::model::{Files, Kind};

/// Whether some script has the folder or a module of a project in such a comment.
pub(super) fn is_commented_out(files: &Files, project: &Project) -> bool {
    files.of(Kind::Shell).iter().any(|read| {
        let mut lines = read.text.lines().zip(read.text.lines().skip(1));
        lines.any(|(comment, below)| {
            let Some((name, value)) = comment.strip_prefix('#').and_then(assignment) else {
                return false;
            };
            let is_replaced = assignment(below).is_some_and(|it| it.0 == name && it.1 != value);
            is_replaced && means(project, value)
        })
    })
}

/// `NAME=value`, as a shell takes it.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim().split_once('=')?;
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let is_one = !name.is_empty() && name.chars().all(is_name);
    is_one.then(|| (name, value.trim().trim_matches(['"', '\''])))
}

/// Whether a value is the project's folder, or a module that only it has.
fn means(project: &Project, value: &str) -> bool {
    let is_folder = || {
        let name = project.root.file_name();
        value.starts_with('/') && value.trim_end_matches('/').rsplit('/').next() == name
    };
    let is_module = || project.modules.iter().any(|it| it.name == value);
    is_folder() || is_module()
}
