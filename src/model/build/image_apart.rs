//! Dockerfiles that are kept apart from what they build: `docker/prod/django/Dockerfile`, which somebody
//! builds in the root of the tree.

use crate::model::build::image_builds::Recipe;
use crate::model::build::image_of::{self, Builds};
use crate::model::build::named_stage::{is_for_few, of_folders};
use crate::model::django::Project;
use crate::model::image::{From, Image};
use crate::model::{Files, Kind, Read, Stage};
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

/// Those that bring a project into their image, each with the folder that it is built in. Beside one
/// whose folder says that it is for production, only such are meant.
pub(super) fn find<'a>(
    files: &Files<'a>,
    builds: &Builds<'_>,
    project: &Project,
) -> Vec<(Read<'a>, Utf8PathBuf)> {
    let is_apart = |read: &Read<'_>| !project.root.starts_with(folder(read.path));
    let mut found: Vec<_> = files
        .of(Kind::Dockerfile)
        .into_iter()
        .filter(|read| is_apart(read) && !is_for_few(read.path))
        .filter_map(|read| Some((read, context(builds, read.path, project)?)))
        .collect();
    if found.iter().any(|(read, _)| is_named(read.path)) {
        found.retain(|(read, _)| is_named(read.path));
    }
    found
}

/// Whether the folders of a file say that it is for production.
pub(super) fn is_named(path: &Utf8Path) -> bool {
    of_folders(folder(path)) == Some(Stage::Production)
}

/// The nearest folder around a Dockerfile that has all that it copies, and the project. `.` is
/// everywhere, so that alone it tells nothing.
fn context(builds: &Builds<'_>, dockerfile: &Utf8Path, project: &Project) -> Option<Utf8PathBuf> {
    let around = folder(dockerfile).ancestors().skip(1);
    around.filter(|root| project.root.starts_with(root)).find_map(|root| {
        let built = image_of::of_recipe(builds, &Recipe::unseen(dockerfile, root))?;
        let (image, context) = built.in_context(builds.files)?;
        let is_it = has_sources(builds.files, image, root)
            && !image.places_of(&project.root, &context).is_empty();
        is_it.then(|| root.to_owned())
    })
}

/// Whether a folder has what all stages copy from the context, and there is something that tells.
fn has_sources(files: &Files, image: &Image, root: &Utf8Path) -> bool {
    let copies = image.stages.iter().flat_map(|it| &it.layers).filter_map(|it| it.copy());
    let copies = copies.filter(|it| matches!(it.from, From::Context));
    let sources = copies.flat_map(|it| &it.sources).filter_map(|it| it.known());
    let tells = |path: &str| !path.is_empty() && !path.contains(['*', '?', '[', ':']);
    let paths: Vec<Utf8PathBuf> = sources
        .map(|it| normalize(Utf8Path::new(it.value.trim_start_matches('/'))))
        .filter(|it| tells(it.as_str()))
        .collect();
    let is_there = |path: &Utf8PathBuf| {
        let path = root.join(path);
        files.tree.is_file(&path) || files.tree.is_dir(&path)
    };
    !paths.is_empty() && paths.iter().all(is_there)
}

fn folder(path: &Utf8Path) -> &Utf8Path {
    path.parent().unwrap_or(Utf8Path::new(""))
}
