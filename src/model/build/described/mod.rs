//! What a platform starts for a project by a description of its own: `fly.toml`, `render.yaml`,
//! `railway.toml` or `railway.json`, `heroku.yml`, `.do/app.yaml`.
//!
//! Each platform has a reader, which says what there is to start, and with which variables. What is started is
//! found out as that of a Procfile is, or as that of an image which nothing else runs. Where it is not
//! understood, or runs no project of the tree, the file says nothing.
//!
//! A dashboard sets variables as well, and may set others for those that the file has: no environment is
//! closed, and every value is doubted.

use crate::fact::{Certainty, Environment, Fact, Supplied};
use crate::model::build::committed::tracked;
use crate::model::build::image_builds::Recipe;
use crate::model::build::image_of::{self, Builds};
use crate::model::build::named_stage::is_for_few;
use crate::model::build::procfile::Dyno;
use crate::model::build::single::{GivenBeside, Single};
use crate::model::build::unclaimed::of_processes;
use crate::model::django::{self, Project};
use crate::model::{
    CommittedVariables, Container, Deployment, Files, Mount, Process, Read, Stage, Storage, View,
    ViewId,
};
use crate::source::{Place, Spanned};
use crate::syntax::procfile;
use camino::{Utf8Path, Utf8PathBuf};
use command::{Command, spliced};
use said::Said;
use std::cmp::Reverse;
use std::sync::Arc;

mod command;
mod digital_ocean;
mod fly;
mod heroku;
mod railway;
mod render;
mod said;

/// A file that was understood.
struct Described<'f> {
    read: Read<'f>,
    platform: &'static str,
    services: Vec<Service>,
}

/// One program that the platform keeps running.
struct Service {
    name: Spanned<String>,
    start: Start,
    /// What it has of the platform itself.
    own: Vec<(&'static str, Supplied)>,
    /// What the file gives it, later ones winning.
    environment: Vec<(String, Fact<Supplied>)>,
    /// Where it has folders that last.
    mounts: Vec<Fact<Utf8PathBuf>>,
    /// That nothing else lasts which it writes.
    forgets: Option<Fact<()>>,
}

enum Start {
    /// A shell runs the command where the platform has the code: in one of these folders.
    Shell {
        command: Fact<String>,
        folders: Vec<Utf8PathBuf>,
        /// The file says which folder of the repository it is. Otherwise a dashboard may.
        told: bool,
        /// What installs and collects before.
        built_by: Option<Fact<String>>,
    },
    Image(Image),
}

/// An image that the platform builds, and what it is told to run.
struct Image {
    /// The first that has the project.
    recipes: Vec<Recipe>,
    entrypoint: Option<Command>,
    command: Option<Command>,
}

type Reader = for<'f> fn(&Builds<'_>, Read<'f>, &Said) -> Option<Described<'f>>;

const READERS: [(&str, Reader); 6] = [
    ("heroku.yml", heroku::read),
    (".do/app.yaml", digital_ocean::read),
    ("fly.toml", fly::read),
    ("render.yaml", render::read),
    ("railway.toml", railway::read),
    ("railway.json", railway::read),
];

/// Whether the tree has any.
pub(super) fn are_there(files: &Files) -> bool {
    READERS.iter().any(|(name, _)| called(files, name).next().is_some())
}

/// The files of a name, or of a name in a folder: `.do/app.yaml`, beside which Google's App Engine has an
/// `app.yaml` of its own.
pub(super) fn called<'f>(
    files: &'f Files<'_>,
    name: &'static str,
) -> impl Iterator<Item = &'f Utf8PathBuf> {
    let last = Utf8Path::new(name).file_name().unwrap_or(name);
    files.files_named(last).filter(move |path| path.ends_with(name))
}

/// Whether a platform sends static files itself: `[[statics]]` of Fly's (Fly Docs, "The `statics` sections").
pub(super) fn send_files(files: &Files) -> bool {
    let mut fly = files.files_named("fly.toml");
    fly.any(|path| files.skim(path).read().is_some_and(|it| it.has("[[statics]]")))
}

fn all<'f>(builds: &Builds<'f>) -> Vec<Described<'f>> {
    let files = builds.files;
    let each = READERS.iter().flat_map(|(name, reader)| {
        let paths = called(files, name).filter(|path| !is_for_few(files.from_root(path).1));
        paths.filter_map(move |path| {
            let read = files.skim(path).read()?;
            reader(builds, read, &Said::of(read)?)
        })
    });
    each.collect()
}

