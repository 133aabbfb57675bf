//! One service of compose as a process in a container of its own.

use crate::fact::{Certainty, Environment, Fact};
use crate::model::RedisServer;
use crate::model::build::aligned::aligned;
use crate::model::build::apps::{self, Home};
use crate::model::build::image_of::Built;
use crate::model::build::installed;
use crate::model::build::main_step::{self, Run};
use crate::model::build::server_config;
use crate::model::build::target::Imports;
use crate::model::build::{entrypoint, redis};
use crate::model::command::{Front, Started};
use crate::model::compose::{self, Location, MountKind, Service};
use crate::model::container::Ignored;
use crate::model::django;
use crate::model::image::{Content, Context, Role, Start};
use crate::model::text::Text;
use crate::model::{
    Django, Endpoint, Files, Found, Health, Host, Listening, Mount, Process, ProcessKind, Storage,
    View, ViewId,
};
use crate::source::Place;
use crate::syntax::dockerfile::Form;
use crate::syntax::dotenv::{self, Dialect};
use crate::syntax::shell::evaluate::Argument;
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// How a container begins.
pub(super) struct Begun {
    pub(super) run: Option<Run>,
    pub(super) shadowed: Option<Fact<Front>>,
    pub(super) ignored: Option<Ignored>,
}

