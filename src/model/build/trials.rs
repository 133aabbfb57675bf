//! What a process's settings come to otherwise: with other variables, or without some.
//!
//! Which variables those are, the modules beside this one decide.

use crate::fact::{Environment, Fact};
use crate::model::build::run::Run;
use crate::model::build::{example, none_texts, tried, tried_servers, without_module};
use crate::model::process::Trials;
use crate::python::Evaluation;

/// Side by side, as none needs another: where one project is larger than the others, all else waits
/// for its trials.
pub(super) fn of(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
) -> Trials {
    let documented = || {
        let (project, given) = (run.project, run.home.environment);
        let told = example::environment(run.files, project, given, &evaluation.reads);
        let documented = told.as_ref().map(|it| run.settings(&module.value, it));
        // What an example does not tell, as what compose puts together, may be supposed beside it.
        let with_redis = match told.as_ref().zip(documented.as_deref()) {
            Some((told, it)) if tried_servers::leaves_redis_open(it) => {
                tried_servers::with_redis(run, module, told, it)
            }
            Some(_) => None,
            None => tried_servers::with_redis(run, module, environment, evaluation),
        };
        (documented, with_redis)
    };
    let without = || {
        let debug_without = tried::debug_without(run, module, environment, evaluation);
        (debug_without, tried::key_without(run, module, environment, evaluation))
    };
    let beside_empty = || without_module::beside_empty(run, module, environment, evaluation);
    let others = || {
        let none_texts = none_texts::none_texts(run, module, environment, evaluation);
        let hosts_of_text = tried::hosts_of_text(run, module, environment, evaluation);
        let hosts_as_origins = match hosts_of_text {
            Some(_) => None,
            None => tried::hosts_as_origins(run, module, environment, evaluation),
        };
        let alone = without_module::alone(run, module, environment, evaluation);
        let beside_empty = if alone.is_none() { beside_empty() } else { None };
        (none_texts, (hosts_of_text, hosts_as_origins), (alone, beside_empty))
    };
    let unset = || {
        let with_servers = tried_servers::with_servers(run, module, environment, evaluation);
        (tried::unset(run, module, environment, evaluation), with_servers)
    };
    let (((documented, with_redis), (unset, with_servers)), (without, others)) =
        rayon::join(|| rayon::join(documented, unset), || rayon::join(without, others));
    let (debug_without, key_without) = without;
    let (none_texts, (hosts_of_text, hosts_as_origins), (alone, beside_empty)) = others;
    Trials {
        documented,
        with_redis,
        with_servers,
        debug_without,
        none_texts,
        key_without,
        unset,
        hosts_of_text,
        hosts_as_origins,
        alone,
        beside_empty,
    }
}
