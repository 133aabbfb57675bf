//! What the settings need installed: a driver for the database, by Django's own backends (its
//! documentation, "Databases"), and a client for the cache ("Django's cache framework").

use crate::fact::Fact;
use crate::model::{Django, NeededBy};

/// What any of has to be installed for a backend.
#[derive(Clone, Copy, Debug)]
pub(super) struct Driver {
    backends: &'static [&'static str],
    /// The one to name first.
    pub(super) distributions: &'static [&'static str],
    /// A distribution that nobody knows may bring one if this is in its name.
    pub(super) hints: &'static [&'static str],
}

const DRIVERS: &[Driver] = &[
    Driver {
        backends: &[
            "django.db.backends.postgresql",
            "django.db.backends.postgresql_psycopg2",
            "django.contrib.gis.db.backends.postgis",
        ],
        distributions: &[
            "psycopg",
            "psycopg2",
            "psycopg2-binary",
            "psycopg-binary",
            "psycopg2cffi",
            "aws-psycopg2",
        ],
        hints: &["psycopg", "postgres", "pgsql", "heroku", "tenant", "pg"],
    },
    Driver {
        backends: &["django.db.backends.mysql", "django.contrib.gis.db.backends.mysql"],
        distributions: &[
            "mysqlclient",
            "pymysql",
            "mysql-python",
            "mysql-connector-python",
            "mysql-connector",
        ],
        hints: &["mysql", "maria"],
    },
    Driver {
        backends: &["django.db.backends.oracle", "django.contrib.gis.db.backends.oracle"],
        distributions: &["oracledb", "cx-oracle"],
        hints: &["oracle"],
    },
];

const CLIENTS: &[Driver] = &[
    Driver {
        backends: &["django_redis.cache.RedisCache"],
        distributions: &["django-redis"],
        hints: &["redis", "cache"],
    },
    Driver {
        backends: &["django.core.cache.backends.redis.RedisCache"],
        distributions: &["redis"],
        hints: &["redis", "cache", "queue", "rq"],
    },
    Driver {
        backends: &["redis_cache.RedisCache", "redis_cache.cache.RedisCache"],
        distributions: &["django-redis-cache"],
        hints: &["redis", "cache"],
    },
    Driver {
        backends: &["django.core.cache.backends.memcached.PyMemcacheCache"],
        distributions: &["pymemcache"],
        hints: &["memcache", "cache"],
    },
    Driver {
        backends: &["django.core.cache.backends.memcached.PyLibMCCache"],
        distributions: &["pylibmc"],
        hints: &["memcache", "mc", "cache"],
    },
    Driver {
        backends: &["django.core.cache.backends.memcached.MemcachedCache"],
        distributions: &["python-memcached", "python3-memcached"],
        hints: &["memcache", "cache"],
    },
];

/// What the default database and the default cache need under the settings of a process.
pub(super) fn drivers(django: &Django) -> Vec<(Fact<Driver>, NeededBy)> {
    let asked = [
        ("DATABASES", "ENGINE", DRIVERS, NeededBy::Database),
        ("CACHES", "BACKEND", CLIENTS, NeededBy::Cache),
    ];
    let driver = |(setting, key, table, by): (&str, &str, &[Driver], NeededBy)| {
        let all = django.evaluation.get(setting)?;
        let backend = all.value.get("default")?.value.get(key)?;
        let backend = backend.clone().given(&all);
        let needed = backend.try_map(|it| {
            let text = it.text()?;
            table.iter().find(|it| it.backends.contains(&text)).copied()
        })?;
        Some((needed, by))
    };
    asked.into_iter().filter_map(driver).collect()
}
