//! What variables hold and which commands are run, as far as a script itself tells.
//!
//! Branches are taken only if their condition is known; else what they do is uncertain. The files
//! that a script loads are asked for, and leave the environment open if nobody has them.

use super::word::Word;
use crate::fact::{Environment, Fact, Lookup, Open, Origin, Supplied};
use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::shell::{
    Assignment, Command, Compound, CompoundKind, Connector, Flavour, Item, Script, Simple, Value,
};
use std::collections::HashMap;
use std::sync::Arc;

mod builtin;
mod expand;

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

impl<'a> State<'a> {
    fn list<'s: 'a>(&mut self, list: &'s [Item], context: Context) -> Status {
        let mut status = Some(true);
        let mut skipping = false;
        for (index, item) in list.iter().enumerate() {
            if self.stopped {
                return None;
            }
            let mut here = context;
            match (item.connector, status) {
                (Connector::Then, _) => skipping = false,
                (Connector::And, Some(false)) | (Connector::Or, Some(true)) => skipping = true,
                (Connector::And, Some(true)) | (Connector::Or, Some(false)) => skipping = false,
                (Connector::And | Connector::Or, None) => {
                    skipping = false;
                    here.conditional = true;
                }
                (Connector::Pipe, _) => {}
            }
            if skipping {
                continue;
            }
            let next = list.get(index + 1).map(|next| next.connector);
            here.apart |= item.piped || item.background;
            here.handled |= item.negated
                || matches!(next, Some(Connector::Or | Connector::And | Connector::Pipe));
            status = self.command(&item.command, here);
            if item.negated {
                status = status.map(|it| !it);
            }
            if item.background {
                status = Some(true);
            }
        }
        status
    }

