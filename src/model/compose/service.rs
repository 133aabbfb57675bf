//! What a project consists of. Every value carries where it stands.

use crate::fact::{Certainty, Environment, Fact, Origin, Supplied};
use crate::model::compose::{Command, Location, Port, Variable};
use crate::model::image::Image;
use crate::model::text::Text;
use crate::model::{Endpoint, Process};
use crate::source::{Place, Tree};
use camino::Utf8PathBuf;

#[derive(Clone, Debug)]
pub struct Service {
    /// At its key, of the last file that has it.
    pub name: Fact<String>,
    /// All that is said of it, in the last file that says something.
    pub place: Place,
    pub image: Option<Text>,
    pub build: Option<Build>,
    pub command: Option<Command>,
    pub entrypoint: Option<Command>,
    /// By name, each once.
    pub environment: Vec<Variable>,
    /// The key above them, of the first file that has it.
    pub environment_key: Option<Place>,
    /// In their order, the later winning; `environment` wins over all of them.
    pub env_files: Vec<EnvFile>,
    pub ports: Vec<Port>,
    pub expose: Vec<Text>,
    pub volumes: Vec<Mount>,
    /// `service[:ro]` or `container:name`, whose mounts are among its own.
    pub volumes_from: Vec<Text>,
    pub tmpfs: Vec<Text>,
    /// The `default` one if the service names none. Empty with a `network_mode`.
    pub networks: Vec<Attachment>,
    pub network_mode: Option<Text>,
    /// It asks name servers of its own, or looks for names in a domain: `dns`, `dns_search`.
    pub has_own_names: bool,
    pub depends_on: Vec<Dependency>,
    pub healthcheck: Option<Healthcheck>,
    pub user: Option<Text>,
    pub group_add: Vec<Text>,
    pub working_dir: Option<Text>,
    pub restart: Option<Text>,
    pub container_name: Option<Text>,
    pub hostname: Option<Text>,
    pub platform: Option<Text>,
    pub pid: Option<Text>,
    pub pull_policy: Option<Text>,
    pub stop_signal: Option<Text>,
    pub stop_grace_period: Option<Text>,
    pub profiles: Vec<Text>,
    pub cap_add: Vec<Text>,
    pub cap_drop: Vec<Text>,
    pub security_opt: Vec<Text>,
    pub extra_hosts: Vec<Text>,
    pub links: Vec<Text>,
    pub labels: Vec<Variable>,
    pub secrets: Vec<Grant>,
    pub configs: Vec<Grant>,
    pub privileged: Option<Fact<bool>>,
    pub read_only: Option<Fact<bool>>,
    pub init: Option<Fact<bool>>,
    /// `tty` or `stdin_open`: a shell in it waits for somebody.
    pub interactive: bool,
    /// `deploy.replicas` or `scale`.
    pub replicas: Option<Fact<u32>>,
    /// `deploy.restart_policy.condition`, which compose obeys as well.
    pub restart_policy: Option<Text>,
    /// Its `deploy` says what only Swarm reads.
    pub is_for_swarm: bool,
    /// It has a `provider` and is no container.
    pub is_provided: bool,
    /// A command of a script starts it, and no file of compose has it: nothing has entries there.
    pub by_command: bool,
    /// What earlier files said and a later one replaced.
    pub lost: Vec<Lost>,
}

/// A value that was replaced, and does nothing.
#[derive(Clone, Debug)]
pub struct Lost {
    /// Below the service: `command`, `environment.DEBUG`, `ports.0`.
    pub path: String,
    pub place: Place,
    /// What was written there, if that was a single value.
    pub text: Option<Text>,
}

#[derive(Clone, Debug)]
pub struct Build {
    pub place: Place,
    pub context: Option<Fact<Location>>,
    /// Below the context, unless absolute.
    pub dockerfile: Option<Text>,
    /// Where that is, if it is said from where compose is called: `${PWD}/docker/Dockerfile`.
    pub dockerfile_called: Option<Fact<Location>>,
    pub dockerfile_inline: Option<Text>,
    pub target: Option<Text>,
    pub args: Vec<Variable>,
    /// `additional_contexts`, which `COPY --from` may name.
    pub has_more_contexts: bool,
}

#[derive(Clone, Debug)]
pub struct EnvFile {
    pub path: Text,
    pub location: Option<Fact<Location>>,
    pub required: Fact<bool>,
    /// `raw` reads the file without quotes and variables.
    pub format: Option<Text>,
}

#[derive(Clone, Debug)]
pub struct Mount {
    pub place: Place,
    pub kind: MountKind,
    pub target: Text,
    pub read_only: Option<Fact<bool>>,
    /// Below the volume's root.
    pub subpath: Option<Text>,
}

#[derive(Clone, Debug)]
pub enum MountKind {
    /// As written, and where that leads if it can be told.
    Bind(Text, Option<Fact<Location>>),
    /// By its key in the project.
    Volume(Text),
    /// Made for this container and kept by nobody.
    Anonymous,
    Tmpfs,
    /// An image, a cluster volume, a named pipe; or a symbol says what.
    Other,
}

