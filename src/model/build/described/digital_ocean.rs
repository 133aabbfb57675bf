//! `.do/app.yaml` (DigitalOcean's documentation, "App Spec Reference").

use crate::fact::{Fact, Supplied};
use crate::model::build::described::said::Said;
use crate::model::build::described::{Command, Described, Image, Service, Start, set_by_platform};
use crate::model::build::image_builds::Recipe;
use crate::model::build::image_of::Builds;
use crate::model::image::Reference;
use crate::model::{Files, Read};
use crate::source::{Spanned, normalize};
use camino::Utf8Path;

pub(super) fn read<'f>(builds: &Builds<'_>, read: Read<'f>, said: &Said) -> Option<Described<'f>> {
    let root = read.path.parent()?.parent().unwrap_or(Utf8Path::new(""));
    let kinds = ["services", "workers"].into_iter();
    let listed = kinds.flat_map(|kind| {
        let items = said.get(kind).map(Said::items).unwrap_or_default();
        items.iter().map(move |it| (it, kind == "services"))
    });
    let services = listed.filter_map(|(it, is_web)| service(builds, root, said, (it, is_web)));
    Some(Described { read, platform: "DigitalOcean", services: services.collect() })
}

fn service(
    builds: &Builds<'_>,
    root: &Utf8Path,
    all: &Said,
    (said, is_web): (&Said, bool),
) -> Option<Service> {
    let text = |key: &str| said.get(key)?.text();
    let name = text("name")?;
    let place = name.evidence().place()?;
    let folder = text("source_dir").map(|it| it.value).unwrap_or_default();
    let folder = normalize(&root.join(folder.trim_start_matches('/')));
    let command = text("run_command");
    let recipes = match (said.get("image"), text("dockerfile_path")) {
        (Some(image), _) => pushed(builds, image),
        (None, Some(path)) => built(builds.files, root, &folder, &path.value),
        (None, None) => Vec::new(),
    };
    let start = match recipes.is_empty() {
        false => {
            Start::Image(Image { recipes, entrypoint: None, command: command.map(Command::Line) })
        }
        true if said.get("image").is_none() => Start::Shell {
            command: command?,
            folders: vec![folder.clone()],
            told: !folder.as_str().is_empty(),
            built_by: text("build_command"),
        },
        true => return None,
    };
    let listed = [all, said].into_iter().filter_map(|it| it.get("envs"));
    Some(Service {
        name: Spanned::new(name.value, place),
        start,
        own: is_web.then(|| ("PORT", set_by_platform())).into_iter().collect(),
        // A component's own win over those of all.
        environment: listed.flat_map(Said::items).filter_map(variable).collect(),
        mounts: Vec::new(),
        // "How to Store Data in App Platform": the file system lasts as long as the container.
        forgets: Some(Fact::at((), place)),
    })
}

/// What scripts and workflows of the tree push under the name of an image.
fn pushed(builds: &Builds<'_>, said: &Said) -> Vec<Recipe> {
    let text = |key: &str| said.get(key)?.text().map(|it| it.value);
    let host = match text("registry_type").as_deref() {
        Some("GHCR") => "ghcr.io",
        Some("DOCKER_HUB") => "docker.io",
        Some("DOCR") => "registry.digitalocean.com",
        Some(_) | None => return Vec::new(),
    };
    let owner = text("registry").map(|it| format!("{it}/")).unwrap_or_default();
    let Some(name) = text("repository").map(|it| format!("{host}/{owner}{it}")) else {
        return Vec::new();
    };
    let Some(image) = Reference::parse(&name) else { return Vec::new() };
    let named = builds.by_scripts().iter().filter(|(it, _)| it.fits(&image));
    named.map(|(_, recipe)| recipe.clone()).collect()
}

/// A Dockerfile is built in the folder of its component ("App Spec Reference", `source_dir`).
fn built(files: &Files, root: &Utf8Path, folder: &Utf8Path, path: &str) -> Vec<Recipe> {
    let dockerfile = normalize(&root.join(path.trim_start_matches('/')));
    let is_there = files.tree.is_file(&dockerfile);
    is_there.then(|| Recipe::unseen(&dockerfile, folder)).into_iter().collect()
}

/// A value that stands there; what is in `${ … }`, or is encrypted, the platform has.
fn variable(said: &Said) -> Option<(String, Fact<Supplied>)> {
    let key = said.get("key")?.text()?;
    if said.get("scope").and_then(Said::text).is_some_and(|it| it.value == "BUILD_TIME") {
        return None;
    }
    let value = said.get("value").map(Said::supplied);
    let is_open = |it: &Fact<Supplied>| match &it.value {
        Supplied::Value(text) => text.contains("${") || text.starts_with("EV["),
        _ => true,
    };
    let unseen = || key.map(|_| Supplied::Unknown("the platform has its value".into()));
    Some((key.value.clone(), value.filter(|it| !is_open(it)).unwrap_or_else(unseen)))
}
