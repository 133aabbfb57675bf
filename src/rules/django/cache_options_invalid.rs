//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{CACHES, Deployment, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/cache-options-invalid",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/cache-options-invalid.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let app = process.fact();
        let Some(caches) = app.get(CACHES) else { continue };
        let Value::Dict(dict) = &caches.value else { continue };
        for cache in dict.entries.iter().filter(|it| !it.perhaps) {
            let cache = &cache.value.value;
            let Some(backend) = cache.get("BACKEND") else { continue };
            if backend.value.text() != Some("django.core.cache.backends.redis.RedisCache") {
                continue;
            }
            let Some(Value::Dict(options)) = cache.get("OPTIONS").map(|it| &it.value) else {
                continue;
            };
            let foreign = options.entries.iter().filter(|it| !it.perhaps).filter_map(|it| {
                let key = it.key.text().filter(|key| OF_DJANGO_REDIS.contains(key))?;
                Some((key, &it.value))
            });
            let foreign: Vec<_> = foreign.collect();
            let Some(((key, value), more)) = foreign.split_first() else { continue };
            let finding = out.report(
                process,
                "the first use of the cache fails: its options are those of another backend",
                value.label(format!("`{key}` is an option of django-redis")),
            );
            for (key, value) in more {
                finding.also(value.label(format!("so is `{key}`")));
            }
            let them = if more.is_empty() { "the option" } else { "the options" };
            finding.also(backend.label("and this is Django's own backend")).because(&caches).help(
                format!(
                    "install django-redis for `django_redis.cache.RedisCache`, or take {them} out"
                ),
            );
        }
    }
}

/// Django's client hands every option to redis-py, whose connections take no such argument.
const OF_DJANGO_REDIS: &[&str] = &[
    "CLIENT_CLASS",
    "COMPRESSOR",
    "CONNECTION_FACTORY",
    "CONNECTION_POOL_CLASS",
    "CONNECTION_POOL_CLASS_KWARGS",
    "CONNECTION_POOL_KWARGS",
    "IGNORE_EXCEPTIONS",
    "PARSER_CLASS",
    "PASSWORD",
    "PICKLE_VERSION",
    "REDIS_CLIENT_CLASS",
    "REDIS_CLIENT_KWARGS",
    "SERIALIZER",
    "SOCKET_CONNECT_TIMEOUT",
    "SOCKET_TIMEOUT",
];
