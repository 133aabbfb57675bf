//! Deployments of containers that a script starts one by one, where no compose file has the site.

use crate::fact::{Certainty, Environment, Fact};
use crate::model::build::compose_containers::{self, Given, Parts};
use crate::model::build::compose_drops;
use crate::model::build::connect::connect;
use crate::model::build::image_of::Builds;
use crate::model::build::named_stage::{is_for_few, stage_of};
use crate::model::build::unclaimed::of_processes;
use crate::model::compose;
use crate::model::django::Project;
use crate::model::{Deployment, Files, Kind, Process, Read, Reading, Stage};
use crate::source::Place;
use crate::syntax::Parsed;
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One for each script whose containers serve a project; the web server files that they have are claimed.
pub(super) fn deployments<'a>(
    files: &Files<'a>,
    projects: &[Arc<Project>],
    composed: &[Deployment],
    claimed: &mut BTreeSet<&'a Utf8Path>,
    reading: &mut Reading,
) -> Vec<Deployment> {
    let is_live =
        |it: &Deployment| it.stage.value == Stage::Production && it.webs().next().is_some();
    if composed.iter().any(is_live) {
        return Vec::new();
    }
    let mut scripts = files.of(Kind::Shell);
    scripts.retain(|it| STARTERS.iter().any(|call| it.has(call)) && !is_for_few(it.path));
    if scripts.is_empty() {
        return Vec::new();
    }
    let builds = Builds::of_tree(files);
    let found = scripts.into_iter();
    found.filter_map(|it| deployment(files, projects, it, (&builds, claimed), reading)).collect()
}

const STARTERS: [&str; 3] = ["docker run", "docker container run", "podman run"];

fn deployment<'a>(
    files: &Files<'a>,
    projects: &[Arc<Project>],
    read: Read<'a>,
    (builds, claimed): (&Builds<'_>, &mut BTreeSet<&'a Utf8Path>),
    reading: &mut Reading,
) -> Option<Deployment> {
    let Parsed::Shell(script) = read.parsed else { return None };
    let project = compose::Project::of_commands(script, folder(files, read.path))?;
    let variables = Environment::unseen("whoever runs the script may set it");
    let given = Given { files, projects, project: &project, variables: &variables, contract: None };
    let active = project.services.iter();
    let parts = compose_containers::containers(given, active, builds, reading);
    if !parts.processes.iter().any(serves) {
        return None;
    }
    claimed.extend(&parts.claimed);
    let Parts { views, processes, containers, sites, nginx, unrendered, .. } = parts;
    let mut deployment = Deployment {
        kept_up: project.services.iter().any(|it| !it.stays_down()),
        containers,
        sites,
        unrendered,
        nginx,
        compose: Some(project),
        ..of_processes(read.path.to_string(), stage(files, read), views, processes)
    };
    connect(files, &mut deployment);
    Some(deployment)
}

/// Whether it is a server made for production, with a project of the tree: developers start theirs by hand.
fn serves(process: &Process) -> bool {
    let is_server = process
        .started
        .as_ref()
        .is_some_and(|it| it.program.value.is_production_server() && it.reload.is_none());
    is_server && process.kind.is_web() && process.django.is_some()
}

/// Production: developers run no such server in the background. Where nothing says who runs the script, that
/// is doubted.
fn stage(files: &Files, read: Read<'_>) -> Fact<Stage> {
    let here = Fact::at(Stage::Production, Place::new(read.id, 0, 0));
    let is_named = read.path.iter().any(|it| stage_of(it) == Some(Stage::Production));
    match is_named || compose_drops::runs_on_server(files, read.path) {
        true => here,
        false => here.doubt(Certainty::Likely, "nothing says what the script is for"),
    }
}

/// The folder that people run a script in: the nearest around it that has a project.
fn folder<'p>(files: &Files, script: &'p Utf8Path) -> &'p Utf8Path {
    let has_project =
        |folder: &&Utf8Path| files.files_named("manage.py").any(|it| it.starts_with(folder));
    script.ancestors().skip(1).find(has_project).unwrap_or(Utf8Path::new(""))
}
