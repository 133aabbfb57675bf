//! What variables hold and which commands are run, as far as a script itself tells.
//!
//! Branches are taken only if their condition is known; else what they do is uncertain. The files
//! that a script loads are asked for, and leave the environment open if nobody has them.

use crate::fact::{Environment, Fact, Open, Supplied};
use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::dotenv::Dialect;
use crate::syntax::shell::evaluate::minded::Frame;
use crate::syntax::shell::evaluate::rounds::Round;
use crate::syntax::shell::{Compound, Flavour, PartKind, Script, Word};
use std::collections::HashMap;
use std::sync::Arc;

mod builtin;
mod condition;
mod expand;
mod failure;
mod minded;
mod own_folder;
mod rounds;
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
    /// Where it reads and writes, each behind its operator.
    pub redirects: Vec<(String, Fact<String>)>,
    /// It replaces the shell.
    pub exec: bool,
    /// Whether it runs depends on what is not in view.
    pub conditional: bool,
    /// That is more than whether the commands before it succeed.
    pub optional: bool,
    /// It runs in the background, in a pipe or a subshell.
    pub apart: bool,
    pub on_failure: OnFailure,
    /// The working directory that `cd` chose, if any did.
    pub directory: Option<Fact<String>>,
    pub place: Place,
}

/// What becomes of a script when a command of it fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// It fails as well, and nothing behind the command runs.
    #[default]
    Stops,
    /// What stands behind `&&` is left out, up to this number of [`Outcome::ran`].
    Skips(usize),
    /// Something else is tried, which may do as well: it begins with this number of
    /// [`Outcome::ran`]; `None` where no program has a part in it.
    Tries(Option<usize>),
    /// It goes on: by what stands behind `||`, or for want of `set -e`.
    GoesOn(Option<Place>),
    /// An `if` asks, and goes on either way.
    Tested,
}

/// A file that a script takes variables from, or a launcher.
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
    /// A program reads it for what it starts.
    Library(Dialect),
}

/// What a file sets.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Each variable, and whether the file itself exports it.
    pub variables: Vec<(String, Fact<Supplied>, bool)>,
    /// Why there may be more of them.
    pub more: Option<Arc<str>>,
}

/// Says what a file sets when it is loaded with this environment; `None` if it is not in view. A path
/// is relative only where nobody knows from where.
pub type Loader<'a> = &'a dyn Fn(&Load, &Environment) -> Option<Loaded>;

#[derive(Debug, Default)]
pub struct Outcome {
    pub ran: Vec<Ran>,
    /// Every variable that the script set, and whether it exports it.
    pub variables: Vec<(String, Fact<Supplied>, bool)>,
    pub opened: Vec<Open>,
    pub loads: Vec<Load>,
    /// Where the shell gives up while it runs, as at `${X:?}`.
    pub refused: Option<Problem>,
    /// The variable for want of which it does.
    pub unset: Option<(String, Place)>,
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
    /// `-e` in its call or its first line.
    pub exits_on_error: bool,
    pub environment: &'a Environment,
    /// `$0`, if it is known.
    pub name: Option<&'a Fact<String>>,
    /// Where it is called, if that is known.
    pub directory: Option<&'a Fact<String>>,
    /// What stands behind its name; `None` if that is not known.
    pub arguments: Option<&'a [Argument]>,
    pub load: Loader<'a>,
}

pub fn run(script: &Script, call: Call<'_>) -> Outcome {
    let mut state = State {
        flavour: call.flavour,
        caller: call.environment,
        load: call.load,
        name: call.name,
        called_in: call.directory,
        arguments: call.arguments.map(<[Argument]>::to_vec),
        variables: Vec::new(),
        index: HashMap::new(),
        arrays: HashMap::new(),
        exports_all: false,
        exit_on_error: call.exits_on_error,
        directory: None,
        functions: HashMap::new(),
        outcome: Outcome::default(),
        steps: 0,
        calls: 0,
        chains: Vec::new(),
        answers: Vec::new(),
        frames: Vec::new(),
        stopped: false,
        uncertain: false,
        returning: false,
        may_have_returned: false,
        round: None,
    };
    state.list(&script.list, Context { last: true, ..Context::default() });
    state.number_failures();
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
    name: Option<&'a Fact<String>>,
    called_in: Option<&'a Fact<String>>,
    arguments: Option<Vec<Argument>>,
    /// In the order of their last assignment; `None` where a later one took over.
    variables: Vec<(String, Option<Variable>)>,
    index: HashMap<String, usize>,
    /// bash's arrays, as far as each of their words is known.
    arrays: HashMap<String, Vec<Argument>>,
    exports_all: bool,
    exit_on_error: bool,
    directory: Option<Fact<String>>,
    functions: HashMap<&'a str, &'a Compound>,
    outcome: Outcome,
    steps: usize,
    calls: usize,
    /// How many commands had run when each list of `&&` was over.
    chains: Vec<usize>,
    /// The first command of each answer to a failure.
    answers: Vec<Option<usize>>,
    /// What stands around the command that is looked at, from the outside in.
    frames: Vec<Frame<'a>>,
    stopped: bool,
    /// Whether the command that is looked at may as well not run, or runs in a shell of its own.
    uncertain: bool,
    /// Whether only the function that is being called has stopped.
    returning: bool,
    /// Whether a `return` of that function may have been taken.
    may_have_returned: bool,
    /// How the round ends of the loop that is followed one by one, if it is in one.
    round: Option<Round>,
}

/// What the failures of the commands in a list have led to so far.
#[derive(Debug, Default)]
struct Ends {
    /// The list of `&&` that one is in, among [`State::chains`].
    chain: Option<usize>,
    /// The answers to them: where each stands in the list, and in [`State::answers`].
    answers: Vec<(usize, usize)>,
}

/// What is known of the commands in a list.
#[derive(Clone, Copy, Debug, Default)]
struct Context {
    conditional: bool,
    optional: bool,
    apart: bool,
    /// Nothing of the script follows.
    last: bool,
    /// What a failure leads to, if `set -e` is not asked.
    answered: Option<OnFailure>,
    /// What the failure of this very command leads to.
    on_failure: OnFailure,
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
