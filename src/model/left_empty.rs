//! Settings that are nothing, as the variable that they were to come from is not there: Python does
//! not stop at `os.environ.get`, Django does later.

use crate::fact::Fact;
use crate::model::process::Django;
use crate::python::{Answer, Read, Value};

impl Django {
    /// The value of a setting that is surely `None` or an empty text, and the variable that it was to
    /// come from.
    pub fn left_empty(&self, setting: &str) -> Option<(Fact<Value>, &Read)> {
        let value = self.evaluation.get(setting)?;
        let is_empty = matches!(value.value, Value::None) || value.value.text() == Some("");
        if !is_empty || self.replaced || self.rewritten.contains(setting) {
            return None;
        }
        let origins = value.evidence().origins();
        let is_its = |read: &&Read| {
            matches!(read.answer, Answer::Absent)
                && read.place.is_some_and(|at| origins.iter().any(|it| it.place() == Some(at)))
        };
        let read = self.evaluation.reads.iter().find(is_its)?;
        Some((value, read))
    }
}
