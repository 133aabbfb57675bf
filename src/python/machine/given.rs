//! Variables that settings stop without, taken as if somebody had given them.
//!
//! What else would be wrong with them is worth knowing too, and to evaluate all anew for every one
//! that is missing takes its time. So the statement that stops is taken back and run again.

use crate::python::evaluate::raise;
use crate::python::machine::heap::Mark;
use crate::python::machine::raise::Levels;
use crate::python::machine::{Flow, Machine, Outcome, Stop};
use crate::python::{Missing, Raise, Read, lacking};
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
        let mut stopped: Option<(Raise, usize)> = None;
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
            if let Some((_, at)) = stopped.take_if(|(it, _)| it.is_like(&raise)) {
                // To have it was no help, so it is not what is missing.
                self.take_back(&before);
                self.missing.remove(at);
                self.gives = 0;
                break;
            }
            let Some(read) = self.asked_since(&before) else {
                self.heap.keep(&before.mark);
                return Err(Stop::Raise(raised));
            };
            self.take_back(&before);
            stopped = Some((raise.clone(), self.missing.len()));
            self.missing.push(Missing { read, raise });
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

    /// The variable that a statement asked for in vain, and nothing before it.
    fn asked_since(&self, before: &Before) -> Option<Read> {
        let (earlier, own) = self.reads.split_at(before.reads);
        let read = lacking(own, self.request.environment)?;
        earlier.iter().all(|it| it.name != read.name).then(|| read.clone())
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
