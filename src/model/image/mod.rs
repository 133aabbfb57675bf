//! Images: what a Dockerfile's stages leave in the one that runs.
//!
//! A stage is a list of layers on top of another stage, or of an image that is not built here.
//! What the latter holds is known for [`stock`] images only; of all others it stays unknown.
//! Shell text is handed on and not read.

use crate::fact::{Certainty, Environment, Fact, Supplied};
use crate::model::text::Text;
use crate::source::Place;
use crate::syntax::dockerfile::Form;
use camino::{Utf8Path, Utf8PathBuf};

mod brought;
mod build;
mod changed;
mod copy;
pub mod debian;
mod expand;
mod foundation;
mod ignore;
mod layer;
mod mending;
mod moved;
mod needed;
mod on_python;
mod owner;
mod python;
mod reference;
mod scope;
mod service;
mod slips;
mod stock;
mod users;
mod written;

pub use brought::{calls_script, runs_any};
pub use build::{Arguments, build, build_on};
pub use copy::{Content, Context};
pub use foundation::Foundation;
pub use ignore::Ignore;
pub use layer::{Base, Command, Copy, Does, From, Layer, Run, Stage, Start, Step, commands};
pub use on_python::PythonImage;
pub use owner::is_named_root;
pub use reference::Reference;
pub use service::{Built, ignore, of_service};
pub use stock::{Flavour, Role, Stock, System, Tool};
pub use users::NamesUser;

/// Every stage of one Dockerfile, and which one is meant.
#[derive(Clone, Debug)]
pub struct Image {
    /// Each is built on an earlier one, or on something from elsewhere.
    pub stages: Vec<Stage>,
    target: usize,
}

/// Where the entrypoint of nginx's official image has the scripts that it runs before nginx
/// (docker-entrypoint.sh of the image).
pub(in crate::model) const HOOKS: &str = "/docker-entrypoint.d";

impl Image {
    /// The stage that runs.
    pub fn target(&self) -> &Stage {
        &self.stages[self.target]
    }

    /// The number of the stage that runs.
    pub fn target_index(&self) -> usize {
        self.target
    }

    /// The same file built up to another stage, by its name or number.
    pub fn at_target(&self, target: &str) -> Option<Self> {
        let named = |stage: &Stage| {
            stage.name.as_ref().is_some_and(|it| it.value.eq_ignore_ascii_case(target))
        };
        let by_number = || build::numbered(&self.stages, target);
        let target = self.stages.iter().rposition(named).or_else(by_number)?;
        Some(self.with_target(target))
    }

    /// The same built up to one of [`stages`](Self::stages).
    pub fn with_target(&self, target: usize) -> Self {
        Self { stages: self.stages.clone(), target }
    }

    /// The same as one of its steps finds it, without what comes later.
    pub fn before(&self, step: Place) -> Option<Self> {
        let found = self.chain(self.target).into_iter().find_map(|stage| {
            let layers = &self.stages[stage].layers;
            Some((stage, layers.iter().position(|layer| layer.place == step)?))
        });
        let (stage, layer) = found?;
        let mut before = self.with_target(stage);
        before.stages[stage].layers.truncate(layer);
        Some(before)
    }

    /// From this stage to the one that is built on nothing of this file.
    fn chain(&self, stage: usize) -> Vec<usize> {
        let mut chain = vec![stage];
        let mut at = stage;
        // A base is an earlier stage, so this ends.
        while let Base::Stage(base) = self.stages[at].base {
            chain.push(base);
            at = base;
        }
        chain
    }

    /// What the image does, the last first.
    fn layers_back(&self) -> impl Iterator<Item = &Layer> {
        self.layers_back_of(self.target)
    }

    fn layers_back_of(&self, stage: usize) -> impl Iterator<Item = &Layer> {
        self.chain(stage).into_iter().flat_map(|stage| self.stages[stage].layers.iter().rev())
    }

    /// What the image does, in order.
    pub fn layers(&self) -> Vec<&Layer> {
        let mut layers: Vec<_> = self.layers_back().collect();
        layers.reverse();
        layers
    }

    fn bottom(&self) -> &Base {
        let chain = self.chain(self.target);
        &self.stages[chain.last().copied().unwrap_or(self.target)].base
    }

