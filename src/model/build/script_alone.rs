//! What a script for production starts, in a tree where nothing else starts anything: somebody
//! runs `run_prod.sh` on a server, by hand or by what is not in view; or a workflow does over ssh what
//! such a script would do.

use crate::fact::{Certainty, Environment};
use crate::model::build::named_stage::stage_of;
use crate::model::build::over_ssh;
use crate::model::build::procfile::Dyno;
use crate::model::build::unclaimed::of_process;
use crate::model::django::Project;
use crate::model::{Deployment, Files, Kind, Process, Read, Stage, ViewId};
use crate::source::Place;
use crate::syntax::procfile;
use crate::syntax::spliced::Spliced;
use camino::Utf8Path;
use std::sync::Arc;

/// What says how a site is run, so that no script by itself does.
const OTHERS: [Kind; 5] =
    [Kind::Compose, Kind::Dockerfile, Kind::Procfile, Kind::Supervisor, Kind::Systemd];

/// The deployment of the one script that starts a server for a project: beside it and called after
/// production, or called as guides call it.
pub(super) fn deployment(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    assumed: Option<&Process>,
) -> Option<Deployment> {
    let process = alone(files, projects, project, assumed)?;
    Some(of_process(process.name.clone(), process))
}

/// The process of that script.
pub(super) fn alone(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    assumed: Option<&Process>,
) -> Option<Process> {
    if OTHERS.iter().any(|kind| !files.of(*kind).is_empty()) {
        return None;
    }
    let named = |read: &Read<'_>| {
        let name = read.path.file_name().unwrap_or_default();
        let is_beside = read.path.parent() == Some(project.root.as_path());
        // A guide that many follow has supervisord start `bin/gunicorn_start`.
        let is_of_guide = name.starts_with("gunicorn_start");
        is_of_guide || is_beside && stage_of(name) == Some(Stage::Production)
    };
    let scripts = files.of(Kind::Shell).into_iter().filter(named);
    let found = scripts.filter_map(|read| process(files, projects, project, assumed, read));
    let mut found = found.peekable();
    if found.peek().is_some() {
        return only(found);
    }
    only(over_ssh::scripts(files).into_iter().filter_map(|(read, script)| {
        let folder = Some(project.root.as_path());
        started(files, projects, project, assumed, (read, folder), script)
    }))
}

fn only(mut found: impl Iterator<Item = Process>) -> Option<Process> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn process(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    assumed: Option<&Process>,
    read: Read<'_>,
) -> Option<Process> {
    let name = read.path.file_name()?;
    let command = Spliced::new(&format!("./{name}"), Place::new(read.id, 0, 0));
    let mut process =
        started(files, projects, project, assumed, (read, read.path.parent()), command)?;
    let why = "nothing in view starts the script";
    process.declared = process.declared.doubt(Certainty::Likely, why);
    Some(process)
}

/// The server that a command of a file starts in a folder.
fn started(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    assumed: Option<&Process>,
    (read, folder): (Read<'_>, Option<&Utf8Path>),
    command: Spliced,
) -> Option<Process> {
    let name = read.path.file_name()?.to_owned();
    let place = Place::new(read.id, 0, 0);
    let line = procfile::Process { name: crate::source::Spanned::new(name, place), command };
    let dyno = Dyno {
        files,
        projects,
        folder: folder.unwrap_or(Utf8Path::new("")),
        line: &line,
        view: ViewId(0),
        environment: Environment::unseen("whoever starts the script sets variables"),
    };
    let mut process = dyno.process(project, assumed)?;
    let started = process.started.as_ref()?;
    let is_server = started.program.value.is_production_server();
    let runs = process.django.as_ref().is_some_and(|it| Arc::ptr_eq(&it.project, project));
    if !is_server || started.reload.is_some() || !runs {
        return None;
    }
    process.declared = started.program.map(|_| ());
    Some(process)
}
