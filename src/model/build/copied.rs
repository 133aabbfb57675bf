//! Where an image has the files of a project.

use crate::model::django::Project;
use crate::model::image::{Context, Image};
use camino::{Utf8Path, Utf8PathBuf};

/// Folders of the tree and where the image has them: the project's own and those around it, or else
/// the parts of it that are copied one by one, as far as its settings and entry points lie in them.
pub(super) fn homes(
    image: &Image,
    context: &Context<'_>,
    project: &Project,
) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
    let places = |folder: &Utf8Path| {
        let places = image.places_of(folder, context);
        places.into_iter().map(|at| (folder.to_owned(), at.value)).collect::<Vec<_>>()
    };
    let whole: Vec<_> = project.root.ancestors().flat_map(places).collect();
    if !whole.is_empty() {
        return whole;
    }
    let modules = project.modules.iter().map(|it| &it.path);
    let entries = project.entries.iter().map(|it| &it.path);
    let mut parts = Vec::new();
    for path in modules.chain(entries) {
        let mut folders: Vec<&Utf8Path> =
            path.ancestors().take_while(|it| *it != project.root).collect();
        folders.reverse();
        let first = folders.into_iter().map(places).find(|found| !found.is_empty());
        parts.extend(
            first.into_iter().flatten().filter(|it| !parts.contains(it)).collect::<Vec<_>>(),
        );
    }
    parts
}