    /// The image that all of it is built on, unless from scratch.
    pub fn base(&self) -> Option<&Text> {
        match self.bottom() {
            Base::Image(image) => Some(image),
            Base::Stage(_) | Base::Scratch(_) => None,
        }
    }

    /// The base, if the table knows it.
    pub fn stock(&self) -> Option<Fact<Flavour>> {
        self.base()?.fact().try_map(|base| Flavour::of(base))
    }

    /// What the base has of itself, or what an image from scratch has.
    fn inherited(&self, scratch: &str, of: impl Fn(&Stock) -> &str) -> Option<Fact<String>> {
        match self.bottom() {
            Base::Scratch(place) => Some(Fact::at(scratch.to_owned(), *place)),
            Base::Stage(_) | Base::Image(_) => {
                Some(self.stock()?.map(|flavour| of(flavour.stock).to_owned()))
            }
        }
    }

    /// The variables a container starts with. Open if nobody knows what the base sets.
    pub fn environment(&self) -> Environment {
        let mut environment = self.base_environment();
        for layer in self.layers() {
            if let Does::Env(name, value) = &layer.does {
                environment.set(&name.value, supplied(value).given(name));
            }
        }
        environment
    }

    fn base_environment(&self) -> Environment {
        let mut environment = Environment::default();
        match (self.stock(), self.base()) {
            (Some(stock), Some(base)) => {
                let why = format!("the image {base} sets it");
                for name in stock.value.stock.sets {
                    environment.set(*name, stock.map(|_| Supplied::Unknown(why.as_str().into())));
                }
            }
            (None, Some(base)) => {
                environment.open(&format!("nobody knows what {base} sets"), Some(base.place));
            }
            (_, None) => {}
        }
        environment
    }

    /// The variables that a step sees: those of the image so far, and the arguments in scope.
    pub fn environment_at(&self, step: Place) -> Environment {
        let mut environment = self.base_environment();
        let mut set = std::collections::BTreeSet::new();
        for layer in self.layers().into_iter().take_while(|layer| layer.place != step) {
            if let Does::Env(name, value) = &layer.does {
                set.insert(name.value.as_str());
                environment.set(&name.value, supplied(value).given(name));
            }
            // A variable of the image wins over an argument of its name (Dockerfile reference,
            // "Using ARG variables"), and of an argument only the file knows that declares it.
            if let Does::Arg(name, Some(value)) = &layer.does
                && layer.place.file == step.file
                && !set.contains(name.value.as_str())
            {
                environment.set(&name.value, supplied(value).given(name));
            }
        }
        environment
    }

    /// Who the process runs as: `USER`, or what the base is known to have.
    pub fn user(&self) -> Option<Fact<String>> {
        let said = self.layers_back().find_map(Layer::user);
        match said {
            Some(said) => said.known(),
            None => self.inherited("root", |stock| stock.user).or_else(|| self.as_root()),
        }
    }

    /// Another user than root that an earlier `USER` names, or the last one, which a service may pass over.
    pub fn unprivileged(&self) -> Option<Fact<String>> {
        let named = self.layers_back().filter_map(Layer::user).filter_map(Text::known);
        named.into_iter().find(|it| !is_named_root(&it.value))
    }

    /// That an image which nobody knows has root for its user, as only root does what is built on it.
    fn as_root(&self) -> Option<Fact<String>> {
        const OF_ROOT: [&str; 8] = [
            "apt-get install",
            "apt-get update",
            "apt install",
            "apk add",
            "yum install",
            "dnf install",
            "useradd",
            "adduser",
        ];
        let does = |layer: &&Layer| {
            let Does::Run(run) = &layer.does else { return false };
            let text = match &run.form {
                Form::Shell(text) => text.as_str(),
                Form::Exec(_) => return false,
            };
            // `sudo`, and what changes the user in some other way.
            let by_others = ["sudo", "su ", "gosu"].iter().any(|it| text.contains(it));
            !by_others && OF_ROOT.iter().any(|it| text.contains(it))
        };
        let layer = self.layers_back().find(does)?;
        let why = "the image that it is built on may change the user when it starts";
        Some(Fact::at("root".to_owned(), layer.place).doubt(Certainty::Likely, why))
    }