    fn command<'s: 'a>(&mut self, command: &'s Command, context: Context) -> Status {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            self.stopped = true;
            return None;
        }
        match command {
            Command::Simple(simple) => self.simple(simple, context),
            Command::Function { name, body } => {
                self.functions.insert(name, body);
                Some(true)
            }
            Command::Compound(compound) => self.compound(compound, context),
        }
    }

    fn compound<'s: 'a>(&mut self, compound: &'s Compound, context: Context) -> Status {
        let uncertain = Context { conditional: true, ..context };
        match &compound.kind {
            CompoundKind::Group => self.lists(&compound.lists, context),
            CompoundKind::Subshell => {
                self.lists(&compound.lists, Context { apart: true, ..context });
                None
            }
            CompoundKind::If => self.conditional(&compound.lists, context),
            CompoundKind::While => {
                let [condition, body @ ..] = compound.lists.as_slice() else { return None };
                self.list(condition, Context { handled: true, ..context });
                self.lists(body, uncertain);
                None
            }
            CompoundKind::For { variable } => {
                let why = "it is the variable of a loop";
                self.assign(
                    variable,
                    Fact::at(Supplied::Unknown(why.into()), compound.place),
                    uncertain,
                );
                self.lists(&compound.lists, uncertain);
                None
            }
            CompoundKind::Case { subject, patterns } => {
                match self.chosen(subject, patterns) {
                    Some(Some(chosen)) => {
                        return compound
                            .lists
                            .get(chosen)
                            .and_then(|list| self.list(list, context));
                    }
                    Some(None) => return Some(true),
                    None => self.lists(&compound.lists, uncertain),
                };
                None
            }
            CompoundKind::Test { words } => self.test(words),
        }
    }

    fn lists<'s: 'a>(&mut self, lists: &'s [super::List], context: Context) -> Status {
        let mut status = Some(true);
        for list in lists {
            status = self.list(list, context);
        }
        status
    }

    fn conditional<'s: 'a>(&mut self, lists: &'s [super::List], context: Context) -> Status {
        let mut lists = lists;
        let mut inside = context;
        loop {
            match lists {
                [condition, body, rest @ ..] => {
                    match self.list(condition, Context { handled: true, ..inside }) {
                        Some(true) => return self.list(body, inside),
                        Some(false) => {}
                        None => {
                            inside.conditional = true;
                            self.list(body, inside);
                        }
                    }
                    lists = rest;
                }
                [otherwise] => {
                    let status = self.list(otherwise, inside);
                    return status.filter(|_| !inside.conditional);
                }
                [] => return (!inside.conditional).then_some(true),
            }
        }
    }

    fn simple<'s: 'a>(&mut self, simple: &'s Simple, context: Context) -> Status {
        if simple.words.is_empty() {
            return self.assignments(simple, context);
        }
        let name = simple.words[0].literal();
        let name = name.as_ref().map(|name| name.as_str()).unwrap_or_default();
        if let Some(body) = self.functions.get(name).copied() {
            if self.calls == DEEPEST_CALL {
                return None;
            }
            self.calls += 1;
            let status = self.compound(body, context);
            self.calls -= 1;
            return status;
        }
        match self.builtin(name, simple, context) {
            Some(status) => status,
            None => self.external(simple, 0, false, context),
        }
    }

    fn assignments(&mut self, simple: &Simple, context: Context) -> Status {
        let mut status = Some(true);
        for assignment in &simple.assignments {
            let value = self.assigned(assignment)?;
            if matches!(&assignment.value, Value::Word(word) if word.has_command()) {
                status = None;
            }
            self.assign(&assignment.name, value, context);
        }
        status
    }

    /// A program is started with the words from `skip` on.
    fn external(&mut self, simple: &Simple, skip: usize, exec: bool, context: Context) -> Status {
        let arguments: Vec<_> =
            simple.words[skip..].iter().flat_map(|word| self.fields(word)).collect();
        // Words that come to nothing leave the assignments to the shell itself.
        if arguments.is_empty() {
            return self.assignments(simple, context);
        }
        let mut assignments = Vec::new();
        for assignment in &simple.assignments {
            let value = self.assigned(assignment)?;
            assignments.push((assignment.name.clone(), value));
        }
        if self.outcome.ran.len() >= MOST_RAN {
            return None;
        }
        let exported = self.variables.iter().filter_map(|(name, variable)| {
            let variable = variable.as_ref().filter(|it| it.exported)?;
            Some((name.clone(), variable.value.clone()))
        });
        let ran = Ran {
            exported: exported.collect(),
            arguments,
            assignments,
            opened: self.outcome.opened.clone(),
            exec,
            conditional: context.conditional,
            apart: context.apart,
            failure_ignored: context.handled || !self.exit_on_error,
            directory: self.directory.clone(),
            place: simple.place,
        };
        self.outcome.ran.push(ran);
        None
    }

    /// The value of an assignment; `None` if the shell gives up on it.
    fn assigned(&mut self, assignment: &Assignment) -> Option<Fact<Supplied>> {
        let Value::Word(word) = &assignment.value else {
            let why = "it is an array, which no process inherits";
            return Some(Fact::at(Supplied::Unknown(why.into()), assignment.place));
        };
        let before = match assignment.appends {
            true => Some(self.look_up(&assignment.name)),
            false => None,
        };
        let place = match word.parts.is_empty() {
            true => assignment.place,
            false => word.place(),
        };
        let value = self.cook(word, place, before);
        if self.stopped { None } else { Some(value) }
    }

    fn assign(&mut self, name: &str, value: Fact<Supplied>, context: Context) {
        if context.apart {
            return;
        }
        let before = self.index.get(name).and_then(|at| self.variables[*at].1.as_ref());
        let exported = self.exports_all
            || before.map_or_else(|| !self.caller.layers(name).is_empty(), |it| it.exported);
        let is_same = before.is_some_and(|it| it.value.value == value.value);
        let value = match context.conditional && !is_same {
            true => {
                let why: Arc<str> = "it is set in a branch of a script".into();
                value.map(|_| match before.is_some() {
                    true => Supplied::Unknown(why),
                    false => Supplied::Perhaps(why),
                })
            }
            false => value,
        };
        self.put(name, Variable { value, exported });
    }

    fn put(&mut self, name: &str, variable: Variable) {
        if let Some(at) = self.index.insert(name.to_owned(), self.variables.len()) {
            self.variables[at].1 = None;
        }
        self.variables.push((name.to_owned(), Some(variable)));
    }

    fn unset(&mut self, name: &str, place: Place, context: Context) {
        let removed = match context.conditional {
            true => Supplied::Unknown("it is unset in a branch of a script".into()),
            false => Supplied::Removed,
        };
        self.put(name, Variable { value: Fact::at(removed, place), exported: true });
    }

    fn look_up(&self, name: &str) -> Lookup {
        let known = self.index.get(name).and_then(|at| self.variables[*at].1.as_ref());
        if let Some(variable) = known {
            let fact = &variable.value;
            return match &fact.value {
                Supplied::Value(value) => Lookup::Set(fact.map(|_| value.clone())),
                Supplied::Unknown(why) | Supplied::Perhaps(why) => {
                    Lookup::Unknown(fact.map(|_| why.clone()))
                }
                Supplied::Removed => Lookup::Absent,
            };
        }
        let found = self.caller.get(name);
        let opened = self.outcome.opened.first().filter(|_| matches!(found, Lookup::Absent));
        match opened {
            Some(open) => {
                let origin = open.place.map_or(Origin::UNSEEN, Origin::At);
                Lookup::Unknown(Fact::new(open.why.clone(), origin))
            }
            None => found,
        }
    }

    /// The environment as a file sees it that is loaded now.
    fn environment(&self) -> Environment {
        let mut environment = self.caller.clone();
        for (name, variable) in &self.variables {
            if let Some(variable) = variable {
                environment.set(name.clone(), variable.value.clone());
            }
        }
        for open in &self.outcome.opened {
            environment.open(&open.why, open.place);
        }
        environment
    }

    fn give_up(&mut self, place: Place, message: impl Into<String>) {
        self.outcome.refused.get_or_insert(Problem::new(place, message));
        self.stopped = true;
    }
}

impl Word {
    /// Whether its value is that of commands.
    fn has_command(&self) -> bool {
        use super::PartKind;
        self.parts.iter().any(|part| matches!(part.kind, PartKind::Command(_)))
    }
}
