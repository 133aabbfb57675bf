//! The module of the project that settings import, and that is not there.

use crate::fact::Fact;
use crate::model::build::faults::modules::Modules;
use crate::model::build::ignored::is_made;
use crate::model::build::run::has_example;
use crate::model::django::Project;
use crate::model::faults::LackingModule;
use crate::model::{Files, Found};
use crate::python::Evaluation;
use crate::source::Place;
use camino::{Utf8Path, Utf8PathBuf};
use globset::Glob;

pub(super) fn module(
    files: &Files,
    project: &Project,
    settings: &str,
    evaluation: &Evaluation,
) -> Option<LackingModule> {
    let import = imported(evaluation)?;
    let name = import.value.as_str();
    let (around, _) = name.rsplit_once('.')?;
    let modules = Modules { files, root: &project.root };
    // Of what lies beside a package of the project only that can have it.
    if name == settings || !modules.is_package(around) {
        return None;
    }
    let path = Utf8PathBuf::from(format!("{}.py", modules.path(name)));
    if has_example(files, &path) || is_made(files, &path) || is_of_a_role(files, &path) {
        return None;
    }
    let at = import.map(|_| ());
    Some(LackingModule { at, module: name.to_owned(), ignored: ignored(files, &path) })
}

/// Whether a role of Ansible has a template of this name, which it makes the file of.
fn is_of_a_role(files: &Files, path: &Utf8Path) -> bool {
    let has_tasks = |role: &Utf8Path| files.tree.children(&role.join("tasks")).next().is_some();
    let mut same = path.file_name().into_iter().flat_map(|name| files.files_named(name));
    same.any(|it| {
        let folder = it.parent().filter(|it| it.file_name() == Some("templates"));
        folder.and_then(Utf8Path::parent).is_some_and(has_tasks)
    })
}

/// The module that is not there, at its import: what evaluation stopped at, or was left out.
fn imported(evaluation: &Evaluation) -> Option<Fact<String>> {
    let Err(raise) = &evaluation.outcome else { return evaluation.left_out.first().cloned() };
    if raise.kind != "ModuleNotFoundError" {
        return None;
    }
    let name = raise.message.as_ref()?.strip_prefix("No module named '")?.strip_suffix('\'')?;
    Some(Fact::at(name.to_owned(), raise.place?))
}

/// The line by which git ignores a path, as far as plain patterns go.
fn ignored(files: &Files, path: &Utf8Path) -> Option<Fact<()>> {
    let folders = path.ancestors().skip(1);
    folders.into_iter().find_map(|folder| {
        let Found::Read(read) = files.find(&folder.join(".gitignore")) else { return None };
        let below = path.strip_prefix(folder).ok()?;
        let mut offset = 0;
        for line in read.text.split_inclusive('\n') {
            let pattern = line.trim();
            let anchored = pattern.trim_end_matches('/').contains('/');
            let bare = pattern.trim_matches('/');
            let whole = Glob::new(bare).ok().map(|it| it.compile_matcher());
            let matches = whole.is_some_and(|glob| match anchored {
                true => glob.is_match(below.as_str()),
                false => below.components().any(|part| glob.is_match(part.as_str())),
            });
            if matches && !pattern.is_empty() && !pattern.starts_with(['#', '!']) {
                return Some(Fact::at((), Place::new(read.id, offset, offset + pattern.len())));
            }
            offset += line.len();
        }
        None
    })
}
