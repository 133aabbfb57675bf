//! A program that the deployment runs, and all that decides how.
//!
//! Units, services, images and scripts become processes; rules do not see which it was, unless
//! they ask for the format itself.

use crate::diagnostic::Subject;
use crate::fact::{Certainty, Environment, Fact, Lookup};
use crate::model::command::{Celery, Program, Started, Step};
use crate::model::django::{Role, role};
use crate::model::way::Way;
use crate::model::{Application, Listening, ViewId};
use crate::python::{Evaluation, Read, StandsIn};
use crate::source::{Place, normalize};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

mod django;

pub(super) use django::Trials;
pub use django::{Django, KeyWithout, Named, NoneText, Refusal};

#[derive(Clone, Debug)]
pub struct Process {
    /// The unit, the service, or the settings module of a process that nobody has seen.
    pub name: String,
    pub kind: ProcessKind,
    /// Whether it goes on until somebody stops it; `None` where its own code decides, and nobody can
    /// tell.
    pub stays: Option<bool>,
    /// Where it is declared: the command of a unit, the key of a service.
    pub declared: Fact<()>,
    /// The command of the emperor whose vassal it is (uWSGI).
    pub emperor: Option<Place>,
    /// What it starts; `None` where only the module is known.
    pub started: Option<Started>,
    /// What is run before that, in order, as by a script in front of it.
    pub before: Arc<[Step]>,
    pub view: ViewId,
    /// The user it runs as; `None` if nobody can tell.
    pub user: Option<Fact<String>>,
    pub cwd: Option<Fact<Utf8PathBuf>>,
    pub environment: Environment,
    pub listens: Vec<Fact<Listening>>,
    /// Whether those are all.
    pub listens_known: bool,
    /// The application that its command names, if that could be looked up.
    pub target: Option<Fact<Application>>,
    /// What the command needs and nothing installs, at the words that need it.
    pub lacks: Vec<Fact<Lacking>>,
    /// The Django project that it runs, under the settings it gets.
    pub django: Option<Django>,
}

