//! An image that is only named, taken for what the tree's one Dockerfile builds.
//!
//! Whoever pushes images to a registry writes `image: acme/shop` and nothing else into the compose file.
//! What the service says of itself tells whose code it runs; all that rests on it is likely at most.

use crate::model::Files;
use crate::model::build::image_builds::Recipe;
use crate::model::build::image_of::{self, Builds, Built};
use crate::model::build::named_stage::{is_for_few, of_folders, stage_of};
use crate::model::compose::{self, Location, MountKind, Service};
use crate::model::django::Project;
use crate::model::image::Image;
use crate::model::{Kind, Read, Stage};
use camino::Utf8Path;
use signs::Signs;
use std::sync::Arc;

mod signs;

/// Why nothing that rests on it is certain.
pub(super) const WHY: &str = "its image is taken for the one that the tree builds";

pub(super) fn taken(
    builds: &Builds<'_>,
    projects: &[Arc<Project>],
    compose: &compose::Project,
    service: &Service,
) -> Option<Built> {
    let (None, Some(_)) = (&service.build, &service.image) else { return None };
    let mut deployed = projects.iter().filter(|it| !it.is_a_sample());
    let (Some(project), None) = (deployed.next(), deployed.next()) else { return None };
    let signs = Signs { builds, project, compose, service };
    let is_said = signs.are_of_service();
    let mounted = mounted_at(project, service);
    let recipe = only_recipe(builds.files, projects, project)?;
    let built = image_of::of_recipe(builds, &recipe)?;
    let works_in = built.image.as_ref().and_then(Image::workdir);
    let is_its_place = || works_in.is_some_and(|it| mounted.contains(&it.value.to_string()));
    (is_said || is_its_place() || signs.are_of(&recipe, &built)).then_some(built)
}

/// Where a service that leaves it to its image what it starts has the project from the checkout. Tools of
/// others are given a command, or their images have no owner.
fn mounted_at(project: &Project, service: &Service) -> Vec<String> {
    let has_owner = service.image.as_ref().is_some_and(|it| it.to_string().contains('/'));
    if !has_owner || service.command.is_some() || service.entrypoint.is_some() {
        return Vec::new();
    }
    let mounts = service.volumes.iter().filter(|it| match &it.kind {
        MountKind::Bind(_, Some(from)) => {
            matches!(&from.value, Location::Tree(folder) if project.root.starts_with(folder))
        }
        _ => false,
    });
    mounts.filter_map(|it| Some(it.target.known()?.value)).collect()
}

/// The one Dockerfile that a project is put into an image by, but for those of developers and tests: it
/// installs packages, or leaves that to the start and brings Python.
fn only_recipe(files: &Files, projects: &[Arc<Project>], project: &Project) -> Option<Recipe> {
    let installs =
        ["pip install", "pip3 install", "poetry install", "pipenv install", "uv sync", "uv pip"];
    let installs = |it: &Read<'_>| installs.iter().any(|how| it.has(how));
    let brings_python = |it: &Read<'_>| {
        it.text.lines().any(|line| line.starts_with("FROM ") && line.contains("python"))
    };
    let dockerfiles = files.of(Kind::Dockerfile).into_iter();
    // One beside a sample is the sample's.
    let is_around = |it: &Project, path: &Utf8Path| {
        path.parent().is_some_and(|folder| it.root.starts_with(folder))
    };
    let is_anothers = |path: &Utf8Path| {
        !is_around(project, path) && projects.iter().any(|it| is_around(it, path))
    };
    let dockerfiles =
        dockerfiles.filter(|it| !is_for_few(files.from_root(it.path).1) && !is_anothers(it.path));
    let all: Vec<Read<'_>> = dockerfiles.collect();
    let mut found: Vec<&Utf8Path> =
        all.iter().filter(|it| installs(it)).map(|it| it.path).collect();
    if found.is_empty() {
        found.extend(all.iter().filter(|it| brings_python(it)).map(|it| it.path));
    }
    if found.len() > 1 {
        found.retain(|it| is_for_production(it));
    }
    let [dockerfile] = found.as_slice() else { return None };
    // Built in its own folder, or in one above that has the project: where both may be meant, the
    // nearer one.
    let above = dockerfile.parent()?.ancestors();
    let has_project = |folder: &&Utf8Path| project.root.starts_with(folder);
    let context = above.into_iter().find(has_project)?;
    Some(Recipe::unseen(dockerfile, context))
}

/// Whether a Dockerfile or the folders that it lies in are called after production.
fn is_for_production(path: &Utf8Path) -> bool {
    let of_file = path.file_name().and_then(stage_of);
    let of_folders = || path.parent().and_then(of_folders);
    of_file.or_else(of_folders) == Some(Stage::Production)
}
