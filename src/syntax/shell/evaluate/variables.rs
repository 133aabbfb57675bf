//! What variables hold while a script runs.

use crate::fact::{Environment, Fact, Lookup, Origin, Piece, Supplied, pieces};
use crate::source::Place;
use crate::syntax::shell::evaluate::{Argument, Context, State, Variable};
use crate::syntax::shell::{Assignment, Value};
use std::sync::Arc;

/// Of longer arrays nothing is known.
const MOST_WORDS: usize = 1 << 10;

impl State<'_> {
    /// The value of an assignment; `None` if the shell gives up on it.
    pub(super) fn assigned(&mut self, assignment: &Assignment) -> Option<Fact<Supplied>> {
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

    /// What `"${name[@]}"` becomes behind this assignment. A plain one ends an array of that name, and
    /// what only a branch adds may be there.
    pub(super) fn assign_array(&mut self, assignment: &Assignment, context: Context) {
        if context.apart {
            return;
        }
        let name = &assignment.name;
        let Value::Array(words) = &assignment.value else {
            self.arrays.remove(name);
            return;
        };
        let given: Vec<Argument> = words.iter().flat_map(|word| self.fields(word)).collect();
        let before = self.arrays.remove(name);
        let whole = match (context.conditional, assignment.appends, before) {
            (false, false, _) => given,
            (false, true, Some(before)) => before.into_iter().chain(given).collect(),
            (true, true, Some(mut before)) => {
                let text = Fact::at(format!("${{{name}}}"), assignment.place);
                before.push(Argument { text, written: None, splits: true });
                before
            }
            (true, false, _) | (_, true, None) => return,
        };
        if whole.len() <= MOST_WORDS {
            self.arrays.insert(name.clone(), whole);
        }
    }

    pub(super) fn assign(&mut self, name: &str, value: Fact<Supplied>, context: Context) {
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

    pub(super) fn put(&mut self, name: &str, variable: Variable) {
        if let Some(at) = self.index.insert(name.to_owned(), self.variables.len()) {
            self.variables[at].1 = None;
        }
        self.variables.push((name.to_owned(), Some(variable)));
        self.forget_made_of(name);
    }

    /// What was made of a variable keeps what that held before, itself included: `PATH=/app:$PATH`.
    fn forget_made_of(&mut self, name: &str) {
        let is_of_it = |text: &str| pieces(text).any(|it| it == Piece::Variable(name));
        for (_, variable) in &mut self.variables {
            let Some(Variable { value, .. }) = variable else { continue };
            if let Supplied::MadeOf { text, why } = &value.value
                && is_of_it(text)
            {
                *value = value.map(|_| Supplied::Unknown(why.clone()));
            }
        }
    }

    pub(super) fn unset(&mut self, name: &str, place: Place, context: Context) {
        let removed = match context.conditional {
            true => Supplied::Perhaps("it is unset in a branch of a script".into()),
            false => Supplied::Removed,
        };
        self.put(name, Variable { value: Fact::at(removed, place), exported: true });
    }

    pub(super) fn look_up(&self, name: &str) -> Lookup {
        let known = self.index.get(name).and_then(|at| self.variables[*at].1.as_ref());
        if let Some(variable) = known {
            return variable.value.lookup();
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
    pub(super) fn environment(&self) -> Environment {
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
}
