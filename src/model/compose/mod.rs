//! A compose project: its files merged as Compose v2 merges them, and the services that result.
//!
//! Follows the Compose Specification and compose-go where the specification is silent. What
//! runs inside a container, and which files an env file's dialect fills in, is told elsewhere:
//! the variables of the project are handed in.

use crate::fact::{Certainty, Environment, Fact, symbol};
use crate::model::text::{Source, Text};
use crate::model::{Files, Kind, Read};
use crate::source::{Place, normalize};
use crate::syntax::shell::Script;
use crate::syntax::{Problem, kind};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

mod canonical;
mod check;
mod checkout;
mod command;
mod docker_run;
mod first_format;
mod held_call;
mod held_options;
mod interpolate;
mod invocation;
mod load;
mod mending;
mod merge;
mod merged_keys;
mod port;
mod project_name;
mod read;
mod rebase;
mod schema;
mod secrets;
mod service;
mod start;
mod usage;
mod value;
mod variable;
mod volumes_from;

pub use command::{Command, Form};
pub(in crate::model) use first_format::services;
pub(in crate::model) use held_call::going_on;
pub use invocation::{Invocation, invocations};
pub(in crate::model) use load::{extended_file, fitting};
pub use port::Port;
pub use secrets::WrittenSecret;
pub(in crate::model) use service::as_spelt;
pub use service::{
    Attachment, Build, Condition, Dependency, EnvFile, Grant, Healthcheck, Lost, Mount, MountKind,
    Network, Resource, Service, Test, Volume,
};
pub use start::{Start, project_folder};
pub use usage::{Ran, Started, Usage};
pub use variable::Variable;

/// The names that compose finds by itself, and their overrides.
pub const BASES: &[&str] =
    &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// Which files make a project, and under which variables.
pub struct Request<'a> {
    /// As given by `-f`, the first one the base.
    pub files: &'a [Utf8PathBuf],
    /// Where relative paths start: the first file's folder, or `--project-directory`.
    pub folder: &'a Utf8Path,
    /// The project's `.env` and what else supplies `${}`; open unless the shell is known.
    pub environment: &'a Environment,
    /// The variables of the env files of an `include`.
    pub read_env_files: &'a dyn Fn(&[Utf8PathBuf]) -> Environment,
}

#[derive(Clone, Debug)]
pub struct Project {
    /// The top-level `name`. Without it the folder decides, wherever that is on the server.
    pub name: Option<Text>,
    pub folder: Utf8PathBuf,
    /// The folder that people are taken to be in when they call compose: what `${PWD}` is.
    pub called_in: Option<Utf8PathBuf>,
    /// What fills in `${}`: the project's `.env`, and perhaps more.
    pub variables: Environment,
    /// Services of other files beside these, which may be meant to be used with them.
    pub elsewhere: BTreeSet<String>,
    /// Each of those files is a deployment in place of this one.
    pub others_stand_alone: bool,
    /// The services that other files give variables, once they are laid over these.
    pub supplied_by_others: BTreeSet<String>,
    /// What scripts do with it.
    pub usage: Usage,
    pub services: Vec<Service>,
    pub networks: Vec<Network>,
    pub volumes: Vec<Volume>,
    /// The top-level `version`, at its key.
    pub version: Option<Fact<()>>,
    /// The same with its value.
    pub version_pair: Option<Place>,
    pub secrets: Vec<Resource>,
    pub configs: Vec<Resource>,
    pub faults: Vec<Fault>,
    /// Files that `include` and `extends` name, and that were not read. Services may be missing.
    pub missing: Vec<Fact<Utf8PathBuf>>,
    /// The services that others extend.
    pub extended: BTreeSet<String>,
    /// The variables that it does not start without.
    pub demanded: BTreeSet<String>,
}

/// What a file declares: the section, and its name in there.
pub type Declaration = (&'static str, String);

/// Why compose refuses a project, or does not do what its files say.
#[derive(Clone, Debug)]
pub struct Fault {
    pub kind: FaultKind,
    pub problem: Problem,
    /// What is declared nowhere, and another file may declare.
    pub missing: Option<Declaration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A key that does not exist, or a value of the wrong shape.
    Schema,
    /// Services at the top of the file, as the first format had them.
    FirstFormat,
    /// Keys that a merge brought into a service, and that belong elsewhere.
    Merged,
    /// A malformed `${}`.
    Interpolation,
    /// `${NAME:?}` without a value.
    Required,
    /// Something is named that is declared nowhere.
    Reference,
    /// A service without `image` and `build`.
    NoImage,
    /// `network_mode` together with `networks`.
    NetworkMode,
    /// A `container_name` for more than one container.
    ContainerName,
    /// A tmpfs and a volume on one path.
    DuplicateMount,
    /// An `include`, `extends` or `depends_on` that comes back to itself.
    Cycle,
    /// An empty list over one that it cannot empty.
    Emptied,
    /// Where kilter stopped.
    Limit,
}

/// Where a path of a compose file leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Relative to the project, and so wherever the checkout is.
    Tree(Utf8PathBuf),
    /// Absolute, on the machine that runs compose.
    Host(Utf8PathBuf),
    /// Below somebody's home: `~/data`.
    Home(Utf8PathBuf),
    /// A context of `build` that is no folder.
    Remote(String),
}

