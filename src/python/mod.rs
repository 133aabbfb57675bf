//! Settings modules evaluated as Python would, without running anything.
//!
//! [`evaluate`] follows a module and all that it imports from the tree, under one environment, and
//! says what each name is bound to, where that was decided, which variables were asked for and what
//! would be raised. What it cannot know is unknown, with the reason; it never guesses. It reads no
//! disk: what it needs and was not given is named in [`Evaluation::wants`].

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what Python does not define for a kind of object is one case, whatever kinds there are"
)]

use crate::fact::{Certainty, Environment, Evidence, Fact, Origin, symbol};
use crate::source::{FileId, Place};
use crate::syntax::python::ast::Module;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

mod builtin;
mod checkout;
mod configured;
mod construct;
mod data;
mod default;
mod encode;
mod envfile;
mod environ;
mod evaluate;
mod fabric;
mod files;
mod introspect;
mod library;
mod listing;
mod literal;
mod loaded;
mod machine;
mod native;
mod paths;
mod pattern;
mod plain;
mod public;
mod read;
mod secrets;
mod site;
mod superusers;
mod value;
mod version;
mod yaml;

pub use checkout::Checkout;
pub use default::{default_since, django_default, django_steps};
pub use encode::json;
pub use evaluate::{evaluate, evaluate_alone, evaluate_beside_empty, evaluate_given, start};
pub use fabric::server_passwords;
pub use listing::{listing, why};
pub use loaded::Loaded;
pub use read::{Answer, Default, Read, StandsIn, lacking};
pub use secrets::secrets;
pub use superusers::{staff_passwords, superuser_password};
pub use value::{Dict, Entry, Value};
pub use version::{VERSIONED, Versions};

#[cfg(test)]
pub(crate) use library::broken as broken_models;

/// Gets ready what evaluating a module will ask for, beside other work.
pub fn read_ahead(module: &Module) {
    library::read_ahead(module);
}

/// Whether a top-level module is of Python's own library.
pub fn is_standard(top: &str) -> bool {
    library::is_standard(top)
}

/// The packages that a module is in, from the outermost, and the module itself: Python runs each before
/// what is in it (the language reference, "Packages").
pub fn from_outermost(module: &str) -> impl Iterator<Item = &str> {
    let ends = module.match_indices('.').map(|(at, _)| at).chain([module.len()]);
    ends.map(|end| &module[..end])
}

/// Whether Django itself reads a setting, in any version.
pub fn knows_setting(name: &str) -> bool {
    settings().any(|it| it == name)
}

/// Every setting that Django itself reads.
pub fn settings() -> impl Iterator<Item = &'static str> {
    default::names()
}

/// The part of a path that stands for wherever the repository lies.
pub const CHECKOUT: &str = crate::fact::symbol::CHECKOUT;

/// What there is at a path of the tree.
#[derive(Clone, Debug)]
pub enum Found<'a> {
    Module {
        file: FileId,
        module: &'a Module,
        text: &'a str,
    },
    Text {
        file: FileId,
        text: &'a str,
    },
    /// It exists and was not loaded.
    Unread,
    /// The names in it.
    Directory(Vec<String>),
    Absent,
}

/// The tree, as far as it was loaded. Paths are those of [`source::File`](crate::source::File),
/// the empty one is the tree itself.
pub trait Files: Sync {
    fn find(&self, path: &Utf8Path) -> Found<'_>;
    /// The same for a file that is looked for in one folder after the other, so that nothing says
    /// that it belongs into this one.
    fn search(&self, path: &Utf8Path) -> Found<'_> {
        self.find(path)
    }
    /// Whether a file that is not there may be where the settings run.
    fn may_appear(&self, _path: &Utf8Path) -> bool {
        false
    }
    /// The same of an env file that is looked for in one folder after the other: whether it would lie
    /// in this one.
    fn is_expected(&self, _path: &Utf8Path) -> bool {
        false
    }
    /// Whether somebody may put data there that is not in the tree, before the settings run.
    fn may_be_put(&self, _path: &Utf8Path) -> bool {
        false
    }
    /// Takes note of an env file that would be loaded from outside of the tree.
    fn misses_env(&self) {}
    /// Whether a module that is not there is made where the site is set up: git ignores it, or an
    /// example of it lies at its place.
    fn is_made_on_site(&self, _path: &Utf8Path) -> bool {
        false
    }
    /// The files that show how a module is written which is made there: `local.py.example`.
    fn examples(&self, _path: &Utf8Path) -> Vec<Utf8PathBuf> {
        Vec::new()
    }
    /// The module that a file was parsed to.
    fn module(&self, file: FileId) -> Option<&Module>;
}

/// The top-level modules that can be imported besides those of the tree.
#[derive(Clone)]
pub enum Installed<'a> {
    Only(BTreeSet<String>),
    /// Those that this tells, and perhaps others.
    AtLeast(&'a (dyn Fn(&str) -> bool + Sync)),
    Unknown,
}

