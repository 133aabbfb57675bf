//! The lists that images install which run a project, where they lie apart from it.
//!
//! A build sees its own context only: `COPY requirements.txt /etc/` of `docker/web` brings that
//! folder's list, whatever lies beside manage.py, where the code is mounted or comes from elsewhere.

use super::chosen::installed;
use super::ways;
use crate::fact::Fact;
use crate::model::compose::{self, Location, MountKind, Service};
use crate::model::image::{self, Built, Content, Context};
use crate::model::{Files, Kind, Read};
use crate::syntax::requirements::Format;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// The lists that all services install which run the project of this folder, if none of them is among
/// those around it.
pub(super) fn apart(
    files: &Files<'_>,
    folder: &Utf8Path,
    around: &[&Utf8Path],
) -> Vec<Utf8PathBuf> {
    let is_other = |read: &Read<'_>| {
        let is_plain = Format::of(read.path).is_none_or(|it| it == Format::Requirements);
        is_plain && !around.contains(&read.path)
    };
    // Most projects have no others, and then no image is looked at.
    if !files.of(Kind::Requirements).iter().any(is_other) {
        return Vec::new();
    }
    let mut found: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    for service in compose::every_service(files) {
        let Some(build) = service.build.as_ref() else { continue };
        let Some(built) = image::of_service(files, build) else { continue };
        if brings(files, service, &built, folder) {
            // One that nobody knows may be the nearest.
            let Some(lists) = lists_of(files, &built) else { return Vec::new() };
            found.extend(lists);
        }
    }
    found.retain(|it| !ways::is_for_developers(it));
    match found.iter().any(|it| around.contains(&it.as_path())) {
        true => Vec::new(),
        false => found.into_iter().collect(),
    }
}

/// Whether a service has the project's code, from the checkout or in its image.
fn brings(files: &Files<'_>, service: &Service, built: &Built, folder: &Utf8Path) -> bool {
    let mut mounted = service.volumes.iter().filter_map(|mount| match &mount.kind {
        MountKind::Bind(_, Some(Fact { value: Location::Tree(path), .. })) => Some(path),
        _ => None,
    });
    mounted.any(|path| folder.starts_with(path))
        || !built.image.places_of(folder, &context(files, built)).is_empty()
}

fn context<'b>(files: &'b Files<'_>, built: &'b Built) -> Context<'b> {
    Context { tree: files.tree, root: &built.context.value, ignore: &built.ignore }
}

/// The lists of the tree that the steps of a build install. `None` if one is not in view.
fn lists_of(files: &Files<'_>, built: &Built) -> Option<Vec<Utf8PathBuf>> {
    let context = context(files, built);
    let mut found = Vec::new();
    for step in built.image.steps() {
        for named in installed(&step.run.form.text()) {
            let path = match Utf8Path::new(named).is_absolute() {
                true => Utf8PathBuf::from(named),
                false => step.workdir.as_ref()?.value.join(named),
            };
            let Content::Context(path) = built.image.at(&path, &context)?.value else {
                return None;
            };
            found.push(path);
        }
    }
    Some(found)
}
