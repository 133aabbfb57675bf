//! What modules evaluated to, kept so that none is evaluated twice.
//!
//! Web, worker and beat mostly have one module and one environment; and a build that wanted further
//! files is followed by another, which meets most evaluations again.

use crate::python::Evaluation;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug, Default)]
pub struct Evaluations(Mutex<HashMap<String, Arc<Evaluation>>>);

impl Evaluations {
    /// What is known under a key that says everything the evaluation depends on, but the files.
    pub fn get(&self, key: &str) -> Option<Arc<Evaluation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub fn keep(&self, key: String, evaluation: Evaluation) -> Arc<Evaluation> {
        let evaluation = Arc::new(evaluation);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(key, Arc::clone(&evaluation));
        evaluation
    }

    /// Forgets those that more files would change.
    pub fn settle(&self) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, evaluation| evaluation.wants.is_empty());
    }
}
