//! What a script for production starts, in a tree where nothing else starts anything: somebody
//! runs `run_prod.sh` on a server, by hand or by what is not in view; or a workflow does over ssh what
//! such a script would do; or a configuration of gunicorn names what it serves.

use crate::fact::{Certainty, Environment, Fact, Lookup};
use crate::model::build::named_stage::stage_of;
use crate::model::build::over_ssh;
use crate::model::build::procfile::Dyno;
use crate::model::build::unclaimed::of_process;
use crate::model::django::{self, Project};
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
/// production, or called as guides call it; or else of its one configuration for gunicorn.
pub(super) fn deployment(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    assumed: Option<&Process>,
) -> Option<Deployment> {
    let process = alone(files, projects, project, assumed)
        .or_else(|| by_configuration(files, projects, project, assumed))?;
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
        // A guide that many follow has supervisord start `bin/gunicorn_start`.
        let is_of_guide = name.starts_with("gunicorn_start");
        is_of_guide || stage_of(name) == Some(Stage::Production)
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

/// What `gunicorn -c FILE` starts beside a project, where a file for production names the application itself
/// (gunicorn's documentation, "Settings", `wsgi_app`), and neither an image nor a supervisor is there to
/// start another.
fn by_configuration(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    assumed: Option<&Process>,
) -> Option<Process> {
    let is_other = |kind: &&Kind| **kind != Kind::Compose;
    if OTHERS.iter().filter(is_other).any(|kind| !files.of(*kind).is_empty()) {
        return None;
    }
    let is_its = |path: &Utf8Path| {
        let folder = path.parent().and_then(Utf8Path::file_name);
        let names = [path.file_name(), folder].into_iter().flatten();
        names.into_iter().any(|it| it.contains("gunicorn")) && path.starts_with(&project.root)
    };
    let stage = |path: &Utf8Path| path.file_name().and_then(stage_of);
    let paths = files.ending_in(&["py"]).into_iter();
    let paths = paths.filter(|path| is_its(path) && !stage(path).is_some_and(Stage::is_for_few));
    let mut found: Vec<(Read<'_>, Place)> =
        paths.filter_map(|path| names_application(files.find(path).read()?)).collect();
    if found.len() > 1 {
        found.retain(|(read, _)| stage(read.path) == Some(Stage::Production));
    }
    let [(read, place)] = found.as_slice() else { return None };
    // A script that starts gunicorn says more, and for whom it does that as well.
    if files.of(Kind::Shell).iter().any(|it| it.has("gunicorn")) {
        return None;
    }
    let below = read.path.strip_prefix(&project.root).ok()?;
    let command = Spliced::new(&format!("gunicorn -c {below}"), *place);
    let folder = Some(project.root.as_path());
    let mut process = started(files, projects, project, assumed, (*read, folder), command)?;
    // Whoever starts it names the settings, as where nothing is known of the start.
    let named = process.environment.get(django::VARIABLE);
    if let Some(assumed) = assumed.and_then(|it| it.django.clone())
        && !matches!(named, Lookup::Set(_))
    {
        process.django = Some(assumed);
    }
    let why = "nothing in view starts gunicorn with this file";
    process.declared = Fact::at((), *place).doubt(Certainty::Likely, why);
    Some(process)
}

/// A file with the place where it says which application gunicorn is to serve.
fn names_application(read: Read<'_>) -> Option<(Read<'_>, Place)> {
    let mut lines = read.text.lines();
    let line = lines.find(|it| {
        it.strip_prefix("wsgi_app").is_some_and(|it| it.trim_start().starts_with('='))
    })?;
    Some((read, Place::of(read.id, read.text, line.trim_end())))
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
    // Who starts it by hand sees what fails, and has answers.
    process.before = Arc::default();
    Some(process)
}
