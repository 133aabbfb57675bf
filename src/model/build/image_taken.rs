//! An image that is only named, taken for what the tree's one Dockerfile builds.
//!
//! Whoever pushes images to a registry writes `image: acme/shop` and nothing else into the compose file.
//! What the service says of itself tells whose code it runs; all that rests on it is likely at most.

use crate::model::build::image_builds::Recipe;
use crate::model::build::image_of::{self, Builds, Built};
use crate::model::build::named_stage::is_for_few;
use crate::model::compose::{Location, MountKind, Service};
use crate::model::django::{self, Project};
use crate::model::image::Image;
use crate::model::text::Text;
use crate::model::{Files, Kind, Read};
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
    let is_said = is_of(files, project, service);
    let mounted = mounted_at(project, service);
    if !is_said && mounted.is_empty() {
        return None;
    }
    let recipe = only_recipe(files, project)?;
    let built = image_of::of_recipe(builds, &recipe)?;
    let works_in = built.image.as_ref().and_then(Image::workdir);
    let is_its_place = works_in.is_some_and(|it| mounted.contains(&it.value.to_string()));
    (is_said || is_its_place).then_some(built)
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

/// Whether a service says that it runs a project: by its command, by the settings that it names, by two
/// variables that the settings ask for, or by the name of its image.
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
    service.words().any(runs)
        || names_settings()
        || asked()
        || is_called_after(files, project, service)
}

/// What many images and packages are called: of such a name, an image may be anybody's.
const COMMON: [&str; 11] = [
    "api", "app", "apps", "backend", "common", "config", "core", "project", "server", "utils",
    "web",
];

/// Whether somebody's image is called as a package of a project's is, be it that of the settings or of an
/// application: `acme/shop`, `acme/shop-backend` for `shop.settings`.
fn is_called_after(files: &Files, project: &Project, service: &Service) -> bool {
    let image = service.image.as_ref().and_then(image_of::name_of);
    let Some(image) = image.filter(|it| !it.repository.contains('$')) else { return false };
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '_'], "");
    let Some((owner, name)) = image.repository.rsplit_once('/') else { return false };
    let name = plain(name);
    let of_settings = project.modules.iter().filter_map(|it| Some(it.name.split_once('.')?.0));
    let folders = files.files_named("__init__.py").filter_map(|it| it.parent());
    let beside = folders.filter(|it| it.parent() == Some(&project.root));
    let mut packages = of_settings.chain(beside.filter_map(Utf8Path::file_name));
    owner != "library"
        && packages.any(|package| {
            let rest = name.strip_prefix(&plain(package));
            !COMMON.contains(&package)
                && rest.is_some_and(|it| it.is_empty() || COMMON.contains(&it) || it == "django")
        })
}

/// The one Dockerfile that a project is put into an image by, but for those of developers and tests: it
/// installs packages, or leaves that to the start and brings Python.
fn only_recipe(files: &Files, project: &Project) -> Option<Recipe> {
    let installs =
        ["pip install", "pip3 install", "poetry install", "pipenv install", "uv sync", "uv pip"];
    let installs = |it: &Read<'_>| installs.iter().any(|how| it.has(how));
    let brings_python = |it: &Read<'_>| {
        it.text.lines().any(|line| line.starts_with("FROM ") && line.contains("python"))
    };
    let dockerfiles = files.of(Kind::Dockerfile).into_iter();
    let dockerfiles = dockerfiles.filter(|it| !is_for_few(files.from_root(it.path).1));
    let all: Vec<Read<'_>> = dockerfiles.collect();
    let mut found: Vec<&Utf8Path> =
        all.iter().filter(|it| installs(it)).map(|it| it.path).collect();
    if found.is_empty() {
        found.extend(all.iter().filter(|it| brings_python(it)).map(|it| it.path));
    }
    let [dockerfile] = found.as_slice() else { return None };
    // Built in its own folder, or in one above that has the project: where both may be meant, the
    // nearer one.
    let above = dockerfile.parent()?.ancestors();
    let has_project = |folder: &&Utf8Path| project.root.starts_with(folder);
    let context = above.into_iter().find(has_project)?;
    Some(Recipe::unseen(dockerfile, context))
}