/// A module, and the process that loads it.
pub struct Request<'a> {
    pub files: &'a dyn Files,
    /// Where imports are looked for inside the tree, in the order of `sys.path`.
    pub roots: &'a [Utf8PathBuf],
    /// The name of the package that those are themselves, whose folder lies on the path as well.
    pub package: Option<&'a str>,
    pub module: &'a str,
    /// What the process runs before it loads the settings. Whatever that puts into the environment
    /// is there for them.
    pub entry: Option<EntryPoint<'a>>,
    pub environment: &'a Environment,
    pub checkout: &'a Checkout,
    /// The working directory in the process's file system.
    pub cwd: Option<Utf8PathBuf>,
    pub installed: Installed<'a>,
    /// The class that `DJANGO_CONFIGURATION` names.
    pub configuration: Option<&'a str>,
    /// Which versions may be installed; none where nothing is known of them.
    pub versions: &'a Versions<'a>,
}

/// `wsgi.py`, `manage.py` and the like.
#[derive(Clone, Copy, Debug)]
pub struct EntryPoint<'a> {
    /// By its dotted name.
    pub module: &'a str,
    /// It is run as a script, and so is `__main__`.
    pub is_script: bool,
}

/// What an entry point leaves in the environment for Django to find, when it starts Django.
#[derive(Clone, Debug, Default)]
pub struct Started {
    /// `DJANGO_SETTINGS_MODULE`; none if nothing sets it, or nobody knows what to.
    pub settings: Option<Fact<String>>,
    /// `DJANGO_CONFIGURATION`.
    pub configuration: Option<Fact<String>>,
    /// On the way it loads an env file that is not in view, and may name either.
    pub misses_env: bool,
    pub wants: BTreeSet<Utf8PathBuf>,
}

/// A module that each machine has for itself, and that settings go on without: `local_settings`.
#[derive(Clone, Debug)]
pub struct OfMachine {
    /// By its dotted name, where it is imported.
    pub module: Fact<String>,
    /// The settings that examples of it in the tree name, be it in a comment.
    pub shown: BTreeSet<String>,
}

/// An exception that leaves the module.
#[derive(Clone, Debug)]
pub struct Raise {
    /// Qualified, built-in ones bare.
    pub kind: String,
    pub message: Option<String>,
    /// The innermost place in the project.
    pub place: Option<Place>,
}

impl Raise {
    /// Whether it is the same thing that goes wrong.
    pub fn is_like(&self, other: &Self) -> bool {
        self.place == other.place && self.message == other.message
    }
}

/// A variable that is asked for and not there, and what Python does about it.
#[derive(Clone, Debug)]
pub struct Missing {
    pub read: Read,
    pub raise: Raise,
}

/// One step of how a value came to be.
#[derive(Clone, Debug)]
pub struct Step {
    pub place: Option<Place>,
    pub text: String,
    /// Here it gets the name that it goes by from then on.
    pub assigns: bool,
}

#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub value: Fact<Value>,
    /// On some way the name is not bound.
    pub perhaps: bool,
    /// The condition on which it is, if that is one.
    pub when: Option<When>,
    /// The branch that the module asked whether it is true, where no branch of its own tells.
    pub truth: Option<u32>,
    /// Of a list with members under conditions: each that it may come to, if that is known.
    pub ways: Vec<Fact<Value>>,
    /// What decided it comes first.
    pub trail: Vec<Step>,
}

/// A condition, by the branch whose outcomes make it true.
#[derive(Clone, Debug)]
pub struct When {
    pub branch: u32,
    pub taken: Vec<bool>,
}

impl Named {
    /// What the name is bound to, or what else holds where it is not; `None` if what decides that is
    /// not one condition.
    pub fn or(&self, otherwise: &Fact<Value>) -> Option<Fact<Value>> {
        let when = self.when.as_ref()?;
        let member = |taken: &bool| if *taken { self.value.clone() } else { otherwise.clone() };
        let members = when.taken.iter().map(member).collect();
        Some(self.value.map(|_| Value::OneOf { branch: when.branch, members }))
    }
}

/// The names of an evaluated module, in the order in which they were bound.
#[derive(Clone, Debug, std::default::Default)]
pub struct Namespace {
    pub names: Vec<Named>,
    /// Why there may be further names.
    pub more: Option<Fact<std::sync::Arc<str>>>,
}

impl Namespace {
    /// What the name is bound to; none if it is surely not bound. A name that may not be bound is
    /// unknown.
    pub fn get(&self, name: &str) -> Option<Fact<Value>> {
        match self.named(name) {
            Some(named) if named.perhaps => {
                let why = "whether it is set depends on what is not known";
                Some(named.value.map(|_| Value::Unknown(why.into())))
            }
            Some(named) => Some(named.value.clone()),
            None => self.more.as_ref().map(|why| why.map(|why| Value::Unknown(why.clone()))),
        }
    }

