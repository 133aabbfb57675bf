//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{
    CACHES, CELERY_BROKER_URL, CELERY_RESULT_BACKEND, Deployment, Process, Redis, Value,
};
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
        let Some((backend, cache)) = cache(&app) else { continue };
        let Some(of_cache) = Redis::parse(&cache.value) else { continue };
        for setting in [CELERY_BROKER_URL, CELERY_RESULT_BACKEND] {
            let Some(queue) = app.get(setting) else { continue };
            if Redis::parse(&queue.value).as_ref() != Some(&of_cache) {
                continue;
            }
            let assigned = app.assigned(setting).unwrap_or_else(|| queue.map(|_| ()));
            out.report(
                process,
                "clearing the cache deletes what waits in the queue: both are one Redis database",
                backend.label("`cache.clear()` empties the whole database"),
            )
            .also(assigned.label("the queue is kept in the same one"))
            .through(app.outside(&cache), "the cache's address")
            .through(app.outside(&queue), "the queue's address")
            .because(&cache)
            .because(&queue)
            .help(format!("give one of them another number than {}", of_cache.database));
            // Mostly the results lie with the broker, and move with it.
            break;
        }
    }
}

/// The backend and the address of a cache that clears with FLUSHDB, as Django's own and django-redis do.
fn cache(app: &Fact<&Process>) -> Option<(Fact<Value>, Fact<String>)> {
    let backend = app.entry(CACHES, &["default", "BACKEND"])?;
    let flushes = ["django.core.cache.backends.redis.RedisCache", "django_redis.cache.RedisCache"];
    if !flushes.contains(&backend.value.text()?) {
        return None;
    }
    let location = app.entry(CACHES, &["default", "LOCATION"])?;
    let location = location.try_map(|it| match it.items() {
        Some([only]) => only.value.text().map(str::to_owned),
        Some(_) => None,
        None => it.text().map(str::to_owned),
    });
    Some((backend, location?))
}