#[derive(Clone, Debug)]
pub struct Attachment {
    pub network: Fact<String>,
    pub aliases: Vec<Text>,
}

#[derive(Clone, Debug)]
pub struct Dependency {
    pub service: Fact<String>,
    /// One of a list of names.
    pub is_short: bool,
    pub condition: Fact<Condition>,
    pub required: Fact<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    Started,
    Healthy,
    Completed,
    Other(String),
}

#[derive(Clone, Debug)]
pub struct Healthcheck {
    pub place: Place,
    /// `None` leaves the image's.
    pub test: Option<Test>,
    pub disable: Option<Fact<bool>>,
    pub interval: Option<Text>,
    pub timeout: Option<Text>,
    pub retries: Option<Text>,
    pub start_period: Option<Text>,
}

#[derive(Clone, Debug)]
pub enum Test {
    None(Place),
    Exec(Vec<Text>),
    /// For the container's `/bin/sh -c`.
    Shell(Text),
}

/// A secret or config that a service may read.
#[derive(Clone, Debug)]
pub struct Grant {
    pub source: Text,
    pub target: Option<Text>,
}

#[derive(Clone, Debug)]
pub struct Network {
    pub key: Fact<String>,
    pub name: Option<Text>,
    pub external: bool,
    pub internal: Option<Fact<bool>>,
    pub driver: Option<Text>,
}

#[derive(Clone, Debug)]
pub struct Volume {
    pub key: Fact<String>,
    /// The key with all that is said of it.
    pub place: Place,
    pub name: Option<Text>,
    pub external: bool,
    pub driver: Option<Text>,
    /// The folder that a `local` volume with `o: bind` really is.
    pub device: Option<Text>,
    /// Another set of files that has the same declaration mounts it, be it one for developers.
    pub mounted_beside: bool,
}

/// A secret or config of the project.
#[derive(Clone, Debug)]
pub struct Resource {
    pub key: Fact<String>,
    pub external: bool,
    pub file: Option<Fact<Location>>,
    /// The variable of the project that holds it.
    pub environment: Option<Text>,
    pub content: Option<Text>,
}

impl Service {
    /// As whom its container starts, before anything in it changes to another.
    pub fn starts_as(&self, image: Option<&Image>) -> Option<Fact<String>> {
        match &self.user {
            Some(user) => user.known(),
            None => image?.user(),
        }
    }

    /// Whether its command has the server listen on the container's own loopback alone, where a published
    /// port leads to nothing: `memcached -l 127.0.0.1`, `redis-server --bind 127.0.0.1`.
    pub fn binds_loopback(&self) -> bool {
        const OPTIONS: [&str; 6] = [
            "-l 127.0.0.1",
            "--listen=127.0.0.1",
            "--bind 127.0.0.1",
            "--bind-address=127.0.0.1",
            "listen_addresses=localhost",
            "listen_addresses=127.0.0.1",
        ];
        let written = self.command.as_ref().map(|command| {
            let words = command.words.iter().map(ToString::to_string);
            words.collect::<Vec<_>>().join(" ").replace(['"', '\''], "")
        });
        // Further addresses may follow a comma or a blank.
        written.is_some_and(|text| {
            let mut found = OPTIONS.iter().filter_map(|option| text.split_once(option));
            found.any(|(_, rest)| {
                let next = rest.trim_start();
                next.is_empty() || rest.starts_with(' ') && next.starts_with('-')
            })
        })
    }

