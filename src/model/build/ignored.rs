//! What git ignores: a file that is there is this machine's own, and one that is not is made where
//! it is needed.

use crate::fact::{Certainty, Fact};
use crate::model::{Files, Found};
use camino::Utf8Path;
use ignore::gitignore::GitignoreBuilder;

/// What such a file says, which the server's may say otherwise.
pub(super) fn doubt<T>(value: Fact<T>) -> Fact<T> {
    value.doubt(Certainty::Likely, "git ignores the file, so the server's may differ")
}

/// Whether git would ignore a file that is not there, as the `.gitignore` files above the path say.
pub(super) fn is_ignored(files: &Files, path: &Utf8Path) -> bool {
    let folders: Vec<&Utf8Path> = path.ancestors().skip(1).collect();
    folders.iter().any(|folder| {
        let Found::Read(read) = files.find(&folder.join(".gitignore")) else { return false };
        let Ok(below) = path.strip_prefix(folder) else { return false };
        let mut builder = GitignoreBuilder::new("");
        for line in read.text.lines() {
            // A malformed pattern matches nothing, as with git.
            let _ = builder.add_line(None, line);
        }
        let Ok(rules) = builder.build() else { return false };
        let ignores = |path: &Utf8Path, is_dir| rules.matched(path, is_dir).is_ignore();
        // What lies below a folder that is ignored cannot be taken back (gitignore(5)).
        let mut around = below.ancestors().skip(1).filter(|it| !it.as_str().is_empty());
        around.any(|folder| ignores(folder, true))
            || ignores(below, false)
            || ignores(below, true)
            // A folder of which all that is in it is ignored: `certs/*`.
            || ignores(&below.join("kilter-sample"), false)
    })
}

/// Whether a `.gitignore` names this very path, and not every file of its name: somebody has it there.
pub(super) fn is_named(files: &Files, path: &Utf8Path) -> bool {
    path.ancestors().skip(1).any(|folder| {
        let read = files.find(&folder.join(".gitignore")).read();
        let below = path.strip_prefix(folder).map(Utf8Path::as_str).unwrap_or_default();
        let mut lines = read.iter().flat_map(|it| it.text.lines()).map(str::trim);
        lines.any(|it| it.contains('/') && it.trim_start_matches('/') == below)
    })
}

/// Whether code of the project is in a submodule that is not in view.
pub(super) fn lacks_submodule(files: &Files) -> bool {
    let is_empty = |submodule: &Utf8Path| files.tree.children(submodule).next().is_none();
    files.tree.roots().iter().any(|root| has_submodule(files, root, is_empty))
}

/// Whether a deployment makes an env file anew where it goes, so that what the tree has of it says nothing
/// of the server.
pub(super) fn is_rewritten(files: &Files, path: &Utf8Path) -> bool {
    files.scripted().rewrites(files.from_root(path).1)
}

/// Why nothing of such a file is known.
pub(super) const REWRITTEN: &str = "a deployment writes its env file anew on the server";

/// Whether a folder is one that git makes for a submodule, or for one below it.
pub(super) fn holds_submodule(files: &Files, folder: &Utf8Path) -> bool {
    let is_above = |submodule: &Utf8Path| submodule.starts_with(folder);
    folder.ancestors().skip(1).any(|it| has_submodule(files, it, is_above))
}

/// Whether some command in the tree writes a file of this name, or it is part of a submodule.
pub(super) fn is_made(files: &Files, path: &Utf8Path) -> bool {
    let Some(name) = path.file_name() else { return false };
    let is_part = |folder| has_submodule(files, folder, |submodule| path.starts_with(submodule));
    path.ancestors().skip(1).any(is_part) || files.scripted().makes(name)
}

/// Whether a folder's `.gitmodules` names a submodule that is asked for, or is yet to be read.
fn has_submodule(files: &Files, folder: &Utf8Path, asked: impl Fn(&Utf8Path) -> bool) -> bool {
    match files.find(&folder.join(".gitmodules")) {
        Found::Read(read) => {
            let mut paths = read.text.lines().filter_map(|it| it.trim().strip_prefix("path = "));
            paths.any(|path| asked(&folder.join(path.trim())))
        }
        Found::Wanted => true,
        Found::Folder | Found::Absent => false,
    }
}
