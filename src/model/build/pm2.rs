//! Programs that PM2 keeps running on the machine itself: it is made for JavaScript, and keeps gunicorn as well.

use crate::fact::{Certainty, Environment, Fact, Supplied};
use crate::model::build::apps;
use crate::model::build::host::{Host, SERVERS};
use crate::model::build::hosted;
use crate::model::build::located;
use crate::model::build::main_step;
use crate::model::build::server_config::Place;
use crate::model::command::Step;
use crate::model::django::Project;
use crate::model::{Files, Kind, Process, Read};
use crate::syntax::Parsed;
use crate::syntax::pm2::{App, Variable};
use crate::syntax::shell::evaluate::Argument;
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// Those that run a project.
pub(super) fn processes(files: &Files, host: &Host, projects: &[Arc<Project>]) -> Vec<Process> {
    let apps = apps(files).into_iter();
    let processes = apps.filter_map(|app| process(files, host, projects, app));
    processes.filter(|it| it.django.is_some()).collect()
}

/// The projects that they run, and the folders that these are imported from on the host.
pub(super) fn homes<'p>(
    files: &Files,
    projects: &'p [Arc<Project>],
) -> Vec<(&'p Arc<Project>, Fact<Utf8PathBuf>)> {
    let home = |app: &App| {
        let (Step { started, environment, directory, .. }, _) = main(files, app, &|_| None)?;
        let settings = apps::settings_of(&environment);
        let directory = directory.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str())));
        located::home(files, projects, &started, directory, settings.as_deref())
    };
    apps(files).into_iter().filter_map(home).collect()
}

/// Where another file of the tree says how it is run, nobody knows which of both is in use.
fn apps<'f>(files: &Files<'f>) -> Vec<&'f App> {
    let others = [Kind::Systemd, Kind::Supervisor, Kind::Dockerfile];
    let runs_it =
        |read: &Read<'_>| SERVERS.iter().chain(&["manage.py"]).any(|server| read.has(server));
    if others.into_iter().any(|kind| files.of(kind).iter().any(runs_it)) {
        return Vec::new();
    }
    // Two files are for two machines, or two layouts of one.
    let mut told =
        files.of(Kind::Pm2).into_iter().filter(runs_it).filter_map(|it| match it.parsed {
            Parsed::Pm2(apps) => Some(apps),
            _ => None,
        });
    let (Some(apps), None) = (told.next(), told.next()) else { return Vec::new() };
    apps.iter().collect()
}

/// What an app is there for.
fn main(
    files: &Files,
    app: &App,
    tree: &dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
) -> Option<(Step, Arc<[Step]>)> {
    let mut environment = Environment::default();
    environment.open("PM2 passes on what it was started with", Some(app.script.place()));
    for variable in &app.variables {
        environment.set(variable.name.clone(), supplied(variable));
    }
    let word = |it: &Spliced| Argument {
        text: Fact::at(it.as_str().to_owned(), it.place()),
        written: Some(it.clone()),
        splits: false,
    };
    let words: Vec<_> =
        interpreter(app).into_iter().chain([&app.script]).chain(&app.args).collect();
    let words: Vec<_> = words.into_iter().map(word).collect();
    let directory = app.cwd.as_ref().filter(|it| it.as_str().starts_with('/'));
    let directory = directory.map(|it| Fact::at(Utf8PathBuf::from(it.as_str()), it.place()));
    let run = main_step::run(files, &words, &environment, directory.as_ref(), tree)?;
    run.into_main()
}

fn supplied(variable: &Variable) -> Fact<Supplied> {
    let value = match &variable.value {
        Some(value) => Supplied::Value(value.as_str().to_owned()),
        None => Supplied::Unknown("a program works it out".into()),
    };
    let value = Fact::at(value, variable.place);
    match variable.staged {
        true => value.doubt(Certainty::Likely, "PM2 sets it only where `--env` names the stage"),
        false => value,
    }
}

/// The program that the script is handed to, where the script is no program itself: with an interpreter of
/// Python, gunicorn's is one still.
fn interpreter(app: &App) -> Option<&Spliced> {
    let named = app.interpreter.as_ref().filter(|it| it.as_str() != "none")?;
    let script = Utf8Path::new(app.script.as_str());
    let of_python = || named.as_str().rsplit('/').next().is_some_and(|it| it.starts_with("python"));
    (script.extension().is_some() || !of_python()).then_some(named)
}

fn process(files: &Files, host: &Host, projects: &[Arc<Project>], app: &App) -> Option<Process> {
    let tree = |path: &Utf8Path| host.in_tree(path);
    let (Step { mut started, mut environment, directory, .. }, before) = main(files, app, &tree)?;
    started.directory = directory;
    let at = started.directory.as_ref().map(|it| it.value.clone());
    let at = at.as_ref().map(|it| Utf8Path::new(it.as_str()));
    Place { files, environment: &environment, directory: at, tree: &tree }.configure(&mut started);
    started.set_in(&mut environment);
    let own = app.user.as_ref().map(|it| Fact::at(it.as_str().to_owned(), it.place()));
    let user = started.user_begun_as(own, None);
    // Without a name of its own an app is called as its script (`Common.verifyConfs`).
    let script = Utf8Path::new(app.script.as_str()).file_stem();
    let name = app.name.as_ref().map(Spliced::as_str).or(script)?;
    let declared = Fact::at((), app.script.place());
    let program =
        hosted::Program { name, declared, started, before, environment, user, once: false };
    Some(program.process(files, host, projects))
}
