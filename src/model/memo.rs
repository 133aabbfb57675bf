//! What was found out once and holds for every round: a build that wanted further files is followed
//! by another, which asks most of it again.

use crate::fact::Environment;
use crate::model::scripted::Commands;
use crate::python::Evaluation;
use crate::source::FileId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Of each environment that a module was evaluated in, what it came to.
type InEnvironments = Vec<(Environment, Arc<Evaluation>)>;

#[derive(Debug, Default)]
pub struct Memo {
    /// Web, worker and beat mostly have one module and one environment.
    evaluations: Mutex<HashMap<String, InEnvironments>>,
    commands: Mutex<HashMap<FileId, Arc<Commands>>>,
}

impl Memo {
    /// What a module evaluated to in an environment, under a key that says everything else that it depends
    /// on, but the files.
    pub fn evaluation(&self, key: &str, environment: &Environment) -> Option<Arc<Evaluation>> {
        let evaluations = open(&self.evaluations);
        let known = evaluations.get(key)?.iter().find(|(of, _)| of == environment);
        known.map(|(_, evaluation)| Arc::clone(evaluation))
    }

    pub fn keep(
        &self,
        key: String,
        environment: &Environment,
        evaluation: Evaluation,
    ) -> Arc<Evaluation> {
        let evaluation = Arc::new(evaluation);
        let kept = (environment.clone(), Arc::clone(&evaluation));
        open(&self.evaluations).entry(key).or_default().push(kept);
        evaluation
    }

    /// Forgets the evaluations that more files would change.
    pub fn settle(&self) {
        let mut evaluations = open(&self.evaluations);
        let each = evaluations.values_mut();
        each.for_each(|it| it.retain(|(_, evaluation)| evaluation.wants.is_empty()));
    }

    /// What the commands of a file do.
    pub(in crate::model) fn commands(
        &self,
        file: FileId,
        find: impl FnOnce() -> Commands,
    ) -> Arc<Commands> {
        if let Some(known) = open(&self.commands).get(&file) {
            return Arc::clone(known);
        }
        // Others are looked at meanwhile.
        let found = Arc::new(find());
        Arc::clone(open(&self.commands).entry(file).or_insert(found))
    }
}

fn open<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