    /// Has what is bound to one name bound to another as well that nothing else is.
    pub fn call_also(&mut self, name: &str, other: &str) {
        if self.named(other).is_none()
            && let Some(named) = self.named(name).cloned()
        {
            self.names.push(Named { name: other.to_owned(), ..named });
        }
    }

    pub fn named(&self, name: &str) -> Option<&Named> {
        self.names.iter().find(|it| it.name == name)
    }
}

#[derive(Clone, Debug)]
pub struct Evaluation {
    pub outcome: Result<Namespace, Raise>,
    /// What would be bound if Python passed over each statement at which the module stops: likely at
    /// most, as whoever sees it stop changes something.
    pub otherwise: Option<Namespace>,
    /// What some ways through the module raise.
    pub perhaps: Vec<Raise>,
    pub reads: Vec<Read>,
    /// Variables that the module stops without, where they were taken as given; in the order in
    /// which it would.
    pub missing: Vec<Missing>,
    /// Files that exist, were needed and were not loaded: evaluate again with them.
    pub wants: BTreeSet<Utf8PathBuf>,
    /// Modules of the project that were imported and are only there where the site is set up.
    pub left_out: Vec<Fact<String>>,
    /// Modules that may be there or not, and are each machine's own.
    pub of_machine: Vec<OfMachine>,
    /// Modules of each machine's own that the settings stop without.
    pub demanded: Vec<OfMachine>,
    /// Env files that are not there and that the module surely loads where they are, at the calls.
    pub awaited: Vec<Fact<Utf8PathBuf>>,
    /// The files that took part, in the order in which they were run.
    pub modules: Vec<FileId>,
    /// Statements at which evaluation met a bound, and which: what they touch is unknown.
    pub limits: Vec<Fact<String>>,
    /// How many expressions and statements it ran.
    pub steps: usize,
}

impl Evaluation {
    /// The files that Python has to read, the one that it stops at among them: a file that it
    /// refuses takes no part.
    pub fn ran(&self) -> impl Iterator<Item = FileId> {
        let raised = self.outcome.as_ref().err();
        let stopped = raised.filter(|it| it.kind == "SyntaxError").and_then(|it| it.place);
        self.modules.iter().copied().chain(stopped.map(|place| place.file))
    }

    /// Whether the module is there, and surely has no setting at all.
    pub fn is_hollow(&self) -> bool {
        let is_setting = |it: &Named| it.name.chars().all(|c| !c.is_lowercase());
        self.wants.is_empty()
            && self.left_out.is_empty()
            && matches!(&self.outcome, Ok(namespace)
                if namespace.more.is_none() && !namespace.names.iter().any(is_setting))
    }

    /// Says that there may be further names.
    pub fn open(&mut self, why: &str) {
        if let Ok(namespace) = &mut self.outcome {
            namespace.more = Some(Fact::new(why.into(), Origin::UNSEEN));
        }
    }

    /// Takes somebody's word for settings that are there and of which no more is known.
    pub fn take(&mut self, told: &[(&'static str, Fact<Value>)]) {
        let Ok(namespace) = &mut self.outcome else { return };
        for (name, value) in told {
            let Some(named) = namespace.names.iter_mut().find(|it| it.name == *name) else {
                continue;
            };
            let text = named.value.value.text();
            let is_known = text.is_some_and(|it| !symbol::is_symbolic(it))
                || matches!(named.value.value, Value::None);
            if !is_known {
                named.value = value.clone();
                named.perhaps = false;
            }
        }
    }

    /// The names of the module, those of one that stops as if it did not.
    pub fn namespace(&self) -> Option<&Namespace> {
        self.outcome.as_ref().ok().or(self.otherwise.as_ref())
    }

    /// Where a module stops whose names are told as if it did not, and that they are likely for that.
    pub fn stop(&self) -> Option<Fact<()>> {
        let raise = self.outcome.as_ref().err().filter(|_| self.otherwise.is_some())?;
        let at = raise.place.map_or(Origin::UNSEEN, Origin::At);
        Some(Fact::new((), at).doubt(Certainty::Likely, "the settings stop here"))
    }

    /// A setting, if the module could be loaded.
    pub fn get(&self, name: &str) -> Option<Fact<Value>> {
        self.outcome.as_ref().ok()?.get(name)
    }
}

/// What a read found, for those who ask whether a variable is needed.
impl Read {
    /// What the default means to somebody who reads it as a switch.
    pub fn default_switch(&self) -> Option<bool> {
        let text = self.default.as_ref()?.text.as_ref()?;
        match text.trim_matches(['\'', '"']).to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => Some(true),
            "false" | "0" | "no" | "off" | "f" | "n" | "none" | "" => Some(false),
            _ => None,
        }
    }

    pub fn supplied(&self) -> Option<&Evidence> {
        match &self.answer {
            Answer::Set(evidence) | Answer::Loaded(evidence) => Some(evidence),
            Answer::Absent | Answer::Unknown(_) => None,
        }
    }
}
