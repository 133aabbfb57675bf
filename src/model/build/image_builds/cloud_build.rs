//! What Google's Cloud Build makes: steps of a `cloudbuild.yaml` that give `docker` its words (Cloud Build's
//! documentation, "Build configuration file schema").

use crate::model::Files;
use crate::model::build::image_builds::{Named, Recipe, call};
use crate::syntax::yaml::{self, Node};

const NAMES: [&str; 3] = ["cloudbuild.yaml", "cloudbuild.yml", "cloudbuild.json"];

pub(super) fn built(files: &Files) -> Vec<(Named, Recipe)> {
    let mut found = Vec::new();
    for path in NAMES.iter().flat_map(|name| files.files_named(name)) {
        let Some(read) = files.skim(path).read() else { continue };
        for root in &yaml::parse(read.id, read.text).documents {
            let steps = root.get("steps").map(Node::items).unwrap_or_default();
            for step in steps.iter().filter(|it| is_docker(it)) {
                let words = step.get("args").map(Node::items).unwrap_or_default();
                let words: Vec<&str> = words.iter().filter_map(Node::text).collect();
                let Some((_, rest)) = words.split_first().filter(|it| *it.0 == "build") else {
                    continue;
                };
                let call = call(&rest.join(" "), step.place, false);
                found.extend(call.found(files, read.path));
            }
        }
    }
    found
}

fn is_docker(step: &Node) -> bool {
    let name = step.get("name").and_then(Node::text).unwrap_or_default();
    let is_its = name.split(':').next().is_some_and(|it| it.rsplit('/').next() == Some("docker"));
    is_its && step.get("entrypoint").is_none()
}
