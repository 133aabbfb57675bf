//! The image that a compose service builds: its Dockerfile, target and arguments found.

use crate::fact::Fact;
use crate::model::compose::{Build, Location};
use crate::model::image::{Arguments, Ignore, Image, build};
use crate::model::{Files, Found};
use crate::syntax::Parsed;
use camino::{Utf8Path, Utf8PathBuf};

/// A build of the tree.
#[derive(Debug)]
pub struct Built {
    pub image: Image,
    /// The Dockerfile.
    pub path: Utf8PathBuf,
    /// The folder that is sent to the build.
    pub context: Fact<Utf8PathBuf>,
    pub ignore: Ignore,
}

/// What `build` makes. `None` if the Dockerfile is not in the tree, was not read yet, or has no
/// such target.
pub fn of_service(files: &Files<'_>, build: &Build) -> Option<Built> {
    let path = build.dockerfile_path(files.tree)?.try_map(in_tree)?;
    let context = build.context.as_ref()?.try_map(in_tree)?;
    let Found::Read(read) = files.find(&path.value) else { return None };
    let Parsed::Dockerfile(file) = read.parsed else { return None };
    let target = match &build.target {
        Some(target) => Some(target.known()?.value),
        None => None,
    };
    let image = self::build(file, &Arguments::of(&build.args), target.as_deref())?;
    let ignore = ignore(files, read.path, &context.value).unwrap_or_default();
    Some(Built { image, path: read.path.to_owned(), context, ignore })
}

fn in_tree(location: &Location) -> Option<Utf8PathBuf> {
    match location {
        Location::Tree(path) => Some(path.clone()),
        Location::Host(_) | Location::Home(_) | Location::Remote(_) => None,
    }
}

/// The file that says what a build leaves out: the Dockerfile's own counts before that of the context
/// (docker build, "Filename and location"). Podman and Buildah look for `.containerignore` first
/// (containerignore(5)), and Docker for none of that name: it counts where the other is not there.
pub fn ignore(files: &Files<'_>, dockerfile: &Utf8Path, context: &Utf8Path) -> Option<Ignore> {
    let own = Utf8PathBuf::from(format!("{dockerfile}.dockerignore"));
    let paths = [own, context.join(".dockerignore"), context.join(".containerignore")];
    let read = paths.iter().find_map(|path| files.find(path).read())?;
    Some(Ignore::parse(read.id, read.text))
}