/// The deployment of a project by the nearest description that runs it. `assumed` is what is taken for the
/// project's settings where nobody says which they are.
pub(super) fn deployment(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    assumed: Option<&Process>,
) -> Option<Deployment> {
    if !are_there(files) {
        return None;
    }
    let builds = Builds::of_tree(files);
    let mut all = all(&builds);
    // What lies around the project is nearer the deeper it is.
    all.sort_by_key(|it| {
        let folder = it.folder();
        let is_around = project.root.starts_with(folder);
        Reverse(if is_around { folder.components().count() + 1 } else { 0 })
    });
    let of = Of { builds: &builds, projects, project, assumed };
    let (platform, mut found) =
        all.iter().find_map(|it| Some((it.platform, it.deployment(&of)?)))?;
    let mut others = all.iter().filter(|it| it.platform != platform);
    let other = others.find(|it| it.deployment(&of).is_some());
    if let Some(other) = other {
        let why = format!("`{}` describes it to another platform", other.read.path);
        for process in &mut found.processes {
            process.declared = process.declared.clone().doubt(Certainty::Likely, &why);
        }
    }
    Some(found)
}

/// For which project something is asked, and among which.
struct Of<'a> {
    builds: &'a Builds<'a>,
    projects: &'a [Arc<Project>],
    project: &'a Arc<Project>,
    assumed: Option<&'a Process>,
}

impl Of<'_> {
    fn runs(&self, process: &Process) -> bool {
        process.django.as_ref().is_some_and(|it| Arc::ptr_eq(&it.project, self.project))
    }

    /// Whether it is of another project, and no part of this one's deployment.
    fn is_anothers(&self, process: &Process) -> bool {
        process.django.is_some() && !self.runs(process)
    }
}

impl Described<'_> {
    fn folder(&self) -> &Utf8Path {
        self.read.path.parent().unwrap_or(Utf8Path::new(""))
    }

    fn deployment(&self, of: &Of<'_>) -> Option<Deployment> {
        let mut started: Vec<(Process, Option<Container>)> = Vec::new();
        let mut views = Vec::new();
        for service in &self.services {
            let view = ViewId(views.len());
            let made = match &service.start {
                Start::Shell { .. } => {
                    let process = self.by_shell(of, service, view);
                    process.map(|process| (process, service.view(None), None))
                }
                Start::Image(image) => self.of_image(of, service, image, view),
            };
            let Some((process, view, container)) = made else { continue };
            views.push(view);
            started.push((process, container));
        }
        // Rules ask the container of an image for its first process.
        let web = started.iter().position(|(it, _)| it.kind.is_web() && of.runs(it))?;
        let (web, alone) = started.remove(web);
        let named = self.services.iter().find(|it| it.name.value == web.name);
        let forgets = named.and_then(|it| it.forgets.clone());
        let stage = web.declared.map(|()| Stage::Production);
        let others = started.into_iter().map(|(process, _)| process);
        let processes = [web].into_iter().chain(others).collect();
        let deployment = of_processes(self.read.path.to_string(), stage, views, processes);
        Some(Deployment { alone, forgets, ..deployment })
    }

    /// Of several folders the one in which the command finds most of what it names.
    fn by_shell(&self, of: &Of<'_>, service: &Service, view: ViewId) -> Option<Process> {
        let Start::Shell { command, folders, told, built_by } = &service.start else { return None };
        let own = self.only_project(of).filter(|it| !told && !folders.contains(it));
        let mut best: Option<(usize, Process)> = None;
        for folder in folders.iter().chain(own) {
            let Some(mut process) = self.in_folder(of, service, view, (command, folder)) else {
                continue;
            };
            let by = built_by.as_ref();
            if by.is_some_and(|it| installs_more(of.builds.files, it, folder)) {
                process.lacks.clear();
            }
            let is_whole = process.started.as_ref().is_some_and(|it| it.config_absent.is_none());
            let finds = usize::from(process.django.is_some()) * 2 + usize::from(is_whole);
            if best.as_ref().is_none_or(|(most, _)| finds > *most) {
                best = Some((finds, process));
            }
            if finds == 3 {
                break;
            }
        }
        let (_, mut process) = best?;
        // Where the folder is told elsewhere, nobody knows what is in it.
        let is_open = !told && !folders.contains(&of.project.root);
        if let Some(started) = process.started.as_mut().filter(|_| is_open) {
            started.config_absent = None;
        }
        Some(process)
    }

    /// The folder of the project, if no other lies below the description.
    fn only_project<'o>(&self, of: &Of<'o>) -> Option<&'o Utf8PathBuf> {
        let below = of.projects.iter().filter(|it| it.root.starts_with(self.folder()));
        let is_it = |it: &Arc<Project>| Arc::ptr_eq(it, of.project);
        (below.clone().count() == 1 && below.into_iter().all(is_it)).then_some(&of.project.root)
    }

    fn in_folder(
        &self,
        of: &Of<'_>,
        service: &Service,
        view: ViewId,
        (command, folder): (&Fact<String>, &Utf8Path),
    ) -> Option<Process> {
        let files = of.builds.files;
        let line =
            procfile::Process { name: service.name.clone(), command: spliced(files, command)? };
        let mut environment = Environment::unseen(&self.why_open());
        self.supply(service, &mut environment);
        let dyno = Dyno { files, projects: of.projects, folder, line: &line, view, environment };
        let process = dyno.process(of.project, of.assumed)?;
        // Who runs no project that the folder has may well be somewhere else.
        let is_elsewhere = process.django.is_none() && process.kind.is_web();
        (process.started.is_some() && !of.is_anothers(&process) && !is_elsewhere).then_some(process)
    }

    fn of_image(
        &self,
        of: &Of<'_>,
        service: &Service,
        image: &Image,
        view: ViewId,
    ) -> Option<(Process, View, Option<Container>)> {
        let files = of.builds.files;
        let mut environment = Environment::default();
        self.supply(service, &mut environment);
        let command = |it: &Option<Command>| it.as_ref().and_then(|it| it.given(files));
        let beside = GivenBeside {
            name: &service.name.value,
            entrypoint: command(&image.entrypoint),
            command: command(&image.command),
            environment: Some(&environment),
            why_open: &self.why_open(),
            view,
        };
        let has_project = |it: &Single<'_>| {
            let entries = of.project.entries.iter().map(|it| &it.path);
            [&of.project.root].into_iter().chain(entries).any(|path| it.has(path))
        };
        let single = image.recipes.iter().find_map(|recipe| {
            let image = image_of::of_recipe(of.builds, recipe)?;
            let single = Single::of(of.builds, image, service.name.place, &beside);
            let mut single = single.filter(has_project)?;
            single.view = service.view(Some(&single.view));
            Some(single)
        })?;
        let (mut process, begun) = single.process(of.projects)?;
        process.started.as_ref()?;
        if of.is_anothers(&process) {
            return None;
        }
        process.declared = Fact::at((), service.name.place);
        process.listens_known = false;
        let replaced = process.django.as_ref().is_some_and(|it| it.may_be_replaced());
        let assumed = of.assumed.filter(|_| replaced).and_then(|it| it.django.clone());
        if let Some(django) = assumed {
            process.django = Some(django);
        }
        let (container, view) = single.container(of.projects, &process.name, begun)?;
        Some((process, view, Some(container)))
    }

    fn why_open(&self) -> String {
        format!("{} has variables that the file does not name", self.platform)
    }

    fn supply(&self, service: &Service, environment: &mut Environment) {
        for (name, value) in &service.own {
            environment.set(*name, Fact::at(value.clone(), service.name.place));
        }
        let why = format!("somebody may have set another on {} itself", self.platform);
        for (name, value) in &service.environment {
            // Who writes down which settings a site has keeps no others where nobody sees them.
            let value = match name.as_str() {
                django::VARIABLE => value.clone(),
                _ => value.clone().doubt(Certainty::Likely, &why),
            };
            environment.set(name.as_str(), value);
        }
    }
}

