//! What a platform starts for a project: the lines of its Procfile (Heroku Dev Center, "The
//! Procfile").
//!
//! It is asked where nothing else of the tree runs the project. A Procfile that honcho or foreman
//! reads on a developer's machine has the servers of the front end or of the database in it, and
//! names no port of the platform's; that is no deployment.

use crate::fact::symbol::CHECKOUT;
use crate::fact::{Environment, Fact};
use crate::model::build::app_json;
use crate::model::build::apps::{self, Home};
use crate::model::build::beanstalk;
use crate::model::build::cut_short;
use crate::model::build::installed;
use crate::model::build::lasting;
use crate::model::build::main_step;
use crate::model::build::server_config::Place;
use crate::model::build::target::Imports;
use crate::model::build::unclaimed::of_processes;
use crate::model::command::Started;
use crate::model::django::Project;
use crate::model::{Deployment, Django, Files, Found, Kind, Process, Read, Stage, View, ViewId};
use crate::syntax::Parsed;
use crate::syntax::procfile;
use crate::syntax::shell::evaluate::Argument;
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// The deployment of a project's Procfile. `assumed` is what is taken for the project's settings
/// where nobody says which they are.
pub(super) fn deployment(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    assumed: Option<&Process>,
) -> Option<Deployment> {
    let read = procfile_of(files, project)?;
    let Parsed::Procfile(lines) = read.parsed else { return None };
    let folder = read.path.parent().unwrap_or("".into());
    // With images Heroku starts what `heroku.yml` says (Heroku Dev Center, "Building Docker Images with
    // heroku.yml").
    if let Found::Read(manifest) = files.find(&folder.join("heroku.yml"))
        && manifest.text.lines().any(|it| it.trim_end() == "run:")
    {
        return None;
    }
    let mut processes = Vec::new();
    let mut views = Vec::new();
    // Of two lines with one name the second holds: who reads them makes a table by their names.
    let is_last = |at: usize, line: &procfile::Process| {
        lines[at + 1..].iter().all(|it| it.name.value != line.name.value)
    };
    let lasting = lines.iter().enumerate().filter(|(at, line)| is_last(*at, line));
    for line in lasting.map(|(_, it)| it).filter(|line| line.name.value != "release") {
        let view = ViewId(views.len());
        let environment = environment(files, folder, lines);
        let dyno = Dyno { files, projects, folder, line, view, environment };
        processes.extend(dyno.process(project, assumed));
        let container = Some(line.name.value.clone());
        views.push(View { container, mounts: Vec::new(), complete: false });
    }
    let web = processes.iter().find(|it: &&Process| it.name == "web")?;
    let is_of_project = |django: &Django| Arc::ptr_eq(&django.project, project);
    let runs = web.django.as_ref().is_some_and(is_of_project);
    if !runs || !processes.iter().all(is_for_a_platform) {
        return None;
    }
    let stage = web.declared.map(|()| Stage::Production);
    Some(of_processes(read.path.to_string(), stage, views, processes))
}

/// What the platform sets, as far as files beside the Procfile say. Elastic Beanstalk reads one as well
/// (AWS Elastic Beanstalk Developer Guide, "Configuring the WSGI server with a Procfile"), and has no
/// `release`, no `app.json` and no `runtime.txt`: of one with those nobody knows whose the variables are.
fn environment(files: &Files, folder: &Utf8Path, lines: &[procfile::Process]) -> Environment {
    let mut environment =
        Environment::unseen("the platform that reads the Procfile sets variables");
    app_json::supply(files, folder, &mut environment);
    let of_heroku =
        ["app.json", "runtime.txt"].iter().any(|it| files.tree.is_file(&folder.join(it)));
    if !of_heroku && lines.iter().all(|it| it.name.value != "release") {
        beanstalk::supply(files, folder, &mut environment);
    }
    environment
}

/// The nearest, from the project's folder up.
fn procfile_of<'a>(files: &Files<'a>, project: &Project) -> Option<Read<'a>> {
    let found = files.of(Kind::Procfile).into_iter().filter(|read| {
        let folder = read.path.parent().unwrap_or("".into());
        read.path.file_name() == Some("Procfile") && project.root.starts_with(folder)
    });
    found.max_by_key(|read| read.path.components().count())
}