/// A service and what it is made of.
pub(super) struct Container<'a> {
    pub(super) files: &'a Files<'a>,
    pub(super) service: &'a Service,
    pub(super) image: Option<&'a Built>,
    /// What fills in `${}` of the project.
    pub(super) variables: &'a Environment,
    pub(super) view: ViewId,
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
        if let Some(started) = &mut started {
            let place = server_config::Place {
                files: self.files,
                environment: &environment,
                directory: directory.as_ref().map(|it| Utf8Path::new(&it.value)),
                tree: &|path: &Utf8Path| self.in_tree(view, path),
            };
            place.configure(started);
            started.set_in(&mut environment);
        }
        let imports = Imports {
            files: self.files,
            projects,
            environment: &environment,
            cwd: directory.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str()))),
            tree: &|path: &Utf8Path| self.in_tree(view, path),
        };
        let target = started.as_ref().and_then(|it| imports.target(it));
        let name = &self.service.name;
        let mut listens = started.as_ref().map(Started::listens).unwrap_or_default();
        let mut known = started.as_ref().is_some_and(|it| it.binds_known);
        if listens.is_empty() {
            listens.extend(self.stock_ports());
            known |= !listens.is_empty();
        }
        let django = self.django(projects, started.as_ref(), view, &environment);
        let lacks = match (&django, &started) {
            (Some(django), Some(started)) if self.is_python_image() => {
                installed::lacking(self.files, &django.project.root, started)
            }
            _ => Vec::new(),
        };
        let process = Process {
            name: name.value.clone(),
            kind: self.kind(started.as_ref()),
            declared: name.map(|_| ()),
            view: self.view,
            user: self.user(started.as_ref()),
            cwd: self.cwd(),
            listens,
            listens_known: known,
            django,
            environment,
            started,
            target,
            lacks,
        };
        (process, begun)
    }

    /// Whether the image is built here on one that brings nothing but Python.
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
    ) -> Option<Django> {
        let started = started?;
        let cwd = self.cwd().map(|it| it.value);
        let folder = cwd.as_ref().and_then(|cwd| self.in_tree(view, cwd));
        let from = |project: &django::Project| folder.as_ref() == Some(&project.root);
        let project = apps::project(projects, started, &from)?;
        let home = Home {
            checkout: self.checkout(project, view, cwd.as_deref()),
            cwd,
            brings: Some(&|at: &Utf8Path| self.brought(at)),
            environment,
            closed: false,
        };
        apps::django(self.files, project, started, &home)
    }

    /// Where a project's files are in the container: by a mount, or by what the image copies. Of
    /// several places the one counts that Python imports from, which is where the process starts.
    fn checkout(
        &self,
        project: &django::Project,
        view: &View,
        cwd: Option<&Utf8Path>,
    ) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
        let starts_in = |at: &Utf8Path| cwd.is_some_and(|cwd| cwd.starts_with(at));
        let mut out = Vec::new();
        if let Some(built) = self.image
            && let (Some(image), Some(root)) = (&built.image, &built.context)
        {
            let context = Context { tree: self.files.tree, root, ignore: &built.ignore };
            let folders = project.root.ancestors().chain([project.root.as_path()]);
            for folder in folders {
                let places = image.places_of(folder, &context);
                out.extend(places.into_iter().map(|at| (folder.to_owned(), at.value)));
            }
        }
        for mount in &view.mounts {
            if let Storage::Checkout(folder) = &mount.value.from {
                let copied = out.iter().any(|(known, at)| known == folder && starts_in(at));
                if copied && !starts_in(&mount.value.at) {
                    continue;
                }
                out.retain(|(known, _)| known != folder);
                out.push((folder.clone(), mount.value.at.clone()));
            }
        }
        out
    }

    /// What the image has at a path, if that is of the tree.
    fn brought(&self, at: &Utf8Path) -> Option<Utf8PathBuf> {
        let built = self.image?;
        let (image, root) = (built.image.as_ref()?, built.context.as_ref()?);
        let context = Context { tree: self.files.tree, root, ignore: &built.ignore };
        match image.at(at, &context)?.value {
            Content::Context(path) => Some(path),
            Content::Inline(_) | Content::Elsewhere => None,
        }
    }

    /// What lies over the container's file system.
    pub(super) fn view(&self) -> View {
        let mut complete = true;
        let mut mounts = Vec::new();
        for mount in &self.service.volumes {
            let (Some(at), Some(from)) = (mount.target.known(), self.storage(mount)) else {
                complete = false;
                continue;
            };
            let read_only = mount.read_only.as_ref().is_some_and(|it| it.value);
            let place = Fact::at((), mount.place);
            mounts.push(at.zip(&from).given(&place).map(|(at, from)| Mount {
                at: Utf8PathBuf::from(at.as_str()),
                from: (*from).clone(),
                read_only,
            }));
        }
        View { container: Some(self.service.name.value.clone()), mounts, complete }
    }

    fn storage(&self, mount: &compose::Mount) -> Option<Fact<Storage>> {
        let here = Fact::at((), mount.place);
        let temporary = || {
            let path = mount.target.known()?.value.into();
            Some(here.map(|()| Storage::Temporary { view: self.view, path }))
        };
        match &mount.kind {
            MountKind::Bind(_, location) => {
                Some(location.as_ref()?.map(|location| match location {
                    Location::Tree(path) => Storage::Checkout(path.clone()),
                    Location::Host(path) | Location::Home(path) => Storage::Host(path.clone()),
                    Location::Remote(text) => Storage::Host(text.into()),
                }))
            }
            MountKind::Volume(name) => {
                let below = match &mount.subpath {
                    Some(path) => path.known()?.value.into(),
                    None => Utf8PathBuf::new(),
                };
                let name = name.known()?;
                Some(name.map(|name| Storage::Volume { name: name.clone(), below }))
            }
            MountKind::Anonymous | MountKind::Tmpfs => temporary(),
            MountKind::Other => None,
        }
    }

    /// In compose's order: the image's, then each env file, then `environment`.
    fn environment(&self) -> Environment {
        let mut out = self.image.map_or_else(
            || Environment::unseen("nobody knows what the image sets"),
            |image| image.environment.clone(),
        );
        for env_file in &self.service.env_files {
            self.read(env_file, &mut out);
        }
        for (name, value) in self.service.supplied(self.variables) {
            out.set(name, value);
        }
        out.consult(self.service.name.map(|_| "environment".to_owned()));
        out
    }

    fn read(&self, env_file: &compose::EnvFile, out: &mut Environment) {
        let place = env_file.path.place;
        let shown = env_file.path.to_string();
        out.consult(Fact::at(shown.clone(), place));
        let tree = match &env_file.location {
            Some(Fact { value: Location::Tree(path), .. }) => path,
            _ => return out.open(&format!("`{shown}` is not in view"), Some(place)),
        };
        let read = match self.files.find(tree) {
            Found::Read(read) => read,
            Found::Wanted => return,
            Found::Absent | Found::Folder if !env_file.required.value => {
                return out.open(&format!("`{shown}` may be there"), Some(place));
            }
            Found::Absent | Found::Folder => {
                return out.open(&format!("`{shown}` is not in the tree"), Some(place));
            }
        };
        let raw = env_file.format.as_ref().is_some_and(|it| it.to_string() == "raw");
        let dialect = if raw { Dialect::Docker } else { Dialect::ComposeEnvFile };
        let ignored = self.files.tree.get(tree).is_some_and(|entry| entry.ignored);
        for (name, value) in dotenv::read(dialect, read.id, read.text, self.variables).variables {
            let why = "git ignores the file, so the server's may differ";
            out.set(name, if ignored { value.doubt(Certainty::Likely, why) } else { value });
        }
        if ignored {
            out.open("git ignores its env file, so the server's may hold more", Some(place));
        }
    }

    /// Entrypoint and command, as Docker puts them together: a new entrypoint takes away the
    /// image's command.
    fn begin(&self, view: &View, environment: &Environment) -> Begun {
        let (entrypoint, command) = (&self.service.entrypoint, &self.service.command);
        let image = self.image.and_then(|it| it.image.as_ref());
        let of_image =
            |start: Option<Start>| start.map(|start| words_of(&start)).unwrap_or_default();
        let before = match entrypoint {
            Some(given) => self.texts(&given.words),
            None => of_image(image.and_then(|image| image.entrypoint())),
        };
        let behind = match command {
            Some(given) => self.texts(&given.words),
            None if entrypoint.is_some() => Vec::new(),
            None => of_image(image.and_then(|image| image.command())),
        };
        let words = [before.as_slice(), behind.as_slice()].concat();
        let cwd = self.cwd();
        let tree = |path: &Utf8Path| self.in_tree(view, path);
        let run = main_step::run(self.files, &words, environment, cwd.as_ref(), &tree);
        let start = entrypoint::Start {
            files: self.files,
            entrypoint: &before,
            command: &behind,
            tree: &tree,
            cwd: cwd.as_ref().map(|it| it.value.as_path()),
            init: self.service.init.as_ref().is_some_and(|it| it.value),
            system: self.image.and_then(|it| it.flavour.as_ref()?.value.system),
        };
        let shadowed = run.as_ref().and_then(|run| start.shadowed(run));
        let ignored = start.ignored();
        Begun { run, shadowed, ignored }
    }

    fn texts(&self, words: &[Text]) -> Vec<Argument> {
        words.iter().map(|word| aligned(self.files, &word.fact())).collect()
    }

    /// What the health check runs: the service's own, or the image's.
    pub(super) fn health(&self, view: &View) -> Health {
        let own = self.service.healthcheck.as_ref();
        if own.is_some_and(|it| it.disable.as_ref().is_some_and(|it| it.value)) {
            return Health::default();
        }
        let of_image = || {
            let check = self.image?.image.as_ref()?.healthcheck()??;
            Some(words_of(&Start::Written(check.clone())))
        };
        let words = match own.and_then(|it| it.test.as_ref()) {
            Some(compose::Test::None(_)) => return Health::default(),
            Some(compose::Test::Exec(words)) => self.texts(words),
            Some(compose::Test::Shell(text)) => {
                let shell = ["/bin/sh", "-c"].map(|it| Argument::new(Spliced::new(it, text.place)));
                shell.into_iter().chain([aligned(self.files, &text.fact())]).collect()
            }
            None => of_image().unwrap_or_default(),
        };
        let cwd = self.cwd();
        let tree = |path: &Utf8Path| self.in_tree(view, path);
        let run = main_step::run(self.files, &words, &self.environment(), cwd.as_ref(), &tree);
        let shell = words.get(1).is_some_and(|it| it.as_str() == "-c");
        let text = words.get(2).filter(|_| shell).map(Argument::as_str);
        Health::new(run.map(|run| run.steps).unwrap_or_default(), text)
    }

    /// How the Redis in it is set up.
    pub(super) fn redis(&self, process: &Process, view: &View) -> Option<RedisServer> {
        redis::of_container(self.files, process, &|path: &Utf8Path| self.in_tree(view, path))
    }

    /// The Caddyfile where Caddy's image looks for it.
    pub(super) fn caddyfile(&self, view: &View) -> Option<Utf8PathBuf> {
        self.in_tree(view, Utf8Path::new("/etc/caddy/Caddyfile"))
    }

    /// The file of the tree at a path of the container.
    fn in_tree(&self, view: &View, path: &Utf8Path) -> Option<Utf8PathBuf> {
        let dir = view.dir(self.view, path);
        if let Some(Storage::Checkout(path)) = view.locate(&dir).map(|it| it.value) {
            return Some(path);
        }
        let built = self.image?;
        let (image, root) = (built.image.as_ref()?, built.context.as_ref()?);
        let context = Context { tree: self.files.tree, root, ignore: &built.ignore };
        match image.at(path, &context)?.value {
            Content::Context(path) => Some(path),
            Content::Inline(_) | Content::Elsewhere => None,
        }
    }

    fn kind(&self, started: Option<&Started>) -> ProcessKind {
        let role = self.role().map(|role| match role {
            Role::Database => ProcessKind::Database,
            Role::Cache | Role::Broker => ProcessKind::Cache,
            Role::Proxy => ProcessKind::Proxy,
            Role::Search
            | Role::ObjectStore
            | Role::MailCatcher
            | Role::AdminUi
            | Role::Certificates
            | Role::Base => ProcessKind::Other,
        });
        match (role, started) {
            (Some(ProcessKind::Other) | None, Some(started)) => started.kind(false),
            (role, _) => role.unwrap_or(ProcessKind::Other),
        }
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
        if let Some(user) = started.and_then(|it| it.user.clone()) {
            return Some(user);
        }
        match &self.service.user {
            Some(user) => user.known(),
            None => self.image?.image.as_ref()?.user(),
        }
    }

    fn cwd(&self) -> Option<Fact<Utf8PathBuf>> {
        match &self.service.working_dir {
            Some(path) => Some(path.known()?.map(|it| Utf8PathBuf::from(it.as_str()))),
            None => self.image?.image.as_ref()?.workdir(),
        }
    }
}

