//! What settings come to where variables that name servers have some: tried out, as the rest is.

use crate::fact::{Environment, Fact, Lookup, Origin, Piece, Supplied, pieces};
use crate::model::build::run::Run;
use crate::model::build::tried::is_unseen;
use crate::model::settings::each_outcome;
use crate::python::{Evaluation, Value};
use std::sync::Arc;

/// The settings with a Redis of its own for each variable that would name one, and the defaults of
/// those that have one and that nobody surely sets, where both the cache and something else are to be in
/// Redis. Where it depends on what is not known whether the cache is, only what is surely set is supposed.
pub(super) fn with_redis(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
) -> Option<Arc<Evaluation>> {
    let caches = evaluation.get("CACHES")?;
    let is_in_redis = |caches: &Fact<Value>| {
        let default = caches.value.get("default");
        let backend = default.and_then(|it| it.value.get("BACKEND").cloned());
        backend.is_some_and(|it| it.value.text().is_some_and(|it| it.contains("redis")))
    };
    let is_decided = is_in_redis(&caches);
    let mut may_be = is_decided;
    each_outcome(&caches, &mut |it| may_be |= is_in_redis(it));
    let namespace = evaluation.namespace()?;
    let others = ["CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "CHANNEL_LAYERS"];
    if !may_be || !others.iter().any(|it| namespace.named(it).is_some()) {
        return None;
    }
    let mut tried = environment.clone();
    let mut is_tried = false;
    let mut suppose = |name: &str, it: Supplied| {
        tried.set(name, Fact::new(it, Origin::UNSEEN));
        is_tried = true;
    };
    // What is made of another holds whatever that one does, which is set then.
    let reads = || evaluation.reads.iter().filter(|it| is_unseen(it));
    let made = || reads().filter_map(|read| environment.made_of(&read.name)).flat_map(pieces);
    for read in reads().filter(|read| environment.made_of(&read.name).is_none()) {
        let is_taken = || made().any(|it| it == Piece::Variable(&read.name));
        let is_set = environment.sets(&read.name);
        if !is_set && !is_decided {
            continue;
        }
        let is_left =
            !is_set && read.default.as_ref().is_some_and(|it| it.text.as_deref() != Some("None"));
        if is_left && !is_taken() {
            suppose(&read.name, Supplied::Removed);
        } else if let Some(some) = some_redis(&read.name) {
            suppose(&read.name, Supplied::Value(some));
        }
    }
    for piece in made() {
        if let Piece::Variable(name) = piece
            && let Some(some) = some_redis(name)
            && matches!(environment.get(name), Lookup::Unknown(_))
        {
            suppose(name, Supplied::Value(some));
        }
    }
    tried.fill_in();
    is_tried.then(|| run.settings_tried(&module.value, &tried, evaluation)).flatten()
}

/// The settings with the URLs whose server is known, and with symbols in them for what is not: to which
/// servers the process connects can be asked then, and nothing else.
pub(super) fn with_servers(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
) -> Option<Arc<Evaluation>> {
    let mut tried = environment.clone();
    let mut is_tried = false;
    for read in evaluation.reads.iter().filter(|it| is_unseen(it)) {
        if let Some(url) = environment.url_to(&read.name) {
            tried.set(&read.name, url.map(|it| Supplied::Value(it.clone())));
            is_tried = true;
        }
    }
    is_tried.then(|| run.settings_tried(&module.value, &tried, evaluation)).flatten()
}

/// Whether it is not known at which Redis the cache is.
pub(super) fn leaves_redis_open(evaluation: &Evaluation) -> bool {
    let caches = evaluation.get("CACHES");
    let default = caches.as_ref().and_then(|it| it.value.get("default"));
    let location = default.and_then(|it| it.value.get("LOCATION"));
    location.is_none_or(|it| matches!(it.value, Value::Unknown(_) | Value::OneOf { .. }))
}

/// What a variable may hold that is called after Redis, other than each that is called otherwise.
fn some_redis(name: &str) -> Option<String> {
    let upper = name.to_ascii_uppercase();
    let is_of_redis =
        ["REDIS", "VALKEY", "BROKER", "CACHE"].iter().any(|word| upper.contains(word));
    let host = upper.to_ascii_lowercase().replace('_', "-");
    match upper.rsplit('_').next().filter(|_| is_of_redis)? {
        "PORT" => Some("6379".to_owned()),
        "HOST" | "HOSTNAME" | "SERVER" => Some(host),
        "PASSWORD" | "PASS" => Some("secret".to_owned()),
        "URL" | "URI" | "LOCATION" | "DSN" | "BROKER" | "BACKEND" => {
            Some(format!("redis://{host}:6379/0"))
        }
        _ => None,
    }
}