impl Process {
    /// What it runs on the way to what it starts.
    pub fn way(&self) -> Way<'_> {
        Way(&self.before)
    }

    /// The process as the project documents it: with the variables of the example of its env file.
    pub fn documented(&self) -> Option<Self> {
        self.evaluated(self.django.as_ref()?.trials.documented.as_ref()?)
    }

    /// The process with whatever Redis its variables may name: what is one database then is one
    /// wherever that is. Nothing else is to be asked of it.
    pub fn with_redis(&self) -> Option<Self> {
        let mut tried = self.evaluated(self.django.as_ref()?.trials.with_redis.as_ref()?)?;
        let why = "which Redis the variables name is not known";
        tried.declared = tried.declared.doubt(Certainty::Likely, why);
        Some(tried)
    }

    /// The process with those of its URLs of which only the server is known: what is made of them has
    /// symbols for the rest. Nothing but where it connects to is to be asked of it.
    pub fn with_servers(&self) -> Option<Self> {
        self.evaluated(self.django.as_ref()?.trials.with_servers.as_ref()?)
    }

    /// The process with what its settings come to under other suppositions.
    pub(super) fn evaluated(&self, evaluation: &Arc<Evaluation>) -> Option<Self> {
        let mut process = self.clone();
        process.django.as_mut()?.evaluation = evaluation.clone();
        Some(process)
    }

    /// Where it works: the directory that its command changes to, or the one that it starts in.
    pub fn working_directory(&self) -> Option<Fact<Utf8PathBuf>> {
        let chdir = self.started.as_ref().and_then(|it| it.chdir.as_ref());
        let Some(chdir) = chdir else { return self.cwd.clone() };
        if Utf8Path::new(&chdir.value).is_absolute() {
            return Some(chdir.map(|it| Utf8PathBuf::from(it.as_str())));
        }
        let cwd = self.cwd.as_ref()?;
        Some(chdir.map(|it| cwd.value.join(it)).given(cwd))
    }

    /// Its settings module as it is below a folder, of which a relative one begins where it works.
    pub fn settings_below(&self, folder: &Fact<String>) -> Option<Fact<String>> {
        let settings = self.django.as_ref()?.at.as_ref()?;
        let folder = match Utf8Path::new(&folder.value).is_absolute() {
            true => folder.map(|it| Utf8PathBuf::from(it.as_str())),
            false => self.working_directory()?.map(|it| it.join(&folder.value)),
        };
        let folder = folder.map(|it| normalize(it));
        folder.try_map(|it| Some(settings.strip_prefix(it).ok()?.to_string()))
    }

    /// Whether it always gets the variable, so that what its settings have in its place is out of
    /// reach. Nobody may know to what it is set.
    pub fn is_given(&self, read: &Read) -> bool {
        let stands_in = read.default.as_ref().map(|it| it.stands_in);
        let for_empty = stands_in.is_some_and(|it| it != StandsIn::ForAbsent);
        let is_empty = match self.environment.get(&read.name) {
            Lookup::Set(value) => value.value.is_empty(),
            Lookup::Unknown(_) | Lookup::Absent => true,
        };
        let is_set = self.environment.sets(&read.name) || read.supplied().is_some();
        is_set && !(for_empty && is_empty)
    }

    /// Whether some variable of it is just this text.
    pub fn is_given_text(&self, text: &str) -> bool {
        let is_it = |name: &str| match self.environment.get(name) {
            Lookup::Set(value) => value.value == text,
            Lookup::Unknown(_) | Lookup::Absent => false,
        };
        self.environment.names().any(is_it)
    }

    /// The process under other settings, as those of a step of its image's build.
    pub fn under(&self, django: &Django) -> Self {
        Self { django: Some(django.clone()), ..self.clone() }
    }

    /// Whether it is a developer's own: Django's `runserver`.
    pub fn is_for_developers(&self) -> bool {
        let program = self.started.as_ref().map(|it| &it.program.value);
        program.is_some_and(Program::is_runserver)
    }

    /// Whether it is told to listen where a platform says: at `$PORT`.
    pub fn takes_platforms_port(&self) -> bool {
        let words = self.started.iter().flat_map(|it| &it.words);
        words.into_iter().any(|word| word.value.contains("PORT"))
    }

    /// Whether what it starts is surely Python. What libraries of other languages take from the
    /// environment, the program of a base image or a script that was not read, nobody sees.
    pub fn runs_python(&self) -> bool {
        let Some(started) = &self.started else { return false };
        let executable = started.executable.value.rsplit('/').next().unwrap_or_default();
        match &started.program.value {
            Program::Celery(_) | Program::Manage(_) => true,
            Program::Other => executable.starts_with("python"),
            program => program.is_server(),
        }
    }

    /// Whether some address that it takes connections on has a port.
    pub fn listens_at(&self, port: u16) -> bool {
        self.listens.iter().any(|it| it.value.endpoint.port() == Some(port))
    }

    /// Whether systemd takes its connections, and hands them over.
    pub fn is_activated(&self) -> bool {
        self.listens.iter().any(|it| it.value.activated)
    }

    /// Whether its settings ask for a variable.
    pub fn asks_for(&self, name: &str) -> bool {
        self.django.iter().flat_map(|it| &it.evaluation.reads).any(|read| read.name == name)
    }

    /// Whether both run one project.
    pub fn has_project_of(&self, other: &Self) -> bool {
        match (&self.django, &other.django) {
            (Some(own), Some(others)) => Arc::ptr_eq(&own.project, &others.project),
            _ => false,
        }
    }

    /// Whether it is a worker or a scheduler of celery.
    pub fn runs_celery(&self) -> bool {
        let program = self.started.as_ref().map(|it| &it.program.value);
        matches!(
            program,
            Some(Program::Celery(Celery::Worker | Celery::WorkerAndBeat | Celery::Beat))
        )
    }

    /// Whether it sends Celery's scheduled tasks.
    pub fn runs_beat(&self) -> bool {
        let program = self.started.as_ref().map(|it| &it.program.value);
        matches!(program, Some(Program::Celery(Celery::Beat | Celery::WorkerAndBeat)))
    }

    /// Whether it is Flower with a password.
    pub fn is_guarded_flower(&self) -> bool {
        let words = self.started.iter().flat_map(|it| &it.words);
        let said = ["basic-auth", "basic_auth", "--auth"];
        let mut told = words.map(|word| &word.value);
        let by_variable = ["FLOWER_BASIC_AUTH", "FLOWER_AUTH"];
        told.any(|word| said.iter().any(|it| word.contains(it)))
            || by_variable.iter().any(|name| !self.environment.layers(name).is_empty())
    }

    /// Whether it has settings that are meant for others than developers and tests.
    pub fn has_settings_to_judge(&self) -> bool {
        let Some(django) = &self.django else { return false };
        let mut parts = django.module.value.split('.');
        let for_others = parts.all(|part| !matches!(role(part), Role::Development | Role::Test));
        // The only one that there is serves the site, whatever it is called.
        let is_only = || {
            let mut others = django.project.modules.iter();
            !self.is_assumed() && others.all(|it| it.name == django.module.value)
        };
        // What git ignores is made on each machine, on the server as well.
        let is_made_there = || {
            let is_absent = django.project.module(&django.module.value).is_none();
            !self.is_assumed() && is_absent && django.trials.beside_empty.is_some()
        };
        (for_others || is_only() || is_made_there())
            && !django.may_be_replaced()
            && !(self.is_assumed() && django.project.is_a_sample())
    }

    /// Whether it is handed its socket by a unit that is not in view, which may listen anywhere.
    pub fn listens_unseen(&self) -> bool {
        let is_unseen = |it: &Fact<Listening>| {
            it.value.activated && it.evidence().certainty() < Certainty::Certain
        };
        self.listens.iter().any(is_unseen)
    }

    /// Whether nothing in view starts it: its settings are there for production, and that is all.
    pub fn is_assumed(&self) -> bool {
        self.django.as_ref().is_some_and(|django| matches!(django.named, Named::Assumed))
    }

    /// The process itself, which is there for sure.
    pub fn fact(&self) -> Fact<&Self> {
        self.declared.map(|()| self)
    }
}

