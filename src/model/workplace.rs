//! Folders that belong to whoever works on the project, and to no machine that serves it.

use camino::Utf8Path;

/// Of editors, of agents, and of the machines that these work on.
const FOLDERS: &[&str] = &[
    ".claude",
    ".codesandbox",
    ".codex",
    ".cursor",
    ".devcontainer",
    ".fleet",
    ".gitpod",
    ".idea",
    ".idx",
    ".jules",
    ".metadata",
    ".settings",
    ".vagrant",
    ".vs",
    ".vscode",
];

/// Whether a folder is called as one of them.
pub(in crate::model) fn is_workplace(name: &str) -> bool {
    FOLDERS.contains(&name)
}

/// Whether a path leads through one of them.
pub(in crate::model) fn is_of_workplace(path: &Utf8Path) -> bool {
    path.iter().any(is_workplace)
}