/// Whether a place is of a template, or of a line that something else than compose fills in first:
/// what is there then, nobody knows.
fn is_to_be_filled_in(files: &Files<'_>, place: Place) -> bool {
    let read = files.read(place.file);
    let start = read.text[..place.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let line = read.text[start..].lines().next().unwrap_or_default();
    kind::is_template(read.path) || line.contains("{{") && symbol::is_symbolic(line)
}

/// The services of every compose file of a tree, each file by itself: for who asks what is built and
/// run at all, and not which files are used together.
pub fn every_service<'f>(files: &'f Files<'_>) -> &'f [Service] {
    files.services(|| load_each(files))
}

fn load_each(files: &Files<'_>) -> Vec<Service> {
    let environment = Environment::unseen("another call of compose");
    let load = move |read: Read<'_>| {
        let request = Request {
            files: &[read.path.to_owned()],
            folder: project_folder(files, read.path),
            environment: &environment,
            read_env_files: &|_| Environment::unseen("an include has env files of its own"),
        };
        Project::load(files, &request)
    };
    let projects = files.of(Kind::Compose).into_iter().filter_map(load);
    projects.flat_map(|project| project.services).collect()
}

impl Project {
    /// Reads, merges and types what the files say. `None` if none of them could be read.
    pub fn load(files: &Files<'_>, request: &Request<'_>) -> Option<Self> {
        let mut loader = load::Loader::new(files);
        let mut environment = request.environment.clone();
        project_name::supply(files, request.files, &mut environment);
        let job = load::Job {
            files: request.files,
            folder: request.folder,
            environment: &environment,
            read_env_files: request.read_env_files,
        };
        let value = loader.load(&job, &mut Vec::new())?;
        let load::Loader { mut faults, missing, extended, demanded, first_format, .. } = loader;
        schema::check(&value, &mut faults);
        check::check(&value, missing.is_empty(), &mut faults);
        if let Some(top) = first_format {
            // Nothing else is looked at then.
            let message = "services stand at the top of the file, and not below `services`";
            faults = vec![Fault::new(FaultKind::FirstFormat, top, message)];
        }
        let missing = missing.into_iter().map(|(path, place)| Fact::at(path, place)).collect();
        let called_in = start::where_called(files, request);
        let start = Start { folder: request.folder, called_in: called_in.as_deref() };
        let mut project = read::project(&value, start);
        checkout::find(files, &mut project);
        faults.retain(|fault| !is_to_be_filled_in(files, fault.problem.place));
        faults.sort_by(|a, b| a.problem.cmp(&b.problem));
        faults.dedup_by(|a, b| a.problem == b.problem);
        (project.faults, project.missing) = (faults, missing);
        (project.extended, project.demanded) = (extended, demanded);
        project.variables = environment;
        Some(project)
    }

