//! Folders that static files are to come from, and that are not there.

use crate::fact::Fact;
use crate::model::assets::sources;
use crate::model::build::ignored::holds_submodule;
use crate::model::build::run::Run;
use crate::model::{Files, Found, Kind};
use crate::python::Evaluation;
use camino::Utf8Path;

/// Entries of `STATICFILES_DIRS` that would lie in the tree, and do not. What a build makes of a
/// front end is in no repository, so a project with one has none, and nothing below another is one.
pub(super) fn absent(run: &Run<'_>, evaluation: &Evaluation) -> Vec<Fact<String>> {
    let tree = run.files.tree;
    let Some(value) = evaluation.get("STATICFILES_DIRS") else { return Vec::new() };
    if is_built_into(run) {
        return Vec::new();
    }
    let mut sources = sources(&value.value);
    sources.retain(|source| {
        let Some(path) = run.in_tree(&source.value) else { return false };
        let is_there = tree.resolve(&path).is_some_and(|it| tree.is_dir(&it));
        let above = path.parent().is_some_and(|it| it.as_str().is_empty() || tree.is_dir(it));
        let mut folders = path.ancestors().skip(1);
        let is_of_front_end = folders.any(|it| tree.is_file(&it.join("package.json")));
        !is_there
            && above
            && !is_of_front_end
            && !tree.is_unseen(&path)
            && !holds_submodule(run.files, &path)
            && !is_made(run.files, &path)
    });
    sources.into_iter().map(|source| source.given(&value)).collect()
}

/// Whether a front end may be built into the project's folders: its own folder has something to do
/// with them, or it is told to leave it.
fn is_built_into(run: &Run<'_>) -> bool {
    let (tree, root) = (run.files.tree, &run.project.root);
    let packages = run.files.files_named("package.json");
    let folders: Vec<&Utf8Path> = packages.filter_map(|path| path.parent()).collect();
    let told = folders.iter().flat_map(|folder| tree.children(folder)).filter(|(path, _)| {
        let name = path.file_name().unwrap_or_default();
        name == "package.json" || name.contains("config") || name.starts_with("gulpfile")
    });
    // Not lazily: all that are to be read are asked for in one round.
    let leaves: Vec<bool> = told
        .map(|(path, _)| match run.files.find(path) {
            Found::Read(read) => read.has("../") || read.has("\"..\""),
            Found::Wanted | Found::Folder | Found::Absent => false,
        })
        .collect();
    folders.iter().any(|folder| root.starts_with(folder) || folder.starts_with(root))
        || leaves.contains(&true)
}

/// Whether some step of the tree names the folder: makes it, copies into it, mounts it. With other settings
/// it may be what `collectstatic` fills, as STATIC_ROOT.
fn is_made(files: &Files, folder: &Utf8Path) -> bool {
    let Some(name) = folder.file_name() else { return true };
    let is_root = |line: &str| {
        let mut texts = line.split(['"', '\'']).skip(1).step_by(2);
        let is_here = |it: &str| {
            !it.starts_with('/') && it.trim_end_matches('/').rsplit('/').next() == Some(name)
        };
        line.trim_start().starts_with("STATIC_ROOT") && texts.any(is_here)
    };
    let settings = files.of(Kind::Python);
    if settings.iter().any(|read| read.has("STATIC_ROOT") && read.text.lines().any(is_root)) {
        return true;
    }
    let kinds = [Kind::Dockerfile, Kind::Shell, Kind::Workflow, Kind::Makefile, Kind::Compose];
    let mut steps = kinds.into_iter().flat_map(|kind| files.of(kind));
    let made = |line: &str| {
        let words =
            ["mkdir", "cp ", "mv ", "COPY", "install", "build", "unzip", "tar ", "git clone"];
        line.contains(name) && words.iter().any(|word| line.contains(word))
    };
    steps.any(|read| read.has(name) && read.text.lines().any(made))
}