/// A command of manage.py in a script for people.
#[derive(Clone, Debug)]
pub struct Helper {
    pub executable: Fact<String>,
    pub cwd: Fact<Utf8PathBuf>,
    /// The settings that the script itself names, whatever its caller has.
    pub module: Option<Fact<String>>,
    /// `migrate`, `collectstatic`.
    pub command: Fact<String>,
    /// The user that the script itself changes to; `None` is its caller, whom nobody knows.
    pub user: Option<Fact<String>>,
}

/// A distribution that a command needs and nothing installs.
#[derive(Clone, Debug)]
pub struct Lacking {
    pub distribution: &'static str,
    /// The file that would have to list it.
    pub listed: Fact<()>,
    /// That file takes a line with a name at its end.
    pub takes_lines: bool,
    /// The steps of its image were followed: they install nothing else.
    pub by_image: bool,
    pub needed_by: NeededBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeededBy {
    Command,
    /// It is one of the drivers that the default database needs any of.
    Database,
    /// The same of the default cache.
    Cache,
}

/// What a process is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProcessKind {
    Wsgi,
    Asgi,
    Worker,
    Scheduler,
    Proxy,
    Database,
    Cache,
    /// Runs to its end: a migration, a backup, a build step.
    OneOff,
    Other,
}

impl ProcessKind {
    /// Whether it answers requests with Django.
    pub fn is_web(self) -> bool {
        matches!(self, Self::Wsgi | Self::Asgi)
    }

    /// Whether it is the project's own code that runs.
    pub fn is_app(self) -> bool {
        matches!(self, Self::Wsgi | Self::Asgi | Self::Worker | Self::Scheduler)
    }
}

impl From<&Process> for Subject {
    fn from(process: &Process) -> Self {
        Self::Process(process.name.clone())
    }
}
