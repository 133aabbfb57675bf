//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{CELERY_BROKER_URL, CELERY_RESULT_BACKEND, CHANNEL_LAYERS, Deployment, Redis};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/redis-db-shared",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/redis-db-shared.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let app = process.fact();
        let Some((backend, cache)) = app.redis_cache() else { continue };
        let Some(of_cache) = Redis::parse(&cache.value) else { continue };
        let queues = [CELERY_BROKER_URL, CELERY_RESULT_BACKEND].into_iter().filter_map(|setting| {
            let queue = app.get(setting)?;
            let assigned = app.assigned(setting).unwrap_or_else(|| queue.map(|_| ()));
            Some((QUEUE, queue, assigned))
        });
        let layer = app.channel_layer().zip(app.assigned(CHANNEL_LAYERS));
        let layer = layer.map(|(address, assigned)| (LAYER, address, assigned));
        for ((lost, holds), address, assigned) in queues.chain(layer) {
            if Redis::parse(&address.value).as_ref() != Some(&of_cache) {
                continue;
            }
            out.report(
                process,
                format!("clearing the cache deletes {lost}: both are one Redis database"),
                backend.label("`cache.clear()` empties the whole database"),
            )
            .also(assigned.label(holds))
            .through(app.outside(&cache), "the cache's address")
            .through(app.outside(&address), "and the other's")
            .because(&cache)
            .because(&address)
            .help(format!("give one of them another number than {}", of_cache.database));
            // Mostly the results lie with the broker, and move with it.
            break;
        }
    }
}

/// What is deleted, and what the setting has there.
const QUEUE: (&str, &str) = ("what waits in the queue", "the queue is kept in the same one");
const LAYER: (&str, &str) = ("groups of WebSockets", "the channel layer is kept in the same one");