    /// Where its paths start.
    pub fn start(&self) -> Start<'_> {
        Start { folder: &self.folder, called_in: self.called_in.as_deref() }
    }

    /// A service of this name that no compose file has: it starts what its image does.
    pub fn of_one(name: &str, place: Place, folder: &Utf8Path) -> Self {
        read::of_one(name, place, folder)
    }

    /// The containers that a script starts by themselves. `None` if there are none.
    pub fn of_commands(script: &Script, folder: &Utf8Path) -> Option<Self> {
        docker_run::project(script, folder)
    }

    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name.value == name)
    }

    /// The service that is found under a host name, on whatever network.
    pub fn answering_to(&self, host: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.answers_to(host))
    }

    /// Whether a name is one that compose gives to the container of a service, whatever the project is
    /// called: `shop-db-1`, or `shop_db_1` as its first version had it.
    pub fn names_a_container(&self, name: &str) -> bool {
        let Some((rest, number)) = name.rsplit_once(['-', '_']) else { return false };
        let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
        let is_of = |service: &Service| {
            let before = rest.strip_suffix(service.name.value.as_str());
            before.is_some_and(|it| it.len() > 1 && it.ends_with(['-', '_']))
        };
        is_number && self.services.iter().any(is_of)
    }

    /// The services that start when these profiles are asked for: those without any, and those
    /// of the profiles. What they depend on is not switched on by that.
    pub fn active(&self, profiles: &[&str]) -> Vec<&Service> {
        let asked = |service: &&Service| {
            let named = |it: &Text| profiles.contains(&it.to_string().as_str());
            service.profiles.is_empty()
                || profiles.contains(&"*")
                || service.profiles.iter().any(named)
        };
        self.services.iter().filter(asked).collect()
    }

    /// Whether nobody would start both from one set of files: each says of the same service which
    /// image it is of, and the same one. What is laid over another repeats no image.
    pub fn replaces(&self, other: &Self) -> bool {
        let image = |service: &Service| service.image.as_ref().map(Text::to_string);
        self.services.iter().any(|own| {
            let again = other.service(&own.name.value);
            image(own).is_some() && again.is_some_and(|it| image(it) == image(own))
        })
    }

    /// Whether this is another project with more files laid over it: it has each of its services as that
    /// one's files say them.
    pub fn is_laid_over(&self, other: &Self) -> bool {
        let said = |it: &Service| {
            let image = it.image.as_ref().and_then(|image| image.fact().written_at());
            image.or(it.build.as_ref().map(|build| build.place))
        };
        other.services.iter().all(|of_other| {
            let own = self.service(&of_other.name.value);
            own.is_some_and(|own| said(own).is_some() && said(own) == said(of_other))
        })
    }

    /// A volume that a service mounts and no file declares.
    pub fn mounts_undeclared(&self, service: &Service) -> Option<Fact<String>> {
        let names = service.volumes.iter().filter_map(|mount| match &mount.kind {
            MountKind::Volume(name) => Some(Fact::at(name.known()?.value, mount.place)),
            _ => None,
        });
        let declares = |name: &str| self.volumes.iter().any(|it| it.key.value == name);
        names.into_iter().find(|it| !declares(&it.value))
    }

    /// Whether both are attached to one network, and so know each other by name.
    pub fn share_network(&self, a: &Service, b: &Service) -> bool {
        if a.network_mode.is_some() || b.network_mode.is_some() {
            return false;
        }
        let names = |service: &Service| -> Vec<String> {
            service.networks.iter().map(|it| it.network.value.clone()).collect()
        };
        let (a, b) = (names(a), names(b));
        a.iter().any(|name| b.contains(name))
    }

    /// The service that answers to this host name on the networks of `from`: its own name, an
    /// alias, its container's name.
    pub fn resolve(&self, from: &Service, host: &str) -> Option<&Service> {
        self.services.iter().find(|service| {
            let attached =
                self.share_network(from, service) || from.name.value == service.name.value;
            attached && service.answers_to(host)
        })
    }
}

impl Location {
    /// What a path means that is written in a project of this folder; `None` if a symbol hides
    /// where it begins.
    pub fn of(text: &Text, start: Start<'_>) -> Option<Fact<Self>> {
        let fact = text.fact();
        let path = Utf8Path::new(&fact.value);
        if text.searchable().starts_with('\u{e000}') {
            return Self::where_compose_runs(text, start.called_in?);
        }
        let location = if path.is_absolute() {
            Self::Host(normalize(path))
        } else if fact.value.starts_with('~') {
            Self::Home(normalize(path))
        } else {
            Self::Tree(normalize(&start.folder.join(path)))
        };
        Some(fact.map(|_| location))
    }

    /// What lies below `${PWD}`.
    fn where_compose_runs(text: &Text, folder: &Utf8Path) -> Option<Fact<Self>> {
        let (_, rest) = text.parts().split_first().filter(|_| begins_in_folder(text))?;
        let is_written = rest.iter().all(|it| it.value.source == Source::Literal);
        let below: String = rest.iter().map(|it| it.value.text.as_str()).collect();
        if !is_written || !(below.is_empty() || below.starts_with('/')) {
            return None;
        }
        let location = Self::Tree(normalize(&folder.join(below.trim_start_matches('/'))));
        let why = "compose may be run in another folder than that of its file";
        Some(text.fact().map(|_| location).doubt(Certainty::Likely, why))
    }
}

/// Whether a text begins with the folder that compose is run in: `${PWD}/data`.
fn begins_in_folder(text: &Text) -> bool {
    let first = text.parts().first().map(|it| &it.value.source);
    matches!(first, Some(Source::Unknown(name)) if &**name == "PWD")
}

/// Whether a build context is fetched and no folder: a URL, a repository, another service.
fn is_remote(context: &str) -> bool {
    let prefixes = ["https://", "http://", "git://", "ssh://", "github.com/", "git@", "service:"];
    context.contains("://") || prefixes.iter().any(|prefix| context.starts_with(prefix))
}

impl Fault {
    fn new(kind: FaultKind, place: Place, message: impl Into<String>) -> Self {
        Self { kind, problem: Problem::new(place, message), missing: None }
    }
}
