//! Stages and their layers: what each instruction does, variables filled in.

use crate::fact::Fact;
use crate::model::image::Ignore;
use crate::model::text::Text;
use crate::source::Place;
use crate::syntax::dockerfile::{Form, Heredoc};
use camino::Utf8PathBuf;
use std::str::SplitWhitespace;

#[derive(Clone, Debug)]
pub struct Stage {
    /// Its `FROM`.
    pub place: Place,
    pub name: Option<Fact<String>>,
    pub base: Base,
    pub layers: Vec<Layer>,
    /// Where relative paths begin after the last layer; `None` if an unknown base decides.
    pub workdir: Option<Fact<Utf8PathBuf>>,
    /// The image of the tree that its `FROM` names, where the stages of that are in front of it.
    pub foundation: Option<Text>,
    /// It is of another file, whose image this one is built on: here it has neither name nor number.
    pub is_of_foundation: bool,
}

impl Stage {
    /// Whether it says itself what a container of it starts.
    pub fn starts_something(&self) -> bool {
        self.layers.iter().any(|it| it.command().is_some() || it.entrypoint().is_some())
    }

    /// The image that its `FROM` names, be it in view or not.
    pub fn named_base(&self) -> Option<&Text> {
        match &self.base {
            Base::Image(image) => Some(image),
            Base::Stage(_) | Base::Scratch(_) => self.foundation.as_ref(),
        }
    }
}

/// What a stage is built on.
#[derive(Clone, Debug)]
pub enum Base {
    /// An earlier stage.
    Stage(usize),
    /// An image that somebody else built.
    Image(Text),
    /// Nothing at all.
    Scratch(Place),
}

/// What one instruction does.
#[derive(Clone, Debug)]
pub struct Layer {
    pub place: Place,
    pub does: Does,
}

#[derive(Clone, Debug)]
pub enum Does {
    Env(Fact<String>, Text),
    /// A build argument, in scope from here on; `None` has no value.
    Arg(Fact<String>, Option<Text>),
    User(Text),
    Workdir(Option<Fact<Utf8PathBuf>>),
    Run(Run),
    Copy(Box<Copy>),
    Entrypoint(Command),
    Cmd(Command),
    Expose(Vec<Text>),
    Volume(Vec<Text>),
    /// `None` takes away what the base has.
    Healthcheck(Option<Command>),
    Stopsignal(Text),
    Shell(Vec<String>),
}

/// A step of the build, for those who read shells.
#[derive(Clone, Debug)]
pub struct Run {
    pub form: Form,
    pub heredocs: Vec<Heredoc>,
    /// The values of `--mount`.
    pub mounts: Vec<Fact<String>>,
}

/// The words of each command in the text of a `RUN`, as far as nobody has to be a shell to tell them
/// apart.
pub fn commands(text: &str) -> impl Iterator<Item = SplitWhitespace<'_>> {
    text.split(['\n', ';', '&', '|']).map(str::split_whitespace)
}

/// A `RUN`, and what it runs under.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    pub place: Place,
    pub run: &'a Run,
    pub user: Option<Fact<String>>,
    pub workdir: Option<Fact<Utf8PathBuf>>,
    pub shell: Vec<String>,
}

/// `COPY` or `ADD`.
#[derive(Clone, Debug)]
pub struct Copy {
    pub from: From,
    pub sources: Vec<Text>,
    /// Files written in the Dockerfile itself: their names and contents.
    pub inline: Vec<(String, Place)>,
    /// Absolute; `None` if an unknown base's working directory decides, or a variable does.
    pub destination: Option<Fact<Utf8PathBuf>>,
    /// Written as an absolute path, so that no working directory has a part in it.
    pub is_absolute: bool,
    /// It ends with a slash: what comes is put into it.
    pub into: bool,
    pub chown: Option<Fact<String>>,
    pub chmod: Option<Fact<String>>,
    /// `ADD`, which also fetches and unpacks.
    pub adds: bool,
    /// `--parents` keeps the folders of a source.
    pub parents: bool,
    /// `--exclude`: what of a source is left out, from there.
    pub exclude: Ignore,
}

/// Where `COPY` takes from.
#[derive(Clone, Debug)]
pub enum From {
    Context,
    Stage(usize),
    /// Another image, or an additional context of the build.
    Elsewhere(Text),
}

/// What is run, and how.
#[derive(Clone, Debug)]
pub struct Command {
    pub place: Place,
    pub form: Form,
    /// What the shell form is handed to.
    pub shell: Vec<String>,
}

/// Half of how a container is started. Compose may replace either.
#[derive(Clone, Debug)]
pub enum Start {
    Written(Command),
    /// What the base is known to have, at its name.
    Stock(&'static [&'static str], Place),
}

/// What a shell form is handed to before any `SHELL` (Dockerfile reference, "SHELL").
pub(super) fn default_shell() -> Vec<String> {
    vec!["/bin/sh".to_owned(), "-c".to_owned()]
}

impl Layer {
    pub(super) fn user(&self) -> Option<&Text> {
        let Does::User(user) = &self.does else { return None };
        Some(user)
    }

    pub(super) fn entrypoint(&self) -> Option<&Command> {
        let Does::Entrypoint(command) = &self.does else { return None };
        Some(command)
    }

    pub(super) fn command(&self) -> Option<&Command> {
        let Does::Cmd(command) = &self.does else { return None };
        Some(command)
    }

    pub(super) fn exposed(&self) -> &[Text] {
        let Does::Expose(ports) = &self.does else { return &[] };
        ports
    }

    pub(super) fn volumes(&self) -> &[Text] {
        let Does::Volume(paths) = &self.does else { return &[] };
        paths
    }

    pub(super) fn healthcheck(&self) -> Option<Option<&Command>> {
        let Does::Healthcheck(command) = &self.does else { return None };
        Some(command.as_ref())
    }

    pub fn copy(&self) -> Option<&Copy> {
        let Does::Copy(copy) = &self.does else { return None };
        Some(copy)
    }
}
