//! Jobs of Upstart that are no container's: each is started when the machine is, as a unit was later.

use crate::fact::{Environment, Fact, Supplied};
use crate::model::build::apps;
use crate::model::build::host::Host;
use crate::model::build::hosted;
use crate::model::build::located;
use crate::model::build::main_step;
use crate::model::build::named_stage::stage_of;
use crate::model::build::server_config::Place;
use crate::model::command::Step;
use crate::model::django::Project;
use crate::model::{Files, Kind, Process, Read, Stage};
use crate::syntax::Parsed;
use crate::syntax::shell::evaluate::Argument;
use crate::syntax::upstart::Job;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// Those that run a project.
pub(super) fn processes(files: &Files, host: &Host, projects: &[Arc<Project>]) -> Vec<Process> {
    let jobs = jobs(files).into_iter();
    let processes = jobs.filter_map(|(read, job)| process(files, host, projects, read, job));
    processes.filter(|it| it.django.is_some()).collect()
}

/// The projects that jobs run, and the folders that they are imported from on the host.
pub(super) fn homes<'p>(
    files: &Files,
    projects: &'p [Arc<Project>],
) -> Vec<(&'p Arc<Project>, Fact<Utf8PathBuf>)> {
    let home = |(_, job): (Read<'_>, &Job)| {
        let (Step { started, environment, directory, .. }, _) = main(files, job, &|_| None)?;
        let settings = apps::settings_of(&environment);
        let directory = directory.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str())));
        located::home(files, projects, &started, directory, settings.as_deref())
    };
    jobs(files).into_iter().filter_map(home).collect()
}

/// A machine that has units as well was set up anew, and has the jobs no more.
fn jobs<'f>(files: &Files<'f>) -> Vec<(Read<'f>, &'f Job)> {
    let newer = [Kind::Systemd, Kind::Supervisor, Kind::Dockerfile, Kind::Compose];
    if newer.iter().any(|kind| !files.of(*kind).is_empty()) {
        return Vec::new();
    }
    let is_live = |read: &Read<'_>| {
        let stage = read.path.file_stem().and_then(stage_of);
        stage.is_none_or(|it| it == Stage::Production) && !files.is_to_be_filled_in(read.path)
    };
    let jobs = files.of(Kind::Upstart).into_iter().filter(is_live);
    let parsed = jobs.filter_map(|read| match read.parsed {
        Parsed::Upstart(job) => Some((read, job)),
        _ => None,
    });
    parsed.collect()
}

/// The program that a job is there for.
fn main(
    files: &Files,
    job: &Job,
    tree: &dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
) -> Option<(Step, Arc<[Step]>)> {
    let main = job.main.as_ref()?;
    let place = main.place();
    let mut environment = Environment::default();
    environment.open("Upstart passes on what it has itself", Some(place));
    for (name, value) in &job.variables {
        let value = Fact::at(Supplied::Value(value.as_str().to_owned()), value.place());
        environment.set(name.clone(), value);
    }
    let word = |text: &str| main_step::argument(&Fact::at(text.to_owned(), place));
    let text = Fact::at(main.as_str().to_owned(), place);
    let command = Argument { text, written: Some(main.clone()), splits: false };
    // A shell has the line where it holds what only that understands (init(5)), and else nothing in it
    // means more to one.
    let words = [word("/bin/sh"), word("-c"), command];
    let directory = job.chdir.as_ref();
    let directory = directory.map(|it| Fact::at(Utf8PathBuf::from(it.value.as_str()), it.place));
    let run = main_step::run(files, &words, &environment, directory.as_ref(), tree)?;
    run.into_main()
}

fn process(
    files: &Files,
    host: &Host,
    projects: &[Arc<Project>],
    read: Read<'_>,
    job: &Job,
) -> Option<Process> {
    let tree = |path: &Utf8Path| host.in_tree(path);
    let (Step { mut started, mut environment, directory, .. }, before) = main(files, job, &tree)?;
    started.directory = directory;
    let at = started.directory.as_ref().map(|it| it.value.clone());
    let at = at.as_ref().map(|it| Utf8Path::new(it.as_str()));
    Place { files, environment: &environment, directory: at, tree: &tree }.configure(&mut started);
    started.set_in(&mut environment);
    let own = job.setuid.as_ref().map(|it| Fact::at(it.value.clone(), it.place));
    let user = started.user_begun_as(own, None);
    let name = read.path.file_name()?;
    let declared = Fact::at((), job.main.as_ref()?.place());
    let program =
        hosted::Program { name, declared, started, before, environment, user, once: false };
    Some(program.process(files, host, projects))
}
