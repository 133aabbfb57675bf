//! One service of compose as a process in a container of its own.

use crate::fact::{Certainty, Environment, Fact};
use crate::model::build::apps::{self, Home, LeftOut};
use crate::model::build::cut_short;
use crate::model::build::image_installs;
use crate::model::build::image_of::Built;
use crate::model::build::installed;
use crate::model::build::lasting;
use crate::model::build::main_step::Run;
use crate::model::build::server_config;
use crate::model::build::target::Imports;
use crate::model::build::{located, postgres, redis, uwsgi_vassals};
use crate::model::command::{Front, Started, Step};
use crate::model::compose::{self, Mount, MountKind, Service};
use crate::model::container::{Deaf, Migration};
use crate::model::contract::Contract;
use crate::model::django;
use crate::model::image::Role;
use crate::model::project::Requirements;
use crate::model::target::Application;
use crate::model::{Django, Endpoint, Files, Host, Listening, Process, ProcessKind, View, ViewId};
use crate::model::{PostgresServer, RedisServer};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

mod environment;
mod places;
mod start;

pub(super) use environment::variables;
pub(super) use start::form_words;

/// Whether an image is built here, on one that has no more than a language.
fn is_on_python(image: &Built) -> bool {
    let base = image.flavour.as_ref().map(|it| it.value.stock.role);
    image.image.is_some() && base == Some(Role::Base)
}

/// How a container begins.
pub(super) struct Begun {
    pub(super) run: Option<Run>,
    /// The script in front of it is not in view.
    pub(super) unseen: bool,
    pub(super) shadowed: Option<Fact<Front>>,
    pub(super) deaf: Option<Deaf>,
    /// The variable for want of which it ends before its server.
    pub(super) unset: Option<Fact<String>>,
    /// The text that its shell is given has `exit` as its last command.
    pub(super) exits: bool,
}

impl Begun {
    /// What is run before the program that it is there for.
    fn before(&self) -> Arc<[Step]> {
        let run = self.run.as_ref();
        run.and_then(|run| run.steps.get(..run.main)).unwrap_or_default().into()
    }
}

const UNSEEN: &str = "what the entrypoint does is not in view";

/// A service and what it is made of.
pub(super) struct Container<'a> {
    pub(super) files: &'a Files<'a>,
    pub(super) project: &'a compose::Project,
    pub(super) service: &'a Service,
    pub(super) image: Option<&'a Built>,
    /// What fills in `${}` of the project.
    pub(super) variables: &'a Environment,
    pub(super) view: ViewId,
    /// What the operator declares of the deployment.
    pub(super) contract: Option<&'a Contract>,
}