    pub fn workdir(&self) -> Option<Fact<Utf8PathBuf>> {
        self.target().workdir.clone()
    }

    /// The folders that a name without a slash is looked up in: those that the last `PATH` names,
    /// as far as they are known, and those that every base has: Docker's own `PATH` has six (moby,
    /// `DefaultPathEnv`), before which Python's images put `/usr/local/bin`.
    pub fn searched(&self) -> Vec<Utf8PathBuf> {
        const OF_BASES: [&str; 6] =
            ["/usr/local/bin", "/usr/local/sbin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        let path = self.layers_back().find_map(|layer| match &layer.does {
            Does::Env(name, value) if name.value == "PATH" => Some(value.fact().value),
            _ => None,
        });
        let named = path.iter().flat_map(|path| path.split(':'));
        let known = named.filter(|it| it.starts_with('/') && !it.contains('$'));
        known.chain(OF_BASES).map(Utf8PathBuf::from).collect()
    }

    /// `ENTRYPOINT`; `None` if there is none, or if an unknown base decides.
    pub fn entrypoint(&self) -> Option<Start> {
        let said = self.layers_back().find_map(Layer::entrypoint);
        said.cloned().map(Start::Written).or_else(|| self.stock_start(|stock| stock.entrypoint))
    }

    /// `CMD`. An `ENTRYPOINT` takes away the one of what its stage is built on.
    pub fn command(&self) -> Option<Start> {
        for stage in self.chain(self.target) {
            let layers = &self.stages[stage].layers;
            if let Some(command) = layers.iter().rev().find_map(Layer::command) {
                return Some(Start::Written(command.clone()));
            }
            if layers.iter().any(|layer| layer.entrypoint().is_some()) {
                return None;
            }
        }
        self.stock_start(|stock| stock.command)
    }

    /// Whether neither `ENTRYPOINT` nor `CMD` changes what the base starts.
    pub fn starts_as_its_base(&self) -> bool {
        let has_own = |layer: &Layer| layer.entrypoint().is_some() || layer.command().is_some();
        !self.layers_back().any(has_own)
    }

    /// Whether the entrypoint of the known image below is what starts: this file names none, or the same
    /// once more, puts no other in its place, and has not let it make the data in the build.
    pub fn keeps_entrypoint(&self) -> bool {
        let Some(known) = self.stock() else { return false };
        let Some(name) = known.value.stock.entrypoint.first() else {
            return self.starts_as_its_base();
        };
        let name = Utf8Path::new(name).file_name().unwrap_or(name);
        let is_it = |command: &Command| match &command.form {
            Form::Exec(words) => {
                let first = words.first().map(|it| Utf8Path::new(it.as_str()));
                words.len() == 1 && first.and_then(Utf8Path::file_name) == Some(name)
            }
            Form::Shell(_) => false,
        };
        let is_replaced = ["/", "/usr/local/bin"].map(|it| Utf8Path::new(it).join(name));
        self.layers_back().filter_map(Layer::entrypoint).all(is_it)
            && !is_replaced.iter().any(|it| self.may_bring_to(it))
            && !self.steps().iter().any(|it| it.run.form.text().contains(name))
    }

    /// Whether a container of it starts the server of the known image below, be it with options of its
    /// own: entrypoints of databases look at the first word.
    pub fn starts_server_below(&self) -> bool {
        let Some(known) = self.stock() else { return false };
        let program = known.value.stock.command.first();
        let is_it = |command: &Command| match &command.form {
            Form::Exec(words) => words
                .first()
                .is_some_and(|it| Some(&it.as_str()) == program || it.as_str().starts_with('-')),
            Form::Shell(_) => false,
        };
        let starts = match self.command() {
            Some(Start::Stock(..)) => true,
            Some(Start::Written(command)) => is_it(&command),
            None => false,
        };
        self.keeps_entrypoint() && starts
    }

    fn stock_start(&self, words: impl Fn(&Stock) -> &'static [&'static str]) -> Option<Start> {
        let words = words(self.stock()?.value.stock);
        (!words.is_empty()).then_some(Start::Stock(words, self.base()?.place))
    }

    /// `HEALTHCHECK`, if this file has one; `Some(None)` for `NONE`.
    pub fn healthcheck(&self) -> Option<Option<&Command>> {
        self.layers_back().find_map(Layer::healthcheck)
    }

    /// Whether a container of it has a health check; `None` if an unknown base decides.
    pub fn has_healthcheck(&self) -> Option<bool> {
        match (self.healthcheck(), self.bottom()) {
            (Some(check), _) => Some(check.is_some()),
            (None, Base::Scratch(_)) => Some(false),
            (None, Base::Stage(_) | Base::Image(_)) => Some(self.stock()?.value.stock.healthcheck),
        }
    }

    /// The ports of `EXPOSE`, of this file only.
    pub fn exposed(&self) -> Vec<&Text> {
        self.layers_back().flat_map(Layer::exposed).collect()
    }

    /// The paths of `VOLUME`, of this file only.
    pub fn volumes(&self) -> Vec<&Text> {
        self.layers_back().flat_map(Layer::volumes).collect()
    }

    /// Whether a `COPY` or a step may put something at or below a path.
    pub fn may_bring_to(&self, path: &Utf8Path) -> bool {
        self.layers().into_iter().any(|layer| match &layer.does {
            Does::Copy(copy) => copy
                .destination
                .as_ref()
                .is_none_or(|it| path.starts_with(&it.value) || it.value.starts_with(path)),
            Does::Run(run) => run.form.text().contains(path.as_str()),
            _ => false,
        })
    }

    /// Whether its build may bring scripts that the entrypoint of nginx's image runs.
    pub fn brings_hooks(&self) -> bool {
        self.may_bring_to(Utf8Path::new(HOOKS))
    }

    /// The last `COPY` from the context that is for a directory, or for one below it.
    pub fn copied_to(&self, path: &Utf8Path) -> Option<Fact<()>> {
        let is_it = |copy: &Copy| {
            let into = copy.destination.as_ref();
            matches!(copy.from, From::Context) && into.is_some_and(|it| it.value.starts_with(path))
        };
        let found = self
            .layers()
            .into_iter()
            .rfind(|layer| matches!(&layer.does, Does::Copy(copy) if is_it(copy)))?;
        Some(Fact::at((), found.place))
    }

    /// Whether a step works in a directory or names it, or a `COPY` is for it: what brings the whole
    /// tree to a folder above is not.
    pub fn fills(&self, path: &Utf8Path) -> bool {
        let is_copied =
            |copy: &Copy| copy.destination.as_ref().is_some_and(|it| it.value.starts_with(path));
        let copies = self.layers().into_iter().any(|layer| match &layer.does {
            Does::Copy(copy) => is_copied(copy),
            _ => false,
        });
        let is_filled = |step: &Step<'_>| {
            step.workdir.as_ref().is_some_and(|it| it.value.starts_with(path))
                || step.run.form.text().contains(path.as_str())
        };
        copies || self.steps().iter().any(is_filled)
    }

    /// The steps of the build, in order, with the user, folder and shell of each.
    pub fn steps(&self) -> Vec<Step<'_>> {
        let mut user = self.inherited("root", |stock| stock.user);
        let workdir = self.inherited("/", |stock| stock.workdir);
        let mut workdir = workdir.map(|path| path.map(|path| Utf8PathBuf::from(path.as_str())));
        let mut shell = layer::default_shell();
        let mut steps = Vec::new();
        for layer in self.layers() {
            if let Some(text) = layer.user() {
                user = text.known();
            } else if let Does::Workdir(path) = &layer.does {
                workdir.clone_from(path);
            } else if let Does::Shell(words) = &layer.does {
                shell.clone_from(words);
            } else if let Does::Run(run) = &layer.does {
                let (user, workdir) = (user.clone(), workdir.clone());
                steps.push(Step { place: layer.place, run, user, workdir, shell: shell.clone() });
            }
        }
        steps
    }
}

fn supplied(value: &Text) -> Fact<Supplied> {
    match value.known() {
        Some(known) => known.map(|text| Supplied::Value(text.clone())),
        None => {
            let text = value.fact();
            let why = format!("`{text}` depends on what the image is built with");
            text.map(|_| Supplied::Unknown(why.as_str().into()))
        }
    }
}
