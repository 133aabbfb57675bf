//! Contexts that get into an image as they are.
//!
//! What an earlier stage copies is no part of the image that runs: only what a chain of copies
//! brings into that one counts.

use crate::fact::{Fact, Origin};
use crate::model::build::image_of::Built;
use crate::model::contents::Unfiltered;
use crate::model::image::{Context, From, Image};
use crate::source::{Place, Tree};
use crate::syntax::kind::{self, Kind};
use camino::Utf8Path;

pub(super) fn unfiltered(
    built: &Built,
    image: &Image,
    context: &Context<'_>,
) -> Option<Unfiltered> {
    if built.has_ignore_file {
        return None;
    }
    let copy = whole_copy(image, context)?;
    let has = |name: &str| context.tree.is_file(&context.root.join(name));
    let mut names = context.tree.below(context.root).map(|(path, _)| path.file_name());
    let has_django = names.any(|name| name == Some("manage.py"));
    let is_held = holds_what_is_kept_out(context.tree, context.root);
    let is_root = context.root.as_str().is_empty()
        || context.tree.roots().iter().any(|root| root == context.root);
    (has_django || is_held).then(|| Unfiltered {
        copy,
        has_django,
        is_part: !is_root && !is_held,
        has_npm: has("package.json"),
    })
}

/// The first `COPY` of the whole context that the image which runs has the files of.
fn whole_copy(image: &Image, context: &Context<'_>) -> Option<Fact<()>> {
    let places = image.places_of(context.root, context);
    let origins = || places.iter().flat_map(|it| it.evidence().origins());
    let is_followed = |place: Place| origins().any(|it| *it == Origin::At(place));
    let mut layers = image.stages.iter().flat_map(|stage| &stage.layers);
    let copy = layers.find(|layer| {
        let of_context = layer.copy().is_some_and(|copy| matches!(copy.from, From::Context));
        of_context && is_followed(layer.place)
    })?;
    Some(Fact::at((), copy.place))
}

/// Whether a folder is a clone, with all that was ever committed, or has what stays on a machine.
fn holds_what_is_kept_out(tree: &Tree, folder: &Utf8Path) -> bool {
    let is_kept_out = |path: &Utf8Path| {
        let is_env = kind::by_name(path) == Some(Kind::Dotenv) && !kind::is_example(path);
        is_env || matches!(path.extension(), Some("sqlite3" | "sqlite" | "db"))
    };
    tree.is_clone(folder)
        || tree.has_installed(folder)
        || tree.below(folder).any(|(path, _)| is_kept_out(path))
}
