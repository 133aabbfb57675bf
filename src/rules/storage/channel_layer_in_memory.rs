//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{CHANNEL_LAYERS, Deployment, ProcessKind, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/channel-layer-in-memory",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/channel-layer-in-memory.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        let Some(beside) = deployment.beside(app.value) else { continue };
        let workers = app.value.started.as_ref().and_then(|it| it.workers.as_ref());
        let is_alone = workers.is_none_or(|it| it.value < 2);
        // Consumers of one process talk among themselves, and nothing but ASGI runs them.
        let has_consumers = app.value.kind == ProcessKind::Asgi;
        if (is_alone || !has_consumers) && !deployment.surroundings.sends_to_channels() {
            continue;
        }
        let is_in_memory = |layers: &&Fact<Value>| {
            let default = layers.value.get("default");
            let backend = default.and_then(|it| it.value.get("BACKEND"));
            backend.is_some_and(|it| it.value.text() == Some(IN_MEMORY))
        };
        let possible = app.possible(CHANNEL_LAYERS);
        let Some(layers) = possible.iter().find(is_in_memory) else { continue };
        let Some(at) = app.assigned(CHANNEL_LAYERS) else { continue };
        let backend = layers.value.get("default").and_then(|it| it.value.get("BACKEND"));
        let at = backend.and_then(|it| app.written(it)).unwrap_or(at);
        let surely = app.get(CHANNEL_LAYERS).is_some_and(|it| is_in_memory(&&it));
        // A variable may as well have to be set for it, as developers do.
        let fallback = app.possible_where_nothing_is_set(CHANNEL_LAYERS);
        if !surely && fallback.is_some_and(|it| !it.iter().any(|it| is_in_memory(&it))) {
            continue;
        }
        let (message, label) = match surely {
            true => (LOST, "each process has messages of its own"),
            false => (FALLBACK, "what holds then: each process has messages of its own"),
        };
        let finding = out.report(app.value, message, at.label(label));
        finding
            .also(beside.label(&beside.value))
            .because(layers)
            .help("use a layer that they share, as `channels_redis.core.RedisChannelLayer`");
        if !surely {
            finding.at_most(Severity::Advice);
        }
        // Web processes of one module are told once.
        break;
    }
}

const IN_MEMORY: &str = "channels.layers.InMemoryChannelLayer";
const LOST: &str = "messages to channels do not leave the process that sends them";
const FALLBACK: &str = "without a variable, messages to channels do not leave the process";
