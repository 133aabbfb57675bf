//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{CELERY_BROKER_URL, CHANNEL_LAYERS, DEBUG, Deployment, Process, SESSION_ENGINE};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/evicting-redis",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/evicting-redis.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let app = process.fact();
        let documented = process.documented();
        // An example that turns DEBUG on is for a developer's machine.
        let documented = documented.as_ref().map(Process::fact);
        let documented = documented.filter(|it| it.get(DEBUG).is_some_and(|it| !it.value));
        let with_servers = process.with_servers();
        let with_servers = with_servers.as_ref().map(Process::fact);
        let of = |find: fn(&Fact<&Process>) -> Option<Kept>| {
            let told = find(&app).or_else(|| find(with_servers.as_ref()?));
            told.or_else(|| find(documented.as_ref()?))
        };
        let kept = [of(tasks), of(sessions), of(messages)].into_iter().flatten();
        for (what, holds, queue, at) in kept {
            let Some(server) = deployment.redis_at(process, &queue.value) else { continue };
            // Under the others only what has a time to live is thrown away, and a queue has none.
            let evicts = |policy: &str| {
                policy.starts_with("allkeys-") || what != TASKS && policy.starts_with("volatile-")
            };
            let Some(policy) = server.evicts().filter(|it| evicts(&it.value)) else { continue };
            out.report(
                process,
                format!("{what} when Redis runs out of memory"),
                policy.label(format!("`{}` deletes whatever key it likes to", policy.value)),
            )
            .also(at.label(holds))
            .through(app.outside(&queue), "its address")
            .because(&queue)
            .help("set `maxmemory-policy noeviction`, and give the cache a server of its own");
            return;
        }
    }
}

const TASKS: &str = "tasks are thrown away";

/// What is lost, what a setting has there, its address, and where the setting is.
type Kept = (&'static str, &'static str, Fact<String>, Fact<()>);

fn tasks(app: &Fact<&Process>) -> Option<Kept> {
    let queue = app.get(CELERY_BROKER_URL)?;
    let at = app.assigned(CELERY_BROKER_URL).unwrap_or_else(|| queue.map(|_| ()));
    Some((TASKS, "the queue is kept there", queue, at))
}

/// Sessions of the cache have no other place.
fn sessions(app: &Fact<&Process>) -> Option<Kept> {
    let engine = app.get(SESSION_ENGINE)?;
    if engine.value != "django.contrib.sessions.backends.cache" {
        return None;
    }
    let (_, cache) = app.redis_cache()?;
    let at = app.assigned(SESSION_ENGINE)?.given(&engine);
    Some(("visitors are logged out", "sessions are kept in the cache", cache, at))
}

fn messages(app: &Fact<&Process>) -> Option<Kept> {
    let layer = app.channel_layer()?;
    let at = app.assigned(CHANNEL_LAYERS)?;
    Some(("messages between WebSockets are lost", "they are kept there", layer, at))
}
