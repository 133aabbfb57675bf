//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{
    CACHES, CELERY_BROKER_URL, CELERY_RESULT_BACKEND, CHANNEL_LAYERS, Deployment, Process, Redis,
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
        if is_told(process, &process.fact(), out) {
            continue;
        }
        let otherwise = [Process::with_servers, Process::documented, Process::with_redis];
        let mut otherwise = otherwise.into_iter().filter_map(|it| it(process));
        otherwise.any(|it| is_told(process, &it.fact(), out));
    }
}

/// Whether a cache and what it would empty were found to be one.
fn is_told(process: &Process, app: &Fact<&Process>, out: &mut Findings) -> bool {
    let Some((backend, cache)) = app.redis_cache() else { return false };
    // The client is given a number beside the URL (redis-py, `ConnectionPool.from_url`).
    if app.entry(CACHES, &["default", "OPTIONS", "db"]).is_some() {
        return false;
    }
    let Some(of_cache) = Redis::parse(&cache.value) else { return false };
    let queues = [(CELERY_BROKER_URL, QUEUE), (CELERY_RESULT_BACKEND, RESULTS)];
    let queues = queues.into_iter().filter_map(|(setting, what)| {
        let queue = app.get(setting)?;
        let assigned = app.assigned(setting).unwrap_or_else(|| queue.map(|_| ()));
        Some((what, queue, assigned))
    });
    let layer = app.channel_layer().zip(app.assigned(CHANNEL_LAYERS));
    let layer = layer.map(|(address, assigned)| (LAYER, address, assigned));
    // Mostly the results lie with the broker, and move with it.
    let shared = queues
        .chain(layer)
        .find(|(_, address, _)| Redis::parse(&address.value).as_ref() == Some(&of_cache));
    let Some(((lost, holds), address, assigned)) = shared else { return false };
    // What a library makes of a URL is written nowhere.
    let backend = match (backend.written_at(), app.assigned(CACHES)) {
        (None, Some(assigned)) => assigned.given(&backend),
        _ => backend.map(|_| ()),
    };
    let finding = out.report(
        process,
        format!("clearing the cache deletes {lost}: both are one Redis database"),
        backend.label("`cache.clear()` empties the whole database"),
    );
    // It is lost once somebody does.
    if !process.django.as_ref().is_some_and(|it| it.faults.clears_cache) {
        finding.at_most(Severity::Advice);
    }
    // One variable has one number.
    let from = |it: &Fact<String>| app.outside(it).and_then(|it| it.written_at());
    let help = match from(&cache).is_some_and(|it| from(&address) == Some(it)) {
        true => {
            let number = of_cache.database;
            format!(
                "read one of them from a variable of its own, with another number than {number}"
            )
        }
        false => format!("give one of them another number than {}", of_cache.database),
    };
    finding
        .also(assigned.label(holds))
        .through(app.outside(&cache), "the cache's address")
        .through(app.outside(&address), "and the other's")
        .because(&cache)
        .because(&address)
        .help(help)
        // What is in the cache, sessions perhaps, is not found any more.
        .mend(Safety::Unsafe, "give the cache another", another(app, &cache, of_cache.database));
    true
}

/// What is deleted, and what the setting has there.
const QUEUE: (&str, &str) = ("what waits in the queue", "the queue is kept in the same one");
const RESULTS: (&str, &str) = ("results of tasks", "they are kept in the same one");
const LAYER: (&str, &str) = ("groups of WebSockets", "the channel layer is kept in the same one");

/// In place of the number at the end of a literal address: one that nothing of the process has.
fn another(app: &Fact<&Process>, cache: &Fact<String>, now: u32) -> Option<Edit> {
    app.element(cache)?;
    let queues = [CELERY_BROKER_URL, CELERY_RESULT_BACKEND].map(|setting| app.get(setting));
    let others = queues.into_iter().flatten().chain(app.channel_layer());
    let used: Vec<u32> =
        others.filter_map(|it| Redis::parse(&it.value)).map(|it| it.database).collect();
    let free = (0..16).find(|it| *it != now && !used.contains(it))?;
    let end = cache.value.strip_suffix(&format!("/{now}"))?.len() + 1;
    Some(Edit::replace(cache.part(end..cache.value.len())?, free.to_string()))
}
