//! Absolute paths of a project that lead into the checkout which its files are part of: with
//! `build: /srv/shop` and `env_file: /srv/shop/deploy/.env`, a file that lies in `deploy` says where the
//! tree is on the server.

use crate::fact::{Certainty, Fact};
use crate::model::Files;
use crate::model::compose::{Location, MountKind, Project};
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

const WHY: &str = "the tree is taken to lie where the file has the context of an image";

/// Finds the folder of the tree behind each such path.
pub(super) fn find(files: &Files<'_>, project: &mut Project) {
    let contexts = project.services.iter().filter_map(|service| {
        let build = service.build.as_ref()?;
        let Location::Host(at) = &build.context.as_ref()?.value else { return None };
        let name = match &build.dockerfile {
            Some(name) => name.known()?.value,
            None => "Dockerfile".to_owned(),
        };
        Some((at.clone(), Utf8PathBuf::from(name)))
    });
    let contexts: Vec<(Utf8PathBuf, Utf8PathBuf)> = contexts.collect();
    let folder = project.folder.clone();
    for (at, dockerfile) in contexts {
        let others: Vec<Utf8PathBuf> = locations(project)
            .filter_map(|it| below(&it.value, &at))
            .filter(|it| !it.as_str().is_empty())
            .collect();
        // A Dockerfile alone is in many trees: what else is named there has to be in this one.
        let is_it = |root: &&Utf8Path| {
            files.tree.is_file(&normalize(&root.join(&dockerfile)))
                && others.iter().any(|it| is_in(files, root, it))
        };
        let Some(root) = folder.ancestors().find(is_it) else { continue };
        for location in locations(project) {
            if let Some(below) = below(&location.value, &at) {
                let found = Location::Tree(normalize(&root.join(below)));
                *location = location.map(|_| found.clone()).doubt(Certainty::Likely, WHY);
            }
        }
    }
}

/// Whether a tree has what lies at a path, or, as of an env file that git leaves out, its folder.
fn is_in(files: &Files<'_>, root: &Utf8Path, below: &Utf8Path) -> bool {
    let has = |path: &Utf8Path| files.tree.get(&normalize(&root.join(path))).is_some();
    has(below) || below.parent().is_some_and(|it| !it.as_str().is_empty() && has(it))
}

fn below(location: &Location, at: &Utf8Path) -> Option<Utf8PathBuf> {
    let Location::Host(path) = location else { return None };
    path.strip_prefix(at).ok().map(Utf8Path::to_owned)
}

/// Every path that services name.
fn locations(project: &mut Project) -> impl Iterator<Item = &mut Fact<Location>> {
    project.services.iter_mut().flat_map(|service| {
        let context = service.build.as_mut().and_then(|it| it.context.as_mut());
        let env_files = service.env_files.iter_mut().filter_map(|it| it.location.as_mut());
        let mounts = service.volumes.iter_mut().filter_map(|it| match &mut it.kind {
            MountKind::Bind(_, location) => location.as_mut(),
            _ => None,
        });
        context.into_iter().chain(env_files).chain(mounts)
    })
}
