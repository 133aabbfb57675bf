//! Which driver a database needs, by Django's own backends (its documentation, "Databases").

use crate::fact::Fact;
use crate::model::Django;

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

/// What the default database needs under the settings of a process.
pub(super) fn driver(django: &Django) -> Option<Fact<Driver>> {
    let databases = django.evaluation.get("DATABASES")?;
    let engine = databases.value.get("default")?.value.get("ENGINE")?;
    let engine = engine.clone().given(&databases);
    engine.try_map(|it| {
        let text = it.text()?;
        DRIVERS.iter().find(|it| it.backends.contains(&text)).copied()
    })
}
