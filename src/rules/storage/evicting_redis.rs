//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::CELERY_BROKER_URL;
use crate::model::Deployment;
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
        let Some(queue) = app.get(CELERY_BROKER_URL) else { continue };
        let Some(server) = deployment.redis_at(process, &queue.value) else { continue };
        // Under the others only what has a time to live is thrown away, and a queue has none.
        let Some(policy) = server.evicts().filter(|it| it.value.starts_with("allkeys-")) else {
            continue;
        };
        let assigned = app.assigned(CELERY_BROKER_URL).unwrap_or_else(|| queue.map(|_| ()));
        out.report(
            process,
            "tasks are thrown away when Redis runs out of memory",
            policy.label(format!("`{}` deletes whatever key it likes to", policy.value)),
        )
        .also(assigned.label("the queue is kept there"))
        .through(app.outside(&queue), "its address")
        .because(&queue)
        .help("set `maxmemory-policy noeviction`, and give the cache a server of its own");
        return;
    }
}