impl Container<'_> {
    /// The process that it is there for, and all that is started on the way.
    pub(super) fn process(
        &self,
        projects: &[Arc<django::Project>],
        view: &View,
    ) -> (Process, Begun) {
        let environment = self.environment();
        let begun = self.begin(view, &environment);
        let (mut started, mut environment, directory) = match &begun.run {
            Some(run) => {
                let main = run.steps[run.main].clone();
                (Some(main.started), main.environment, main.directory)
            }
            None => (None, environment, None),
        };
        if begun.unseen {
            environment.open(UNSEEN, None);
        }
        if let Some(started) = &mut started {
            let place = server_config::Place {
                files: self.files,
                environment: &environment,
                directory: directory.as_ref().map(|it| Utf8Path::new(&it.value)),
                tree: &|path: &Utf8Path| self.in_tree(view, path),
            };
            cut_short::note(self.files, started);
            started.watch_one_file();
            uwsgi_vassals::watch_folder(&place, started);
            place.configure(started);
            place.note_absent(started, &|path: &Utf8Path| self.may_bring(view, path));
            started.set_in(&mut environment);
        }
        let imports = Imports {
            files: self.files,
            projects,
            environment: &environment,
            cwd: directory.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str()))),
            tree: &|path: &Utf8Path| self.in_tree(view, path),
            is_alone: self.image.is_some_and(is_on_python),
        };
        let target = started.as_ref().and_then(|it| imports.target(it));
        let is_there = |it: &Fact<Application>| matches!(it.value, Application::Found { .. });
        let target = target.filter(|it| is_there(it) || !self.is_assembled());
        let target = target.or_else(|| self.told_in_vain(started.as_ref()?));
        let name = &self.service.name;
        let mut listens = started.as_ref().map(Started::listens).unwrap_or_default();
        let mut known = started.as_ref().is_some_and(|it| it.binds_known);
        if listens.is_empty() {
            listens.extend(self.stock_ports());
            known |= !listens.is_empty();
        }
        let mut django =
            self.django(projects, started.as_ref(), view, &environment, imports.cwd.as_ref());
        if let Some(django) = &mut django
            && let Some(requirements) = self.installed(&begun, view, &django.project.root)
        {
            django.requirements = Arc::new(requirements);
        }
        let lacks = match (&django, &started) {
            (Some(django), Some(started)) if self.is_python_image() => {
                installed::lacking(self.files, django, started)
            }
            _ => Vec::new(),
        };
        let stays = started.as_ref().and_then(|it| lasting::stays(self.files, django.as_ref(), it));
        let stays = stays.or_else(|| begun.exits.then_some(false));
        let process = Process {
            name: name.value.clone(),
            kind: self.kind(started.as_ref(), stays),
            stays,
            emperor: None,
            declared: match (begun.unseen, self.lacks_a_shell()) {
                (true, _) => name.map(|_| ()).doubt(Certainty::Likely, UNSEEN),
                (false, true) => name.map(|_| ()).doubt(Certainty::Likely, start::MEANT),
                (false, false) => name.map(|_| ()),
            },
            view: self.view,
            user: self.user(started.as_ref()),
            cwd: self.cwd(),
            listens,
            listens_known: known,
            django,
            environment,
            started,
            before: begun.before(),
            target,
            lacks,
        };
        (process, begun)
    }

    /// Flower's own image has no code but Flower's and Celery's: what it is told to load has to be mounted.
    fn told_in_vain(&self, started: &Started) -> Option<Fact<Application>> {
        let built = self.image.filter(|it| it.image.is_none())?;
        let is_flower = built.flavour.as_ref().is_some_and(|it| it.value.is("mher/flower"));
        let is_bare = self.service.volumes.is_empty()
            && self.service.configs.is_empty()
            && self.service.secrets.is_empty();
        let app = started.app.as_ref().filter(|it| !it.value.is_to_be_filled_in())?;
        let module = app.value.module.clone();
        let is_brought = matches!(module.split('.').next(), Some("celery" | "flower"));
        let is_nowhere = is_flower && is_bare && !is_brought;
        is_nowhere.then(|| app.map(|_| Application::NoModule { module, made: None }))
    }

    /// What its image installs, and what it does itself before its server runs.
    fn installed(&self, begun: &Begun, view: &View, root: &Utf8Path) -> Option<Requirements> {
        let built = self.image.filter(|_| self.is_python_image() && !begun.unseen)?;
        let steps = begun.run.iter().flat_map(|run| &run.steps);
        let start = steps.map(|it| (&it.started, it.directory.as_ref()));
        let in_container = |path: &Utf8Path| self.in_tree(view, path);
        let installs = image_installs::installs(self.files, built, start, &in_container)?;
        let found = Requirements::gather(self.files, root, &installs);
        found.has_django().then_some(found)
    }

    fn is_python_image(&self) -> bool {
        self.image.is_some_and(|built| {
            let flavour = built.flavour.as_ref().map(|it| it.value.stock);
            built.image.is_some() && flavour.is_some_and(|it| it.names.contains(&"python"))
        })
    }

    fn django(
        &self,
        projects: &[Arc<django::Project>],
        started: Option<&Started>,
        view: &View,
        environment: &Environment,
        directory: Option<&Fact<Utf8PathBuf>>,
    ) -> Option<Django> {
        let started = started?;
        let cwd = self.cwd().map(|it| it.value);
        let folder = cwd.as_ref().and_then(|cwd| self.in_tree(view, cwd));
        // What it goes to before it imports anything.
        let begun = located::import_root(started, directory.cloned());
        let begun = begun.and_then(|it| self.in_tree(view, &it.value));
        let from = |project: &django::Project, at: &Utf8Path| {
            let starts_in = |folder: &Option<Utf8PathBuf>| folder.as_deref() == Some(at);
            starts_in(&folder) || at != project.root && starts_in(&begun)
        };
        let named = apps::project(self.files, projects, started, None, &from);
        let here = projects.iter().find(|it| folder.as_ref() == Some(&it.root));
        let meant = apps::meant(self.files, here.filter(|_| named.is_none()), started);
        let project = named.or(meant)?;
        if folder.is_some_and(|it| self.has_another(&it, project, started)) {
            return None;
        }
        let brings = |at: &Utf8Path| self.brought(at);
        let home = self.home(project, view, environment, &brings);
        let mut django = apps::django(self.files, project, started, &home)?;
        if meant.is_some() {
            let why = "nothing in view is called as the service has it, but for this project";
            django.module = django.module.doubt(Certainty::Likely, why);
        }
        django.replaced |= self.puts_another(project, view, &django.module.value);
        Some(django)
    }

    /// Whether the folder that a server starts in has the module which it names, and that is none of a
    /// project's: a program beside it, whose package is called the same.
    fn has_another(&self, folder: &Utf8Path, project: &django::Project, it: &Started) -> bool {
        let Some(app) = it.app.as_ref().filter(|_| it.program.value.is_server()) else {
            return false;
        };
        let own = django::find_module(self.files, folder, &app.value.module);
        own.is_some_and(|it| !it.starts_with(&project.root))
    }

    /// Whether the image has another file of the tree where a settings module would be:
    /// `COPY settings_production.py /app/shop/settings.py`.
    fn puts_another(&self, project: &django::Project, view: &View, module: &str) -> bool {
        let Some(module) = project.module(module) else { return false };
        let built = self.image.and_then(|it| it.in_context(self.files));
        let Some((image, context)) = built else { return false };
        // What is mounted there hides both.
        let places = image.places_of(&module.path, &context).into_iter();
        let mut places = places.filter(|at| view.mount(&at.value).is_none());
        places.any(|at| self.in_tree(view, &at.value).is_some_and(|it| it != module.path))
    }

    fn home<'h>(
        &'h self,
        project: &django::Project,
        view: &View,
        environment: &'h Environment,
        brings: apps::Brings<'h>,
    ) -> Home<'h> {
        let cwd = self.cwd().map(|it| it.value);
        let checkout = self.checkout(project, view, cwd.as_deref());
        Home {
            put_over: self.put_over(view, &checkout),
            checkout,
            cwd,
            brings: Some(brings),
            environment,
            closed: false,
            copied: false,
            left_out: self.left_out(),
            contract: self.contract,
        }
    }

    /// What is in the container neither by its image nor by a mount.
    fn left_out(&self) -> Option<LeftOut<'_>> {
        let mounts = |it: &Mount| matches!(it.kind, MountKind::Bind(..));
        self.image?.left_out().filter(|_| !self.service.volumes.iter().any(mounts))
    }

    /// What the container migrates under, if not under the settings of what it is there for.
    pub(super) fn migrates(
        &self,
        process: &Process,
        begun: &Begun,
        view: &View,
    ) -> Option<Migration> {
        let main = process.django.as_ref()?;
        let run = begun.run.as_ref()?;
        let before = run.steps.get(..run.main)?;
        let step = before.iter().rfind(|step| !step.apart && step.is_manage("migrate"))?;
        let brings = |at: &Utf8Path| self.brought(at);
        let home = self.home(&main.project, view, &step.environment, &brings);
        let django = apps::other_than(main, self.files, &step.started, &home)?;
        Some(Migration { command: step.started.program.map(|_| ()), django })
    }

    /// How the Redis in it is set up.
    pub(super) fn redis(&self, process: &Process, view: &View) -> Option<RedisServer> {
        redis::of_container(self.files, process, &|path: &Utf8Path| self.in_tree(view, path))
    }

    /// How the PostgreSQL in it is set up.
    pub(super) fn postgres(&self, process: &Process, view: &View) -> Option<PostgresServer> {
        let flavour = self.image.and_then(|it| it.flavour.as_ref());
        let tree = |path: &Utf8Path| self.in_tree(view, path);
        postgres::of_container(self.files, process, flavour, &tree)
    }

    fn kind(&self, started: Option<&Started>, stays: Option<bool>) -> ProcessKind {
        let role = self.role().map(|role| match role {
            Role::Database => ProcessKind::Database,
            Role::Cache | Role::Broker => ProcessKind::Cache,
            Role::Proxy => ProcessKind::Proxy,
            Role::Search
            | Role::ObjectStore
            | Role::MailCatcher
            | Role::AdminUi
            | Role::Monitor
            | Role::Certificates
            | Role::Base => ProcessKind::Other,
        });
        // What is built on nginx may start a supervisor, and that the application.
        let is_own = self.image.is_some_and(|it| it.image.is_some());
        let own = started.map(|it| it.kind(stays == Some(false)));
        if let Some(own) = own.filter(|it| is_own && (it.is_app() || *it == ProcessKind::OneOff)) {
            return own;
        }
        match (role, started) {
            (Some(ProcessKind::Other) | None, Some(started)) => started.kind(stays == Some(false)),
            (None, None) if self.mounts_for_nginx() => ProcessKind::Proxy,
            (role, _) => role.unwrap_or(ProcessKind::Other),
        }
    }

    /// Whether something is mounted where nginx reads it, whatever the image is called that nobody has seen.
    fn mounts_for_nginx(&self) -> bool {
        let targets = self.service.volumes.iter().filter_map(|it| it.target.known());
        targets.into_iter().any(|it| it.value.starts_with("/etc/nginx/"))
    }

    fn role(&self) -> Option<Role> {
        Some(self.image?.flavour.as_ref()?.value.stock.role)
    }

    /// The ports that a stock image listens on by itself.
    fn stock_ports(&self) -> Vec<Fact<Listening>> {
        let Some(flavour) = self.image.and_then(|image| image.flavour.as_ref()) else {
            return Vec::new();
        };
        let ports = flavour.value.stock.ports.iter();
        let listening = |port| Listening {
            endpoint: Endpoint::Tcp { host: Host::Any, port },
            activated: false,
        };
        ports.map(|port| flavour.map(|_| listening(*port))).collect()
    }

    fn user(&self, started: Option<&Started>) -> Option<Fact<String>> {
        let own = self.service.starts_as(self.image.and_then(|it| it.image.as_ref()));
        match started {
            Some(started) => started.user_begun_as(own, None),
            None => own,
        }
    }

    fn cwd(&self) -> Option<Fact<Utf8PathBuf>> {
        match &self.service.working_dir {
            Some(path) => Some(path.known()?.map(|it| Utf8PathBuf::from(it.as_str()))),
            None => self.image?.image.as_ref()?.workdir(),
        }
    }
}
