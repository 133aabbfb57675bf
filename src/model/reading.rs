//! What came of reading: files that could not be, lines that were refused, bounds that were met.

use crate::diagnostic::{Fix, Subject};
use crate::fact::Fact;
use crate::source::Unread;
use crate::syntax::{Fault, Problem};

/// Everything that kilter itself has to say about the files.
#[derive(Debug, Default)]
pub struct Reading {
    /// How many files took part.
    pub files: usize,
    /// What is to be said of the run as a whole, a sentence each.
    pub notes: Vec<String>,
    pub unread: Vec<Fact<Unread>>,
    pub refused: Vec<Refused>,
    /// Files that include themselves, at the line that comes back.
    pub cycles: Vec<Fact<String>>,
    /// Where expansion or evaluation stopped at a bound, and what stayed unknown.
    pub limits: Vec<Fact<String>>,
    /// The first deployment, if no Django project is in view that it could be of.
    pub unrelated: Option<Fact<()>>,
    /// Of a deployment without Django: the other framework that its application is of.
    pub of_another: Option<Fact<String>>,
}

/// Something that the real consumer of a file refuses or ignores.
#[derive(Clone, Debug)]
pub struct Refused {
    pub fault: Fault,
    pub message: Fact<String>,
    pub also: Option<Fact<String>>,
    pub fix: Option<Fix>,
    /// What to do about it, where that is not what one does about others of its kind.
    pub help: Option<&'static str>,
}

impl Refused {
    /// Whether its file has the same fault elsewhere, or one that nobody hears of before this is mended, as
    /// nothing is read any more.
    pub fn stops_like(&self, other: &Self) -> bool {
        let file = |it: &Self| it.message.evidence().place().map(|it| it.file);
        let is_same = self.fault == other.fault && self.message.value == other.message.value;
        let is_behind = self.fault.ends_reading() && other.fault.ends_reading();
        file(self) == file(other) && self.fault.is_fatal() && (is_same || is_behind)
    }
}

impl From<&Refused> for Subject {
    fn from(refused: &Refused) -> Self {
        (&refused.message).into()
    }
}

/// What is said of a file as a whole is about that file.
impl<T> From<&Fact<T>> for Subject {
    fn from(fact: &Fact<T>) -> Self {
        fact.evidence().place().map_or(Self::Nothing, |place| Self::File(place.file))
    }
}

impl Reading {
    /// Notes a bound once, however many processes meet it.
    pub fn limit(&mut self, limit: &Fact<String>) {
        let place = |it: &Fact<String>| it.evidence().place();
        if !self.limits.iter().any(|it| place(it) == place(limit)) {
            self.limits.push(limit.clone());
        }
    }

    /// Takes over what a parser found wrong.
    pub fn refuse(&mut self, fault: Fault, problem: Problem) {
        let also = problem.also.map(|(place, text)| Fact::at(text, place));
        let message = Fact::at(problem.message, problem.place);
        self.refused.push(Refused {
            fault,
            message,
            also,
            fix: problem.fix.map(|it| *it),
            help: problem.help,
        });
    }
}
