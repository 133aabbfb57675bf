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
            let foreign = options.entries.iter().filter(|it| !it.perhaps).find_map(|it| {
                let key = it.key.text().filter(|key| OF_DJANGO_REDIS.contains(key))?;
                Some((key, &it.value))
            });
            let Some((key, value)) = foreign else { continue };
            out.report(
                process,
                "the first use of the cache fails: its options are those of another backend",
                value.label(format!("`{key}` is an option of django-redis")),
            )
            .also(backend.label("and this is Django's own backend"))
            .because(&caches)
            .help("use `django_redis.cache.RedisCache`, or take the option out");
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
