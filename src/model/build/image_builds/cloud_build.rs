//! What Google's Cloud Build makes: steps of a `cloudbuild.yaml` that give `docker` or kaniko its words (Cloud
//! Build's documentation, "Build configuration file schema" and "Using Kaniko cache").

use crate::model::Files;
use crate::model::build::image_builds::{Call, Named, Recipe, call_of_words};
use crate::syntax::yaml::{self, Node};
use camino::Utf8Path;

const NAMES: [&str; 3] = ["cloudbuild.yaml", "cloudbuild.yml", "cloudbuild.json"];

/// Where a build has what it is given.
const WORKSPACE: &str = "/workspace";

pub(super) fn built(files: &Files) -> Vec<(Named, Recipe)> {
    let mut found = Vec::new();
    for path in NAMES.iter().flat_map(|name| files.files_named(name)) {
        let Some(read) = files.skim(path).read() else { continue };
        for root in &yaml::parse(read.id, read.text).documents {
            let steps = root.get("steps").map(Node::items).unwrap_or_default();
            let calls = steps.iter().filter_map(call);
            found.extend(calls.flat_map(|it| it.found(files, read.path)));
        }
    }
    found
}

/// What a step builds, if it does nothing else: an entrypoint of its own would be another program.
fn call(step: &Node) -> Option<Call> {
    let builder = step.get("name")?.text()?;
    let is_kaniko = is_of(builder, "executor") && builder.contains("kaniko");
    if step.get("entrypoint").is_some() || !is_kaniko && !is_of(builder, "docker") {
        return None;
    }
    let words = step.get("args").map(Node::items).unwrap_or_default();
    let words: Vec<&str> = words.iter().filter_map(Node::text).collect();
    let words = match is_kaniko {
        true => words.as_slice(),
        false => words.split_first().filter(|(first, _)| **first == "build")?.1,
    };
    let mut call = call_of_words(words, step.place, is_kaniko);
    // "Use this field to set a working directory": a relative one is below that of the build.
    let folder = match step.get("dir") {
        Some(told) => told.text()?,
        None => "",
    };
    call.folder = of_workspace(folder)?.into();
    if is_kaniko && call.context.is_none() {
        // Its own default is the whole of it, whatever folder the step is in.
        call.context = call.folder.as_str().is_empty().then(|| ".".to_owned());
    }
    let is_in_root = call.folder.as_str().is_empty();
    for path in call.context.iter_mut().chain(&mut call.file).filter(|it| it.starts_with('/')) {
        *path = of_workspace(path).filter(|_| is_in_root)?.to_owned();
    }
    Some(call)
}

/// Whether a step runs the image of this name, whoever's it is.
fn is_of(builder: &str, name: &str) -> bool {
    let image = builder.split([':', '@']).next().unwrap_or_default();
    image.rsplit('/').next() == Some(name)
}

/// A folder of the build, seen from where it has what it is given.
fn of_workspace(path: &str) -> Option<&str> {
    let path = path.trim_end_matches('/');
    match Utf8Path::new(path).strip_prefix(WORKSPACE) {
        Ok(below) => Some(below.as_str()),
        Err(_) => (!path.starts_with('/') && !path.contains('$')).then_some(path),
    }
}