    /// What it says itself of what is started.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        [&self.command, &self.entrypoint].into_iter().flatten()
    }

    /// The words of these, as far as they are known.
    pub fn words(&self) -> impl Iterator<Item = String> {
        self.commands().flat_map(|it| &it.words).map(ToString::to_string)
    }

    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.environment.iter().find(|variable| variable.name.value == name)
    }

    /// What the service's own `environment` lays over its env files.
    pub fn supplied(&self, project: &Environment) -> Vec<(String, Fact<Supplied>)> {
        let layer = |it: &Variable| (it.name.value.clone(), it.supplied(project));
        self.environment.iter().map(layer).collect()
    }

    /// Where a volume of the project is mounted, if it may be: what a symbol names may be any.
    pub fn may_mount(&self, volume: &str) -> bool {
        self.volumes.iter().any(|mount| match &mount.kind {
            MountKind::Volume(name) => name.known().is_none_or(|name| name.value == volume),
            MountKind::Other => true,
            MountKind::Bind(..) | MountKind::Anonymous | MountKind::Tmpfs => false,
        })
    }

    /// A folder that is mounted and called as a volume is.
    pub fn bind_named(&self, volume: &str) -> Option<Fact<()>> {
        let named = |mount: &&Mount| match &mount.kind {
            MountKind::Bind(path, _) => path.to_string().rsplit('/').next() == Some(volume),
            _ => false,
        };
        self.volumes.iter().find(named).map(|mount| Fact::at((), mount.place))
    }

    /// Whether it is on the bridge that Docker has by itself, where nobody has a name (Docker's
    /// documentation, "Bridge network driver").
    pub fn is_on_docker0(&self) -> bool {
        self.network_mode.as_ref().and_then(Text::known).is_some_and(|it| it.value == "bridge")
    }

    /// Whether a container of it is found under this name by those on its networks.
    pub fn answers_to(&self, host: &str) -> bool {
        let is = |text: &Text| match text.is_known() {
            true => text.to_string().eq_ignore_ascii_case(host),
            false => text.may_become(host),
        };
        self.name.value.eq_ignore_ascii_case(host)
            || self.container_name.as_ref().is_some_and(is)
            || self.hostname.as_ref().is_some_and(is)
            || self.networks.iter().flat_map(|it| &it.aliases).any(is)
    }

    /// Whether others may find a container of it under a name that is not known.
    pub fn has_an_unknown_name(&self) -> bool {
        let of_networks = self.networks.iter().flat_map(|it| &it.aliases);
        let mut names = self.container_name.iter().chain(&self.hostname).chain(of_networks);
        names.any(|it| it.known().is_none())
    }

    /// The line that links it to another service, under whatever name.
    pub fn links_to(&self, other: &str) -> Option<&Text> {
        self.links.iter().find(|it| it.to_string().split(':').next() == Some(other))
    }

    /// The port through which everybody reaches a server of Django without a proxy, and that they do.
    pub fn open_to(&self, process: &Process) -> Option<(&Port, Fact<()>)> {
        let is_none = self.replicas.as_ref().is_some_and(|it| it.value == 0);
        if !process.kind.is_web() || is_none {
            return None;
        }
        let mut open = self.ports.iter().filter_map(|port| Some((port, port.open()?)));
        if !process.listens_known {
            // `0.0.0.0:${PORT}`, and `${PORT}:${PORT}` leads there, whatever it is.
            let told = process.started.as_ref()?.variable_port.as_ref()?;
            let (port, open) = open.find(|(port, _)| port.target.to_string() == told.value)?;
            let why = "the variable may have another value in the container";
            return Some((port, open.given(&told.map(|_| ()).doubt(Certainty::Likely, why))));
        }
        // What listens on the container's loopback, no port of the host leads to.
        let listens = process.listens.iter().map(|it| &it.value.endpoint);
        let reached = listens.filter(|it| !it.is_loopback()).filter_map(Endpoint::port);
        let reached: Vec<u16> = reached.collect();
        open.find(|(port, _)| reached.iter().any(|it| port.leads_to(*it)))
    }

    /// Whether it says nothing of being started again, or says that it is not.
    pub fn stays_down(&self) -> bool {
        let no = |text: &Text| matches!(text.to_string().as_str(), "no" | "none");
        match (&self.restart, &self.restart_policy) {
            (_, Some(policy)) => no(policy),
            (Some(restart), None) => no(restart),
            (None, None) => true,
        }
    }

    /// Whether it does nothing, and is there for its volumes alone, which others take by `volumes_from`.
    pub fn only_holds_volumes(&self) -> bool {
        let first = self.command.as_ref().and_then(|it| it.words.first());
        let first = first.map(ToString::to_string).unwrap_or_default();
        matches!(first.rsplit('/').next(), Some("true" | "echo" | "exit" | ":"))
    }

    /// Where earlier files set what this path of the service is now.
    pub fn lost(&self, path: &str) -> impl Iterator<Item = Fact<()>> {
        self.lost.iter().filter(move |lost| lost.path == path).map(|lost| Fact::at((), lost.place))
    }
}

impl Build {
    /// The Dockerfile's path where context and name are known and the context is a folder.
    pub fn dockerfile_path(&self, tree: &Tree) -> Option<Fact<Location>> {
        if let Some(called) = &self.dockerfile_called {
            return Some(called.clone());
        }
        let context = self.context.as_ref()?;
        let (of, version, source) = ("compose", "", "the Compose Build Specification");
        let default = Fact::new("Dockerfile".to_owned(), Origin::Default { of, version, source });
        let name = self.dockerfile.as_ref().map_or(Some(default), Text::known)?;
        let joined =
            |folder: &camino::Utf8PathBuf| crate::source::normalize(&folder.join(&name.value));
        let path = context.try_map(|context| match context {
            _ if name.value.starts_with('/') => Some(Location::Host(name.value.clone().into())),
            Location::Tree(folder) => Some(Location::Tree(as_spelt(tree, joined(folder)))),
            Location::Host(folder) => Some(Location::Host(joined(folder))),
            Location::Home(folder) => Some(Location::Home(joined(folder))),
            Location::Remote(_) => None,
        })?;
        Some(path.given(&name))
    }
}

/// The path of a Dockerfile as the tree has it: Docker takes `dockerfile` for want of `Dockerfile`
/// (moby/moby#10858; BuildKit does as well).
pub(in crate::model) fn as_spelt(tree: &Tree, path: Utf8PathBuf) -> Utf8PathBuf {
    let small = path.with_file_name("dockerfile");
    let is_small = path.file_name() == Some("Dockerfile") && tree.get(&path).is_none();
    if is_small && tree.get(&small).is_some() { small } else { path }
}
