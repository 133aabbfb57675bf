//! The module of the project that settings import or include, and that is not there.

use crate::fact::Fact;
use crate::model::build::faults::modules::Modules;
use crate::model::build::ignored::is_made;
use crate::model::build::run::has_example;
use crate::model::compose::{self, Location, Mount, MountKind};
use crate::model::django::Project;
use crate::model::faults::{LackingModule, Named};
use crate::model::{Files, Found};
use crate::python::Evaluation;
use crate::source::{Place, normalize};
use camino::{Utf8Path, Utf8PathBuf};
use globset::Glob;

pub(super) fn module(
    files: &Files,
    project: &Project,
    settings: &str,
    evaluation: &Evaluation,
) -> Option<LackingModule> {
    if let Some(file) = included(files, &project.root, evaluation) {
        return Some(file);
    }
    let import = imported(evaluation)?;
    let name = import.value.as_str();
    let (around, _) = name.rsplit_once('.')?;
    let modules = Modules { files, root: &project.root };
    // Of what lies beside a package of the project only that can have it.
    if name == settings || !modules.is_package(around) {
        return None;
    }
    let path = Utf8PathBuf::from(format!("{}.py", modules.path(name)));
    if may_be_made(files, &project.root, &path) {
        return None;
    }
    let (at, ignored) = (import.map(|_| ()), ignored(files, &path));
    Some(LackingModule { at, named: Named::Module(name.to_owned()), ignored })
}

/// Whether something in view shows that the file is made where the site is set up.
fn may_be_made(files: &Files, root: &Utf8Path, path: &Utf8Path) -> bool {
    has_example(files, path)
        || is_made(files, path)
        || is_of_a_role(files, path)
        || is_put_there(files, root, path)
}

/// The file that `include()` of django-split-settings looks for beside the module which calls it, and that
/// is not there; `optional()` would do without (its `tools.py`).
fn included(files: &Files, root: &Utf8Path, evaluation: &Evaluation) -> Option<LackingModule> {
    let Err(raise) = &evaluation.outcome else { return None };
    let looked_for = raise.message.as_ref()?.strip_prefix("No such file: ")?;
    let (place, read) = raise.place.map(|it| (it, files.read(it.file)))?;
    let call = read.text.get(place.span.range()).filter(|it| it.starts_with("include"))?;
    let named = call.split(['"', '\'']).skip(1).step_by(2);
    let mut named = named.filter(|it| Utf8Path::new(looked_for).ends_with(it));
    let (name, None) = (named.next().filter(|it| !it.is_empty())?, named.next()) else {
        return None;
    };
    let start = name.as_ptr() as usize - read.text.as_ptr() as usize;
    let path = normalize(&read.path.parent()?.join(name));
    let is_plain = !name.contains(['*', '?', '[']) && !name.starts_with('/');
    let is_beside = path.parent().is_some_and(|it| files.tree.is_dir(it));
    if !is_plain || !is_beside || may_be_made(files, root, &path) {
        return None;
    }
    let at = Fact::at((), Place::new(read.id, start, start + name.len()));
    Some(LackingModule { at, named: Named::File(name.to_owned()), ignored: ignored(files, &path) })
}

/// Whether a service of compose gets a file at the end of this path, or has a folder mounted that would hold
/// it: by a volume, a config or a secret.
fn is_put_there(files: &Files, root: &Utf8Path, path: &Utf8Path) -> bool {
    let Ok(below) = path.strip_prefix(root) else { return false };
    // The first of these is the file itself, and the last is above all of the project.
    let mut ends: Vec<&Utf8Path> = below.ancestors().collect();
    ends.pop();
    let is_own = |mount: &Mount| match &mount.kind {
        MountKind::Bind(_, Some(Fact { value: Location::Tree(from), .. })) => {
            path.starts_with(from)
        }
        _ => false,
    };
    compose::every_service(files).iter().any(|service| {
        let volumes = service.volumes.iter().filter(|it| !is_own(it)).map(|it| &it.target);
        let granted = service.configs.iter().chain(&service.secrets);
        let mut targets = volumes.chain(granted.filter_map(|it| it.target.as_ref()));
        targets.any(|it| {
            let target = it.to_string();
            ends.iter().any(|end| Utf8Path::new(target.trim_end_matches('/')).ends_with(end))
        })
    })
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
