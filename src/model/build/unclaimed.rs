//! Projects that no supervisor and no compose file in view runs.

use crate::fact::{Environment, Fact};
use crate::model::build::agreed::Agreed;
use crate::model::build::apps::{self, Home};
use crate::model::build::{beanstalk, described, image_alone, procfile, script_alone};
use crate::model::contract::Contract;
use crate::model::django::{Entry, Project};
use crate::model::process::Named;
use crate::model::{Deployment, Files, Process, ProcessKind, Stage, View, ViewId};
use camino::Utf8PathBuf;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// A project that nothing else in view runs: as a description for its platform, its Procfile or its image has
/// it, or its settings for production with nothing else known.
pub(super) fn deployment(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    (agreed, used): (&Agreed, &image_alone::Used),
) -> Option<Deployment> {
    let process = idle(files, project, None, Vec::new());
    let contract = process.as_ref().and_then(|it| agreed.of(&it.name));
    let process = match contract {
        Some(_) => idle(files, project, contract, Vec::new()),
        None => process,
    };
    let assumed = process.as_ref();
    let started = by_platform(files, projects, project, (assumed, used))
        .or_else(|| script_alone::deployment(files, projects, project, assumed));
    started.or_else(|| {
        let process = process.filter(|_| !lies_in_another(projects, project))?;
        Some(of_process(process.name.clone(), process))
    })
}

/// A project as a platform starts it, or whoever builds its image. `assumed` is what is taken for its
/// settings where nobody says which they are.
pub(super) fn by_platform(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    (assumed, used): (Option<&Process>, &image_alone::Used),
) -> Option<Deployment> {
    described::deployment(files, projects, project, assumed)
        .or_else(|| procfile::deployment(files, projects, project, assumed))
        .or_else(|| beanstalk::deployment(files, projects, project, assumed))
        .or_else(|| image_alone::deployment(files, projects, project, (assumed, used)))
}

/// Whether a project lies among the code of another: a copy that was put aside, one that is handed out,
/// a first try. If nothing runs it, it is for no server.
fn lies_in_another(projects: &[Arc<Project>], project: &Project) -> bool {
    let is_around =
        |it: &&Arc<Project>| it.root != project.root && project.root.starts_with(&it.root);
    projects.iter().filter(is_around).any(|it| it.has(Entry::Manage))
}

/// A deployment of which no more is known than the one process that serves visitors.
pub(super) fn of_process(name: String, process: Process) -> Deployment {
    let stage = process.declared.map(|()| Stage::Production);
    let view = View { complete: false, ..View::host() };
    of_processes(name, stage, vec![view], vec![process])
}

/// A deployment of which no more is known than what runs.
pub(super) fn of_processes(
    name: String,
    stage: Fact<Stage>,
    views: Vec<View>,
    processes: Vec<Process>,
) -> Deployment {
    Deployment {
        name,
        stage,
        views,
        processes,
        containers: Vec::new(),
        sites: Vec::new(),
        unrendered: Vec::new(),
        nginx: Vec::new(),
        units: Vec::new(),
        taken: BTreeSet::new(),
        fronts: BTreeSet::new(),
        compose: None,
        contract: None,
        helpers: Vec::new(),
        alone: None,
        forgets: None,
        observed: None,
        starts: OnceLock::new(),
        surroundings: Arc::default(),
        absent_files: Vec::new(),
        loaded_elsewhere: Vec::new(),
        kept_up: true,
    }
}

/// The process that would run a project, as far as its settings tell, where it is checked out.
pub(super) fn idle(
    files: &Files,
    project: &Arc<Project>,
    contract: Option<&Contract>,
    checkout: Vec<(Utf8PathBuf, Utf8PathBuf)>,
) -> Option<Process> {
    let environment = Environment::unseen("nothing in view says how the project is run");
    let home = Home { contract, checkout, ..Home::unseen(&environment) };
    let django = apps::assumed(files, project, &home)?;
    // Passenger runs a file of the project's own.
    let name = match &django.named {
        Named::Default(entry) => entry.path.file_name().unwrap_or_default().to_owned(),
        Named::Environment | Named::Declared(_) | Named::Assumed => django.module.value.clone(),
    };
    Some(Process {
        name,
        kind: ProcessKind::Wsgi,
        declared: django.module.map(|_| ()),
        started: None,
        before: Arc::default(),
        view: ViewId(0),
        user: None,
        cwd: None,
        environment,
        listens: Vec::new(),
        listens_known: false,
        stays: None,
        emperor: None,
        target: None,
        lacks: Vec::new(),
        django: Some(django),
    })
}

/// A process with the settings for production of its project, where those that it finds by itself are
/// none, or another module lies beside them that the server most likely names.
pub(super) fn with_settings_of_production(
    files: &Files,
    contract: Option<&Contract>,
    checkout: Vec<(Utf8PathBuf, Utf8PathBuf)>,
    mut process: Process,
) -> Process {
    let open = process.django.as_ref().filter(|it| it.hollow || it.may_be_replaced());
    let Some(project) = open.map(|it| Arc::clone(&it.project)) else { return process };
    let assumed = idle(files, &project, contract, checkout).and_then(|it| it.django);
    if let Some(django) = assumed.filter(|it| !it.hollow) {
        process.django = Some(django);
    }
    process
}
