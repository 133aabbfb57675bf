//! What an image starts that no file in view runs: somebody builds the project's Dockerfile, and
//! gives the container its variables where nobody sees it.
//!
//! Only what the image itself says counts: no port is published, no volume mounted, as far as
//! anybody knows, and nothing of a service of compose is asked.

use crate::fact::Environment;
use crate::model::build::compose_files::stage_of;
use crate::model::build::image_builds::Recipe;
use crate::model::build::image_of;
use crate::model::build::of_processes;
use crate::model::build::service::Container;
use crate::model::command::Program;
use crate::model::compose;
use crate::model::django::Project;
use crate::model::image::Arguments;
use crate::model::{Deployment, Files, Kind, Process, Read, Stage, View, ViewId};
use crate::source::Place;
use camino::Utf8Path;
use std::sync::Arc;

/// The deployment of a project's Dockerfile. `assumed` is what is taken for the project's settings
/// where nobody says which they are.
pub(super) fn deployment(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    assumed: Option<&Process>,
) -> Option<Deployment> {
    // A service whose image is not in view may well be the one that runs it.
    if !files.of(Kind::Compose).is_empty() {
        return None;
    }
    let read = dockerfile_of(files, project)?;
    let recipe = Recipe {
        context: read.path.parent().unwrap_or("".into()).to_owned(),
        dockerfile: read.path.to_owned(),
        target: None,
        arguments: Arguments::unseen(),
    };
    let mut image = image_of::of_recipe(files, &recipe)?;
    image.environment.open("whoever starts the container sets variables", None);
    let place = Place::new(read.id, 0, 0);
    let alone = compose::Project::of_one(read.path.as_str(), place, &recipe.context);
    let container = Container {
        files,
        project: &alone,
        service: alone.services.first()?,
        image: Some(&image),
        variables: &Environment::unseen("no compose file is in view"),
        view: ViewId(0),
        contract: None,
    };
    // What is mounted, nobody knows.
    let view = View { complete: false, ..container.view() };
    let (mut process, _) = container.process(projects, &view);
    let started = process.started.as_ref()?;
    let is_server =
        started.program.value.is_server() && !matches!(started.program.value, Program::Manage(_));
    process.declared = started.program.map(|_| ());
    let django = process.django.as_ref()?;
    if !is_server || !Arc::ptr_eq(&django.project, project) {
        return None;
    }
    if django.may_be_replaced()
        && let Some(assumed) = assumed.and_then(|it| it.django.clone())
    {
        process.django = Some(assumed);
    }
    process.listens_known = false;
    let stage = process.declared.map(|()| Stage::Production);
    Some(of_processes(read.path.to_string(), stage, vec![view], vec![process]))
}

/// The nearest, from the project's folder up, of those that are not for developers or tests. Of
/// several in one folder the one for production, or the one that Docker takes by itself.
fn dockerfile_of<'a>(files: &Files<'a>, project: &Project) -> Option<Read<'a>> {
    let folder = |read: &Read<'a>| read.path.parent().unwrap_or(Utf8Path::new(""));
    let stage = |read: &Read<'_>| stage_of(read.path.file_name().unwrap_or_default());
    let mut found = files.of(Kind::Dockerfile);
    found.retain(|read| {
        project.root.starts_with(folder(read))
            && matches!(stage(read), None | Some(Stage::Production))
    });
    let depth = |read: &Read<'_>| read.path.components().count();
    let nearest = found.iter().map(depth).max()?;
    found.retain(|read| depth(read) == nearest);
    if let [only] = found.as_slice() {
        return Some(*only);
    }
    let mut for_production = found.iter().filter(|read| stage(read).is_some());
    match (for_production.next(), for_production.next()) {
        (Some(only), None) => Some(*only),
        (None, _) => found.into_iter().find(|read| read.path.file_name() == Some("Dockerfile")),
        (Some(_), Some(_)) => None,
    }
}
