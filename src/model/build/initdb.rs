//! Passwords in the statements that a database of production runs when it is first started: those of
//! `/docker-entrypoint-initdb.d`, where the images of PostgreSQL and MySQL look for them.

use crate::fact::Fact;
use crate::model::build::committed::is_for_tests;
use crate::model::datastore::INITDB;
use crate::model::image::Context;
use crate::model::{Container, Deployment, Files, Found, Kind, Stage, View};
use crate::syntax;
use camino::{Utf8Path, Utf8PathBuf};

pub(super) fn passwords(files: &Files, deployments: &[Deployment]) -> Vec<Fact<&'static str>> {
    let statements = files.ending_in(&["sql"]).into_iter().map(Utf8PathBuf::as_path);
    let statements = statements.filter(|path| !is_for_tests(path));
    let live = deployments.iter().filter(|it| it.stage.value == Stage::Production);
    let services: Vec<(&View, &Container)> = live
        .flat_map(|it| it.services().into_iter().map(move |at| (it.view(at.1.view), at.2)))
        .collect();
    let runs = |path: &&Utf8Path| {
        let has = |(view, container): &(&View, &Container)| {
            view.mounts_of(path).any(|it| it.at.starts_with(INITDB))
                || brings(files, container, path)
        };
        services.iter().any(has)
    };
    let found = statements.filter(runs).filter_map(|path| match files.find(path) {
        Found::Read(read) => Some(syntax::passwords(Kind::Text, read.id, read.text)),
        Found::Wanted | Found::Folder | Found::Absent => None,
    });
    found.flatten().map(|it| Fact::at(it.value, it.place)).collect()
}

/// Whether the build of its image copies a file there.
fn brings(files: &Files, container: &Container, path: &Utf8Path) -> bool {
    let (Some(image), Some(root)) = (&container.image, &container.context) else { return false };
    let context = Context { tree: files.tree, root, ignore: &container.ignore };
    let places = image.places_of(path, &context);
    places.iter().any(|it| it.value.starts_with(INITDB))
}
