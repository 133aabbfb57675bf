//! Compose files that are parts of what others start: those that these include, and those that they take
//! services from.
//!
//! Compose would start one alone as well. But nobody does who wrote it for others, and what it then lacks
//! is theirs: services, variables, the folder that its paths start at.

use crate::model::build::compose_files::{Candidate, contents, is_default};
use crate::model::build::named_stage::stage_of;
use crate::model::{Files, Read, Stage, compose};
use crate::source::normalize;
use crate::syntax::Parsed;
use crate::syntax::yaml::File;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// A file together with the folder that its paths start at.
pub(super) struct Part<'a> {
    pub(super) path: Utf8PathBuf,
    pub(super) tree: &'a File,
    pub(super) folder: Utf8PathBuf,
}

/// A file and all that it includes, and what these include. The paths of what is included start at its
/// `project_directory`, by default the folder of the first file of an entry (Compose Specification, "include").
pub(super) fn with_included<'a>(files: &Files<'a>, read: Read<'a>) -> Vec<Part<'a>> {
    let folder = |path: &Utf8Path| path.parent().unwrap_or(Utf8Path::new("")).to_owned();
    let Parsed::Compose(tree) = read.parsed else { return Vec::new() };
    let mut found = vec![Part { path: read.path.to_owned(), tree, folder: folder(read.path) }];
    let mut at = 0;
    while let Some(part) = found.get(at) {
        let base = part.folder.clone();
        for include in contents::included(part.tree) {
            let named = |it: &&str| match it.contains("${") {
                true => compose::fitting(files, &base, it),
                false => vec![normalize(&base.join(it))],
            };
            let paths: Vec<Utf8PathBuf> = include.files.iter().flat_map(named).collect();
            let Some(first) = paths.first() else { continue };
            let start =
                include.folder.map_or_else(|| folder(first), |it| normalize(&base.join(it)));
            for path in paths {
                let is_known = found.iter().any(|it| it.path == path);
                let Some(Parsed::Compose(tree)) = files.find(&path).read().map(|it| it.parsed)
                else {
                    continue;
                };
                if !is_known {
                    found.push(Part { path, tree, folder: start.clone() });
                }
            }
        }
        at += 1;
    }
    found
}

/// The files that others include or extend services of, and that are no deployments of their own: of all
/// compose files, each with what it includes.
pub(super) fn of_others(
    files: &Files,
    wholes: &[(Read<'_>, Vec<Part<'_>>)],
    all: &[&Candidate],
) -> BTreeSet<Utf8PathBuf> {
    let mut found = BTreeSet::new();
    for (read, parts) in wholes {
        let by = User::of(read.path, all);
        for part in parts {
            let extended = contents::extended(part.tree).map(|(file, service)| {
                let named = normalize(&part.folder.join(file));
                compose::extended_file(files, &named, service)
                    .map_or(named.clone(), |read| read.path.to_owned())
            });
            found.extend(extended.filter(|path| by.is_base_of(path)));
        }
        let included = parts.iter().skip(1).map(|it| &it.path);
        found.extend(included.filter(|path| by.has_whole(path)).cloned());
    }
    found
}

/// Who includes or extends.
struct User<'a> {
    path: &'a Utf8Path,
    stage: Option<Stage>,
}

impl<'a> User<'a> {
    fn of(path: &'a Utf8Path, all: &[&Candidate]) -> Self {
        let known = all.iter().find(|it| it.path == path);
        let stage = known.map_or_else(|| stage_of_file(path), |it| it.stage);
        Self { path, stage }
    }

    /// Whether a file that this includes runs as a part of it. What compose finds by its name may be started
    /// where it lies, be it also a part of something that developers or tests start.
    fn has_whole(&self, file: &Utf8Path) -> bool {
        let is_main = is_default(self.path) || self.stage == Some(Stage::Production);
        file != self.path && (!is_default(file) || is_main && !self.is_for_few())
    }

    /// Whether a file that this takes services from is there for that. Production's own file is not, if
    /// developers or tests borrow of it.
    fn is_base_of(&self, file: &Utf8Path) -> bool {
        let is_borrowed = self.is_for_few() && stage_of_file(file) == Some(Stage::Production);
        file != self.path && !is_default(file) && !is_borrowed
    }

    fn is_for_few(&self) -> bool {
        self.stage.is_some_and(Stage::is_for_few)
    }
}

fn stage_of_file(path: &Utf8Path) -> Option<Stage> {
    stage_of(path.file_name().unwrap_or_default())
}
