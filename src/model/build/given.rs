//! Settings that stop for want of variables, run on as if somebody had given them.

use crate::fact::{Environment, Fact, Supplied};
use crate::model::build::run::Run;
use crate::python::{self, Evaluation, Missing};
use std::sync::Arc;

/// A module that lacks more variables than this is not run by this process at all.
const MOST_MISSING: usize = 24;

/// The settings as if somebody had given all that they stop without, and what that is: what else
/// would be wrong? The environment has it from then on.
pub(super) fn as_if_given(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &mut Environment,
) -> (Arc<Evaluation>, Vec<Missing>) {
    let give = |environment: &mut Environment, missing: &[Missing]| {
        for Missing { read, .. } in missing {
            let unknown = module.map(|_| Supplied::Unknown("it is missing".into()));
            environment.set(read.name.clone(), unknown);
        }
    };
    let mut evaluation = run.settings_given(&module.value, environment, MOST_MISSING);
    let mut missing = evaluation.missing.clone();
    give(environment, &missing);
    while missing.len() < MOST_MISSING
        && let Some(culprit) = culprit(&evaluation, environment)
    {
        give(environment, std::slice::from_ref(&culprit));
        let left = MOST_MISSING - missing.len();
        let next = run.settings_given(&module.value, environment, left);
        if next.outcome.as_ref().err().is_some_and(|raise| raise.is_like(&culprit.raise)) {
            break;
        }
        missing.push(culprit);
        missing.extend(next.missing.iter().cloned());
        give(environment, &next.missing);
        evaluation = next;
    }
    (evaluation, missing)
}

/// The variable whose absence the module stops at: the last that was asked for and not there.
fn culprit(evaluation: &Evaluation, environment: &Environment) -> Option<Missing> {
    let raise = evaluation.outcome.as_ref().err()?.clone();
    let read = python::lacking(&evaluation.reads, environment)?.clone();
    Some(Missing { read, raise })
}
