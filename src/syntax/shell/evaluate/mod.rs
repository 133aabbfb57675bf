//! What variables hold and which commands are run, as far as a script itself tells.
//!
//! Branches are taken only if their condition is known; else what they do is uncertain. The files
//! that a script loads are asked for, and leave the environment open if nobody has them.

use crate::fact::{Environment, Fact, Open, Supplied};
use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::shell::{Compound, Flavour, PartKind, Script, Word};
use std::collections::HashMap;

mod builtin;
mod expand;
mod variables;
mod walk;

pub use expand::Argument;

/// A command that is no builtin of the shell.
#[derive(Clone, Debug)]
pub struct Ran {
    pub arguments: Vec<Argument>,
    /// Set for this command alone: `A=b command`.
    pub assignments: Vec<(String, Fact<Supplied>)>,
    /// What the script itself has exported by then, over its caller's environment.
    pub exported: Vec<(String, Fact<Supplied>)>,
    /// The files that were loaded by then and are not in view.
    pub opened: Vec<Open>,
    /// It replaces the shell.
    pub exec: bool,
    /// Whether it runs depends on what is not in view.
    pub conditional: bool,
    /// It runs in the background, in a pipe or a subshell.
    pub apart: bool,
    /// Its failure does not stop the script: no `set -e`, or `||` behind it.
    pub failure_ignored: bool,
    /// The working directory that `cd` chose, if any did.
    pub directory: Option<Fact<String>>,
    pub place: Place,
}

/// A file that a script takes variables from.
#[derive(Clone, Debug)]
pub struct Load {
    pub path: Fact<String>,
    pub how: How,
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// `. file`
    Source,
    /// `export $(… file | xargs)`
    Xargs,
}

/// Says what a file sets when it is loaded with this environment; `None` if it is not in view.
pub type Loader<'a> = &'a dyn Fn(&Load, &Environment) -> Option<Vec<(String, Fact<Supplied>)>>;

#[derive(Debug, Default)]
pub struct Outcome {
    pub ran: Vec<Ran>,
    /// Every variable that the script set, and whether it exports it.
    pub variables: Vec<(String, Fact<Supplied>, bool)>,
    pub opened: Vec<Open>,
    pub loads: Vec<Load>,
    /// Where the shell gives up while it runs, as at `${X:?}`.
    pub refused: Option<Problem>,
}

/// Calls and commands together; a chain of functions could double with each link.
const MOST_STEPS: usize = 20_000;

/// Commands that are told of; a script of a deployment runs a few dozen.
const MOST_RAN: usize = 1_000;

/// Functions that call each other.
const DEEPEST_CALL: usize = 12;

/// How a script is called.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub flavour: Flavour,
    pub environment: &'a Environment,
    /// What stands behind its name; `None` if that is not known.
    pub arguments: Option<&'a [Argument]>,
    pub load: Loader<'a>,
}

pub fn run(script: &Script, call: Call<'_>) -> Outcome {
    let mut state = State {
        flavour: call.flavour,
        caller: call.environment,
        load: call.load,
        arguments: call.arguments.map(<[Argument]>::to_vec),
        variables: Vec::new(),
        index: HashMap::new(),
        exports_all: false,
        exit_on_error: false,
        directory: None,
        functions: HashMap::new(),
        outcome: Outcome::default(),
        steps: 0,
        calls: 0,
        stopped: false,
    };
    state.list(&script.list, Context::default());
    let variables = state.variables.into_iter().filter_map(|(name, variable)| {
        let variable = variable?;
        Some((name, variable.value, variable.exported))
    });
    state.outcome.variables = variables.collect();
    state.outcome
}

#[derive(Clone, Debug)]
struct Variable {
    value: Fact<Supplied>,
    exported: bool,
}

struct State<'a> {
    flavour: Flavour,
    caller: &'a Environment,
    load: Loader<'a>,
    arguments: Option<Vec<Argument>>,
    /// In the order of their last assignment; `None` where a later one took over.
    variables: Vec<(String, Option<Variable>)>,
    index: HashMap<String, usize>,
    exports_all: bool,
    exit_on_error: bool,
    directory: Option<Fact<String>>,
    functions: HashMap<&'a str, &'a Compound>,
    outcome: Outcome,
    steps: usize,
    calls: usize,
    stopped: bool,
}

/// What is known of the commands in a list.
#[derive(Clone, Copy, Debug, Default)]
struct Context {
    conditional: bool,
    apart: bool,
    handled: bool,
}

/// Success, failure, or nobody knows.
type Status = Option<bool>;

impl State<'_> {
    fn give_up(&mut self, place: Place, message: impl Into<String>) {
        self.outcome.refused.get_or_insert(Problem::new(place, message));
        self.stopped = true;
    }
}

impl Word {
    /// Whether its value is that of commands.
    fn has_command(&self) -> bool {
        self.parts.iter().any(|part| matches!(part.kind, PartKind::Command(_)))
    }
}
