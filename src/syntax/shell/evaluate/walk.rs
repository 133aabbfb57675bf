//! Commands in their order, and which branches are taken.

use crate::fact::{Fact, Supplied};
use crate::syntax::shell::evaluate::minded::Frame;
use crate::syntax::shell::evaluate::{
    Context, DEEPEST_CALL, Ends, MOST_RAN, MOST_STEPS, OnFailure, Ran, State, Status, Variable,
};
use crate::syntax::shell::{
    Command, Compound, CompoundKind, Connector, Item, List, Simple, Value, Word,
};

impl<'a> State<'a> {
    pub(super) fn list<'s: 'a>(&mut self, list: &'s [Item], context: Context) -> Status {
        let outside = self.frames.len();
        let status = self.items(list, context);
        self.frames.truncate(outside);
        status
    }

    fn items<'s: 'a>(&mut self, list: &'s [Item], context: Context) -> Status {
        let outside = self.frames.len();
        let mut status = Some(true);
        let mut skipping = false;
        let mut ends = Ends::default();
        for (index, item) in list.iter().enumerate() {
            if self.stopped {
                return None;
            }
            if item.connector == Connector::Then {
                self.end_chain(ends.chain.take());
            }
            self.frames.truncate(outside);
            self.frames.push(Frame::List(&list[index + 1..]));
            let mut here = context;
            match (item.connector, status) {
                (Connector::Then, _) => skipping = false,
                (Connector::And, Some(false)) | (Connector::Or, Some(true)) => skipping = true,
                (Connector::And, Some(true)) | (Connector::Or, Some(false)) => skipping = false,
                (Connector::And | Connector::Or, None) => {
                    skipping = false;
                    here.conditional = true;
                    let before = index.checked_sub(1).map(|it| &list[it].command);
                    here.optional |= item.connector == Connector::Or || before.is_none_or(asks);
                }
                (Connector::Pipe, _) => {}
            }
            if skipping {
                continue;
            }
            here.apart |= item.piped || item.background;
            here.on_failure = self.on_failure(list, index, context, &mut ends);
            here = self.inside(list, index, here);
            let began = self.outcome.ran.len();
            status = self.command(&item.command, here);
            self.end_answer(index, began, &ends);
            if item.negated {
                status = status.map(|it| !it);
            }
            if item.background {
                status = Some(true);
            }
        }
        self.end_chain(ends.chain);
        status
    }

