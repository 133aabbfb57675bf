//! `heroku.yml` (Heroku Dev Center, "Building Docker Images with heroku.yml").
//!
//! `build.docker` names a Dockerfile for each process, whose folder is the context. What `run` says of one goes
//! before the image's own command; a process that only `run` has is of the image of `web`, or of the one
//! that it names.

use crate::fact::{Fact, Supplied};
use crate::model::build::described::said::Said;
use crate::model::build::described::{Command, Described, Image, Service, Start, set_by_platform};
use crate::model::build::image_builds::Recipe;
use crate::model::build::image_of::Builds;
use crate::model::{Files, Read};
use crate::source::{Spanned, normalize};
use camino::Utf8Path;
use std::collections::BTreeMap;

pub(super) fn read<'f>(builds: &Builds<'_>, read: Read<'f>, said: &Said) -> Option<Described<'f>> {
    let files = builds.files;
    let built = said.at(&["build", "docker"])?.entries();
    let run = said.get("run").map(Said::entries).unwrap_or_default();
    let images: BTreeMap<&str, Recipe> = built
        .iter()
        .filter_map(|(name, path)| Some((name.value.as_str(), recipe(files, read.path, path)?)))
        .collect();
    let own = built.iter().filter(|(name, _)| run.iter().all(|(it, _)| it.value != name.value));
    let own = own.map(|(name, _)| (name, None));
    let all = run.iter().map(|(name, how)| (name, Some(how))).chain(own);
    let services = all.filter_map(|(name, how)| {
        let named = how.and_then(|it| it.get("image")?.text()).map(|it| it.value);
        let of = |it: &str| images.get(it).cloned();
        let recipe = named.and_then(|it| of(&it)).or_else(|| of(&name.value)).or_else(|| of("web"));
        Some(service(name, recipe?, how, said))
    });
    Some(Described { read, platform: "Heroku", services: services.collect() })
}

fn recipe(files: &Files, file: &Utf8Path, said: &Said) -> Option<Recipe> {
    let folder = file.parent().unwrap_or(Utf8Path::new(""));
    let dockerfile = normalize(&folder.join(said.text()?.value));
    let context = dockerfile.parent()?;
    // The application's variables are arguments only where `build.config` has them.
    files.tree.is_file(&dockerfile).then(|| Recipe::unseen(&dockerfile, context))
}

fn service(name: &Spanned<String>, recipe: Recipe, how: Option<&Said>, all: &Said) -> Service {
    let command = how.and_then(|it| match it.get("command") {
        Some(listed) => listed.texts().and_then(|it| it.into_iter().next()).or(listed.text()),
        None => it.text(),
    });
    let plans = all.at(&["setup", "config"]).map(Said::entries).unwrap_or_default();
    let environment: Vec<(String, Fact<Supplied>)> =
        plans.iter().map(|(key, value)| (key.value.clone(), value.supplied())).collect();
    let of_web = (name.value == "web").then(|| ("PORT", set_by_platform()));
    let dyno = [("DYNO", set_by_platform())];
    Service {
        name: name.clone(),
        start: Start::Image(Image {
            recipes: vec![recipe],
            entrypoint: None,
            command: command.map(Command::Line),
        }),
        own: dyno.into_iter().chain(of_web).collect(),
        environment,
        mounts: Vec::new(),
        // Each dyno has a file system of its own, that goes with it (Heroku Dev Center, "Dynos and the
        // Dyno Manager", "Ephemeral filesystem").
        forgets: Some(Fact::at((), name.place)),
    }
}
