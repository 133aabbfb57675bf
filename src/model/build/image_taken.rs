//! An image that is only named, taken for what the tree's one Dockerfile builds.
//!
//! Whoever pushes images to a registry writes `image: acme/shop` and nothing else into the compose file.
//! What the service says of itself tells whose code it runs; all that rests on it is likely at most.

use crate::model::build::image_builds::Recipe;
use crate::model::build::image_of::{self, Builds, Built};
use crate::model::build::named_stage::is_for_few;
use crate::model::compose::Service;
use crate::model::django::{self, Project};
use crate::model::text::Text;
use crate::model::{Files, Kind};
use camino::Utf8Path;
use std::sync::Arc;

/// Why nothing that rests on it is certain.
pub(super) const WHY: &str = "its image is taken for the one that the tree builds";

pub(super) fn taken(
    builds: &Builds<'_>,
    projects: &[Arc<Project>],
    service: &Service,
) -> Option<Built> {
    let files = builds.files;
    let (None, Some(_)) = (&service.build, &service.image) else { return None };
    let [project] = projects else { return None };
    if !is_of(files, project, service) {
        return None;
    }
    let recipe = only_recipe(files, project)?;
    image_of::of_recipe(builds, &recipe)
}

/// Whether a service says that it runs a project: by its command, by the settings that it names, or
/// by two variables that the settings ask for.
fn is_of(files: &Files, project: &Project, service: &Service) -> bool {
    let runs = |word: String| {
        let module = word.split(':').next().unwrap_or_default();
        word.contains("manage.py") || module.contains('.') && project.finds(module)
    };
    let names_settings = || {
        let variable = service.variable(django::VARIABLE);
        let value = variable.and_then(|it| it.value.as_ref()).and_then(Text::known);
        value.is_some_and(|it| project.modules.iter().any(|module| module.name == it.value))
    };
    let texts = || {
        let read = project.modules.iter().filter_map(|it| files.find(&it.path).read());
        read.map(|it| it.text).collect::<Vec<_>>()
    };
    let asked = || {
        let texts = texts();
        let is_asked = |name: &str| {
            let quoted = [format!("'{name}'"), format!("\"{name}\"")];
            texts.iter().any(|text| quoted.iter().any(|it| text.contains(it.as_str())))
        };
        // Databases and what looks after them are given the same names and passwords.
        let of_django = ["SECRET_KEY", "ALLOWED_HOSTS", "DJANGO", "CSRF", "CELERY"];
        let names = service.environment.iter().map(|it| it.name.value.as_str());
        let asked: Vec<&str> = names.filter(|it| is_asked(it)).collect();
        asked.len() > 1 && asked.iter().any(|name| of_django.iter().any(|it| name.contains(it)))
    };
    service.words().any(runs) || names_settings() || asked()
}

/// The one Dockerfile that a project is put into an image by, but for those of developers and tests.
fn only_recipe(files: &Files, project: &Project) -> Option<Recipe> {
    let installs =
        ["pip install", "pip3 install", "poetry install", "pipenv install", "uv sync", "uv pip"];
    let dockerfiles = files.of(Kind::Dockerfile).into_iter().filter(|it| {
        installs.iter().any(|how| it.has(how)) && !is_for_few(files.from_root(it.path).1)
    });
    let dockerfiles: Vec<&Utf8Path> = dockerfiles.map(|it| it.path).collect();
    let [dockerfile] = dockerfiles.as_slice() else { return None };
    // Built in its own folder, or in one above that has the project: where both may be meant, the
    // nearer one.
    let above = dockerfile.parent()?.ancestors();
    let has_project = |folder: &&Utf8Path| project.root.starts_with(folder);
    let context = above.into_iter().find(has_project)?;
    Some(Recipe::unseen(dockerfile, context))
}