    pub(super) fn command<'s: 'a>(&mut self, command: &'s Command, context: Context) -> Status {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            self.stopped = true;
            return None;
        }
        let outside = self.uncertain;
        self.uncertain = context.conditional || context.apart;
        let status = match command {
            Command::Simple(simple) => self.simple(simple, context),
            Command::Function { name, body } => {
                self.functions.insert(name, body);
                Some(true)
            }
            Command::Compound(compound) => self.compound(compound, context),
        };
        self.uncertain = outside;
        status
    }

    pub(super) fn compound<'s: 'a>(&mut self, compound: &'s Compound, context: Context) -> Status {
        let uncertain = Context { conditional: true, optional: true, ..context };
        let looped = Context { last: false, ..uncertain };
        match &compound.kind {
            CompoundKind::Group => self.lists(&compound.lists, context),
            CompoundKind::Subshell => {
                self.lists(&compound.lists, Context { apart: true, ..context });
                None
            }
            CompoundKind::If => self.conditional(&compound.lists, context),
            CompoundKind::While => {
                let [condition, body @ ..] = compound.lists.as_slice() else { return None };
                if self.takes_arguments(compound, condition, body, context) {
                    return None;
                }
                // It is tried again.
                self.list(condition, Context { answered: Some(OnFailure::Stops), ..context });
                self.looped(compound, body, looped);
                None
            }
            CompoundKind::For { variable, .. } => {
                let why = "it is the variable of a loop";
                self.assign(
                    variable,
                    Fact::at(Supplied::Unknown(why.into()), compound.place),
                    uncertain,
                );
                self.looped(compound, &compound.lists, looped);
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

    fn looped<'s: 'a>(&mut self, compound: &'s Compound, body: &'s [List], context: Context) {
        self.frames.push(Frame::Loop(compound));
        self.lists(body, context);
        self.frames.pop();
    }

    pub(super) fn lists<'s: 'a>(&mut self, lists: &'s [List], context: Context) -> Status {
        let mut status = Some(true);
        for list in lists {
            status = self.list(list, context);
        }
        status
    }

    pub(super) fn conditional<'s: 'a>(&mut self, lists: &'s [List], context: Context) -> Status {
        let answered = Some(self.tested(lists));
        let mut lists = lists;
        let mut inside = context;
        loop {
            match lists {
                [condition, body, rest @ ..] => {
                    match self.list(condition, Context { answered, ..inside }) {
                        Some(true) => return self.list(body, inside),
                        Some(false) => {}
                        None => {
                            inside.conditional = true;
                            inside.optional = true;
                            self.list(body, inside);
                            self.fill(condition, body);
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

    /// After `if [ -z "$NAME" ]; then NAME=…; fi` it is set whichever way the script went.
    fn fill(&mut self, condition: &List, body: &List) {
        let Some(name) = asked_for(condition).filter(|name| sets(body, name)) else { return };
        let at = self.index.get(name).copied();
        let known = at.and_then(|at| self.variables[at].1.as_mut());
        if let Some(Variable { value, .. }) = known
            && let Supplied::Perhaps(why) = &value.value
        {
            *value = value.map(|_| Supplied::Unknown(why.clone()));
        }
    }

    pub(super) fn simple<'s: 'a>(&mut self, simple: &'s Simple, context: Context) -> Status {
        if simple.words.is_empty() {
            return self.assignments(simple, context);
        }
        let name = simple.words[0].literal();
        let name = name.as_ref().map(|name| name.as_str()).unwrap_or_default();
        if let Some(body) = self.functions.get(name).copied() {
            if self.calls == DEEPEST_CALL {
                return None;
            }
            return self.function(body, simple, context);
        }
        match self.builtin(name, simple, context) {
            Some(status) => status,
            None => self.external(simple, 0, false, context),
        }
    }

    /// What a function does has the words behind its name as `$1` and so on, and `return` ends no
    /// more than it.
    fn function(&mut self, body: &'a Compound, simple: &Simple, context: Context) -> Status {
        let given = simple.words[1..].iter().flat_map(|word| self.fields(word)).collect();
        let of_caller = self.arguments.replace(given);
        let may_have_returned = std::mem::take(&mut self.may_have_returned);
        self.calls += 1;
        self.frames.push(Frame::Function);
        let status = self.compound(body, context);
        self.frames.pop();
        self.calls -= 1;
        self.may_have_returned = may_have_returned;
        self.arguments = of_caller;
        if std::mem::take(&mut self.returning) {
            self.stopped = false;
        }
        status
    }

    pub(super) fn assignments(&mut self, simple: &Simple, context: Context) -> Status {
        let mut status = Some(true);
        for assignment in &simple.assignments {
            let value = self.assigned(assignment)?;
            if matches!(&assignment.value, Value::Word(word) if word.has_command()) {
                status = None;
            }
            self.assign_array(assignment, context);
            self.assign(&assignment.name, value, context);
        }
        status
    }

    /// A program is started with the words from `skip` on.
    pub(super) fn external(
        &mut self,
        simple: &Simple,
        skip: usize,
        exec: bool,
        context: Context,
    ) -> Status {
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
        // The shell makes one word of what stands there (POSIX, XCU 2.7).
        let redirects = simple.redirects.iter().filter_map(|it| {
            let [target] = <[_; 1]>::try_from(self.fields(&it.target)).ok()?;
            Some((it.operator.clone(), target.text))
        });
        let redirects = redirects.collect::<Vec<_>>();
        let exported = self.variables.iter().filter_map(|(name, variable)| {
            let variable = variable.as_ref().filter(|it| it.exported)?;
            Some((name.clone(), variable.value.clone()))
        });
        let ran = Ran {
            redirects,
            exported: exported.collect(),
            arguments,
            assignments,
            opened: self.outcome.opened.clone(),
            exec,
            conditional: context.conditional,
            optional: context.optional,
            apart: context.apart,
            on_failure: context.on_failure,
            directory: self.directory.clone(),
            place: simple.place,
        };
        self.outcome.ran.push(ran);
        None
    }
}

/// Whether a command is there to find something out, and nothing is wrong if it fails.
fn asks(command: &Command) -> bool {
    const ASKING: &[&str] =
        &["[", "test", "grep", "which", "command", "type", "hash", "pgrep", "diff"];
    match command {
        Command::Simple(simple) => {
            simple.words.first().is_none_or(|it| ASKING.contains(&it.raw.as_str()))
        }
        Command::Compound(_) | Command::Function { .. } => true,
    }
}

/// The variable of which a list asks whether it is empty, and nothing else.
fn asked_for(list: &List) -> Option<&str> {
    let [item] = list.as_slice() else { return None };
    let Command::Simple(Simple { words, .. }) = &item.command else { return None };
    let words = words.iter().filter(|it| !(it.is_bare("]") || it.is_bare("]]")));
    match words.collect::<Vec<_>>()[..] {
        [test, option, of] if ["[", "[[", "test"].iter().any(|it| test.is_bare(it)) => {
            of.variable_behind("").filter(|_| option.is_bare("-z"))
        }
        _ => None,
    }
}

/// Whether one of its own commands sets a variable.
fn sets(list: &List, name: &str) -> bool {
    list.iter().any(|item| {
        let Command::Simple(simple) = &item.command else { return false };
        let exports = simple.words.first().is_some_and(|it| it.is_bare("export"));
        let is_it = |it: &Word| {
            it.raw.as_str().strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
        };
        exports && simple.words.iter().any(is_it)
            || simple.words.is_empty() && simple.assignments.iter().any(|it| it.name == name)
    })
}