/// Whether nothing of a process shows that a developer starts it: runserver is, unless it is given
/// the platform's port.
fn is_for_a_platform(process: &Process) -> bool {
    process.started.is_some() && (!process.is_for_developers() || process.takes_platforms_port())
}

/// One line, and where it starts.
pub(super) struct Dyno<'a> {
    pub(super) files: &'a Files<'a>,
    pub(super) projects: &'a [Arc<Project>],
    pub(super) folder: &'a Utf8Path,
    pub(super) line: &'a procfile::Process,
    pub(super) view: ViewId,
    /// What it is given.
    pub(super) environment: Environment,
}

impl Dyno<'_> {
    pub(super) fn process(
        &self,
        project: &Arc<Project>,
        assumed: Option<&Process>,
    ) -> Option<Process> {
        let declared = Fact::at((), self.line.name.place);
        let environment = self.environment.clone();
        let cwd = declared.map(|()| Utf8PathBuf::from(CHECKOUT));
        let shell = ["/bin/sh", "-c"].map(|it| Spliced::new(it, self.line.name.place));
        let words = shell.into_iter().chain([self.line.command.clone()]).map(Argument::new);
        let words: Vec<Argument> = words.collect();
        let tree = |path: &Utf8Path| self.in_tree(path);
        let run = main_step::run(self.files, &words, &environment, Some(&cwd), &tree)?;
        let (step, before) = run.into_main()?;
        let mut started = step.started;
        let mut environment = step.environment;
        let directory = Some(Utf8Path::new(CHECKOUT));
        let place = Place { files: self.files, environment: &environment, directory, tree: &tree };
        cut_short::note(self.files, &mut started);
        place.configure(&mut started);
        place.note_absent(&mut started, &|_| false);
        started.set_in(&mut environment);
        let imports = Imports {
            files: self.files,
            projects: self.projects,
            environment: &environment,
            cwd: Some(cwd.clone()),
            tree: &tree,
            is_alone: false,
        };
        let target = imports.target(&started);
        let django = self.django(project, &started, &environment, assumed);
        let lacks = django.as_ref().map(|it| installed::lacking(self.files, it, &started));
        let stays = lasting::stays(self.files, django.as_ref(), &started);
        Some(Process {
            name: self.line.name.value.clone(),
            kind: started.kind(stays == Some(false)),
            stays,
            emperor: None,
            declared,
            view: self.view,
            user: None,
            cwd: None,
            // Where nothing else is said, gunicorn takes the platform's PORT.
            listens: if started.binds_by_default { Vec::new() } else { started.listens() },
            listens_known: false,
            environment,
            started: Some(started),
            before,
            target,
            lacks: lacks.unwrap_or_default(),
            django,
        })
    }

    /// Under the settings that the command finds, unless the platform most likely names others.
    fn django(
        &self,
        project: &Arc<Project>,
        started: &Started,
        environment: &Environment,
        assumed: Option<&Process>,
    ) -> Option<Django> {
        let settings = apps::settings_of(environment);
        let from = |_: &Project, at: &Utf8Path| self.may_start(at);
        let found = apps::project(self.files, self.projects, started, settings.as_deref(), &from)?;
        let home = Home::unseen(environment);
        let django = apps::django(self.files, found, started, &home)?;
        let replaced = Arc::ptr_eq(found, project) && django.may_be_replaced();
        let assumed = assumed.filter(|_| replaced).and_then(|it| it.django.clone());
        Some(assumed.unwrap_or(django))
    }

    /// Whether the line can start in a folder: the Procfile's own, or one that it names.
    fn may_start(&self, at: &Utf8Path) -> bool {
        let Ok(below) = at.strip_prefix(self.folder) else { return false };
        below.as_str().is_empty() || self.line.command.as_str().contains(below.as_str())
    }

    fn in_tree(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        Some(self.folder.join(path.strip_prefix(CHECKOUT).ok()?))
    }
}