fn words_of(start: &Start) -> Vec<Argument> {
    match start {
        Start::Stock(words, place) => {
            words.iter().map(|word| Argument::new(Spliced::new(word, *place))).collect()
        }
        Start::Written(command) => form_words(&command.form, &command.shell, command.place),
    }
}

/// The words of an instruction; a text is handed to the shell.
pub(super) fn form_words(form: &Form, shell: &[String], place: Place) -> Vec<Argument> {
    match form {
        Form::Exec(words) => words.iter().cloned().map(Argument::new).collect(),
        Form::Shell(text) => {
            let shell = shell.iter().map(|it| Argument::new(Spliced::new(it, place)));
            shell.chain([Argument::new(text.clone())]).collect()
        }
    }
}

/// The variables of a project: its `.env`, and whatever the shell may add.
pub(super) fn variables(files: &Files, folder: &Utf8Path) -> Environment {
    let mut out = Environment::unseen("the shell that runs compose may set it");
    let path = folder.join(".env");
    if let Found::Read(read) = files.find(&path) {
        let ignored = files.tree.get(&path).is_some_and(|entry| entry.ignored);
        for (name, value) in dotenv::read(Dialect::Compose, read.id, read.text, &out).variables {
            let why = "git ignores the file, so the server's may differ";
            let value = if ignored { value.doubt(Certainty::Likely, why) } else { value };
            out.set(name, value);
        }
    }
    out
}