impl Service {
    /// What it sees beside what an image has: nobody knows all.
    fn view(&self, of_image: Option<&View>) -> View {
        let own = self.mounts.iter().map(|at| {
            at.map(|at| Mount {
                at: at.components().collect(),
                from: Storage::Volume { name: at.to_string(), below: Utf8PathBuf::new() },
                read_only: false,
            })
        });
        let of_image = of_image.map(|it| it.mounts.clone()).unwrap_or_default();
        View {
            container: Some(self.name.value.clone()),
            mounts: of_image.into_iter().chain(own).collect(),
            complete: false,
        }
    }
}

fn set_by_platform() -> Supplied {
    Supplied::Unknown("the platform sets it".into())
}

/// Whether a build installs what is on no list, by its name, or may: what it runs is not in view.
fn installs_more(files: &Files, command: &Fact<String>, folder: &Utf8Path) -> bool {
    let names_more = |text: &str| {
        let mut calls = text.split("pip install").skip(1);
        calls.any(|rest| {
            let call = rest.split(['\n', '&', ';', '|']).next().unwrap_or_default();
            let is_pip = call.split_whitespace().all(|it| it.starts_with('-') || it == "pip");
            !is_pip && !call.contains("-r") && !call.split_whitespace().any(|it| it == ".")
        })
    };
    let scripts = command.value.split_whitespace().filter(|it| it.ends_with(".sh"));
    let mut unseen = scripts.filter(|script| {
        let path = folder.join(script.trim_start_matches("./"));
        files.find(&path).read().is_none_or(|it| names_more(it.text))
    });
    names_more(&command.value) || unseen.next().is_some()
}

/// The variables that files of a repository give to their platforms.
pub(super) fn committed(files: &Files) -> Vec<CommittedVariables> {
    let of_file = |described: Described<'_>| {
        let path = described.read.path;
        let committed = tracked(files, path)?.at(Place::new(described.read.id, 0, 0));
        let given = described.services.iter().flat_map(|it| &it.environment);
        let mut variables: Vec<(String, Fact<String>)> = Vec::new();
        for (name, value) in given {
            let Supplied::Value(text) = &value.value else { continue };
            let place = value.evidence().place();
            if variables.iter().all(|(_, it)| it.evidence().place() != place) {
                variables.push((name.clone(), value.map(|_| text.clone())));
            }
        }
        let path = files.from_root(path).1.to_owned();
        (!variables.is_empty()).then_some(CommittedVariables { path, committed, variables })
    };
    all(&Builds::of_tree(files)).into_iter().filter_map(of_file).collect()
}
