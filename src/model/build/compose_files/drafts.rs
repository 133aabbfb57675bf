//! Compose files that nobody starts as they are: those to be filled in first, those by which a part of a
//! site is tried alone, and copies of what was.

use super::Candidate;
use crate::model::build::compose_files::contents;
use crate::model::{Files, Stage};
use crate::source::{kept_of, normalize, words};
use crate::syntax::Parsed;
use crate::syntax::yaml::File;
use camino::Utf8Path;

/// Words of names by which somebody says that a file is to be filled in.
const WORDS: [&str; 3] = ["template", "tmpl", "tpl"];

/// Whether a file is a template of another that is there, in whatever folder.
pub(super) fn is_template_of_another(file: &Candidate, all: &[&Candidate]) -> bool {
    let is_made_of = |other: &Candidate| {
        !is_template(other.path)
            && !other.stage.is_some_and(Stage::is_for_few)
            && file
                .services
                .iter()
                .any(|(name, whole)| *whole && other.services.get(name) == Some(whole))
    };
    is_template(file.path) && all.iter().any(|other| is_made_of(other))
}

fn is_template(path: &Utf8Path) -> bool {
    let mut words = path.file_name().unwrap_or_default().split(['.', '-', '_']);
    words.any(|part| WORDS.iter().any(|it| it.eq_ignore_ascii_case(part)))
}

/// Whether a file starts nothing but what it builds in its own folder, where a file above builds that
/// folder among others.
pub(super) fn is_tried_alone(file: &Candidate, all: &[&Candidate]) -> bool {
    let Some(folder) = file.path.parent() else { return false };
    let is_above = |other: &Candidate| {
        other.path.parent().is_some_and(|above| above != folder && folder.starts_with(above))
    };
    !file.services.is_empty()
        && file.builds.len() == file.services.len()
        && file.builds.iter().all(|it| it == folder)
        && all.iter().any(|other| {
            other.services.len() > file.services.len()
                && is_above(other)
                && other.builds.iter().any(|it| it == folder)
        })
}

/// Whether a file of the first format extends a service of a later one: docker-compose 1 refuses the two
/// together ("Version mismatch", `validate_config_version` of its config.py), and Docker Compose has no first
/// format. Whoever wrote the others anew left it behind.
pub(super) fn mixes_formats(files: &Files, path: &Utf8Path, tree: &File) -> bool {
    let root = tree.documents.first();
    let is_first =
        root.is_some_and(|it| it.get("services").is_none() && it.get("version").is_none());
    let folder = path.parent().unwrap_or(Utf8Path::new(""));
    let is_later = |file: &str| {
        let read = files.find(&normalize(&folder.join(file))).read();
        let Some(Parsed::Compose(other)) = read.map(|it| it.parsed) else { return false };
        other.documents.first().is_some_and(|it| it.get("version").is_some())
    };
    is_first && contents::extended(tree).any(|(file, _)| is_later(file))
}

/// What somebody kept of a file before it was changed is deployed no more: its name is that of a file
/// beside it with a word more, and it has services of the same names.
pub(super) fn set_copies_aside(candidates: &mut [Candidate]) {
    let name = |it: &Candidate| it.path.file_name().unwrap_or_default().to_owned();
    let is_copy = |at: usize| {
        let Some(rest) = kept_of(&name(&candidates[at])) else { return false };
        // A backup's own service is laid over the others.
        let own = candidates[at].services.iter().filter(|(_, whole)| **whole);
        let has = |other: &Candidate| {
            own.clone().any(|(name, _)| other.services.get(name) == Some(&true))
        };
        // `prod_old.yml` is what `production.yml` was.
        let in_full = |mut said: Vec<String>| {
            said.iter_mut().filter(|it| *it == "prod").for_each(|it| *it = "production".to_owned());
            said
        };
        let rest = in_full(rest);
        candidates.iter().any(|it| in_full(words(&name(it))) == rest && has(it))
    };
    let copies: Vec<usize> = (0..candidates.len()).filter(|at| is_copy(*at)).collect();
    for at in copies {
        candidates[at].stage = Some(Stage::Test);
    }
}
