//! What a process runs on the way to the program that it is there for.

use crate::fact::Fact;
use crate::model::command::Step;
use crate::model::{Deployment, Process};
use crate::source::Place;
use crate::syntax::shell::evaluate::OnFailure;

/// All that a command line, its scripts and an entrypoint run before a program, in order.
#[derive(Clone, Copy, Debug)]
pub struct Way<'s>(pub(super) &'s [Step]);

/// A failure that nothing answers to.
#[derive(Debug, Default)]
pub struct Unheeded {
    /// What is done in its place; `None` where nothing is.
    pub answer: Option<Fact<()>>,
    /// An `if` asks whether it fails: somebody thought of it.
    pub tested: bool,
}

impl<'s> Way<'s> {
    /// The commands of manage.py that are run on it, with their numbers.
    pub fn prepares(self, command: &str) -> impl Iterator<Item = (usize, &'s Step)> {
        let steps = self.0.iter().enumerate();
        steps.filter(move |(_, step)| !step.apart && step.is_manage(command))
    }

    /// Whether the last of those stops the start where it fails: what an earlier one left undone is done
    /// then, or the server does not start.
    pub fn insists_on(self, command: &str) -> bool {
        let last = self.prepares(command).last();
        last.is_some_and(|(number, _)| self.goes_on_without(number).is_none())
    }

    /// Whether the program starts although this step failed.
    pub fn goes_on_without(self, number: usize) -> Option<Unheeded> {
        match self.0.get(number)?.on_failure {
            OnFailure::Stops | OnFailure::Tries(_) => None,
            OnFailure::Skips(to) => (to <= self.0.len()).then(Unheeded::default),
            OnFailure::Tested => Some(Unheeded { answer: None, tested: true }),
            OnFailure::GoesOn(place) => Some(Unheeded::by(place)),
        }
    }
}

impl Unheeded {
    pub(super) fn by(answer: Option<Place>) -> Self {
        Self { answer: answer.map(|place| Fact::at((), place)), tested: false }
    }
}

impl Deployment {
    /// Each process with all that its start runs: in a container every step of it, elsewhere those before
    /// the program.
    pub fn steps_of_starts(&self) -> Vec<(&Process, &[Step])> {
        let contained = self.contained();
        let is_other =
            |it: &&Process| !contained.iter().any(|(contained, _)| std::ptr::eq(*contained, *it));
        let others = self.processes.iter().filter(is_other).map(|it| (it, &*it.before));
        let inside = contained.iter().map(|(process, it)| (*process, it.steps.as_slice()));
        inside.chain(others).collect()
    }
}
