//! Variables that settings stop without, taken as if somebody had given them.
//!
//! What else would be wrong with them is worth knowing too, and to evaluate all anew for every one
//! that is missing takes its time. So the statement that stops is taken back and run again.

use crate::python::evaluate::raise;
use crate::python::machine::heap::Mark;
use crate::python::machine::raise::Levels;
use crate::python::machine::{Flow, Machine, Outcome, Stop};
use crate::python::{Missing, Raise, lacking};
use crate::syntax::python::ast::Statement;

/// How things stood before a statement.
struct Before {
    mark: Mark,
    levels: Levels,
    reads: usize,
    perhaps: usize,
}

impl<'a> Machine<'a> {
    /// Runs a statement of a module's body. One that surely stops the module for want of a
    /// variable, which nothing before it asked for, is run again with that.
    pub(crate) fn statement_given(&mut self, statement: &'a Statement) -> Outcome<Flow> {
        let mut stopped: Option<Raise> = None;
        while self.may_give() {
            let levels = self.levels();
            let (reads, perhaps) = (self.reads.len(), self.perhaps.len());
            let before = Before { mark: self.heap.mark(), levels, reads, perhaps };
            let raised = match self.statement(statement) {
                Err(Stop::Raise(raised)) => raised,
                other => {
                    self.heap.keep(&before.mark);
                    return other;
                }
            };
            let raise = raise(self, &raised);
            if stopped.as_ref().is_some_and(|it| it.is_like(&raise)) {
                // To have it was no help, so it is not what is missing.
                self.take_back(&before);
                self.missing.pop();
                self.gives = 0;
                break;
            }
            let Some(read) = lacking(&self.reads[before.reads..], self.request.environment) else {
                self.heap.keep(&before.mark);
                return Err(Stop::Raise(raised));
            };
            if self.reads[..before.reads].iter().any(|it| it.name == read.name) {
                self.heap.keep(&before.mark);
                return Err(Stop::Raise(raised));
            }
            let missing = Missing { read: read.clone(), raise: raise.clone() };
            self.take_back(&before);
            self.missing.push(missing);
            stopped = Some(raise);
        }
        self.statement(statement)
    }

    /// Whether whatever a statement raises ends the module: nothing around it may catch that, and
    /// nothing decides whether it is run.
    fn may_give(&self) -> bool {
        self.missing.len() < self.gives
            && self.starting.is_none()
            && self.tries.is_empty()
            && self.assumed.is_empty()
            && self.meetings.is_empty()
    }

    fn take_back(&mut self, before: &Before) {
        self.heap.undo(&before.mark);
        self.back_to(&before.levels);
        self.reads.truncate(before.reads);
        self.perhaps.truncate(before.perhaps);
    }

    /// Whether a variable is one of those that are taken as given.
    pub(crate) fn is_given(&self, name: &str) -> bool {
        self.missing.iter().any(|it| it.read.name == name)
    }
}
