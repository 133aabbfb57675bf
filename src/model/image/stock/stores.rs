//! Images of what keeps data: databases, caches, brokers, search engines.

use crate::model::image::stock::{Data, EVERY, PLAIN, Role, Stock, System, Tool, all};

/// What PostgreSQL's own image has, and those that are made on it.
const POSTGRES: Stock = Stock {
    role: Role::Database,
    ports: &[5432],
    sets: &["PATH", "LANG", "PG_MAJOR", "PG_VERSION", "PGDATA", "GOSU_VERSION"],
    entrypoint: &["docker-entrypoint.sh"],
    command: &["postgres"],
    tools: &[Tool::PgIsReady, Tool::Psql, Tool::Bash, Tool::Gosu],
    ..PLAIN
};

/// What databases of Bitnami have (bitnami/containers: their pages and Dockerfiles).
const BITNAMI: Stock = Stock {
    role: Role::Database,
    user: "1001",
    sets: &["PATH", "HOME", "BITNAMI_APP_NAME", "APP_VERSION"],
    tools: &[Tool::Mysql, Tool::Mysqladmin, Tool::Bash, Tool::Curl, Tool::Ps],
    ..PLAIN
};

const MYSQL: Stock = Stock {
    names: &["mysql"],
    role: Role::Database,
    ports: &[3306],
    data: &[all("/var/lib/mysql")],
    demands: &[
        "MYSQL_ROOT_PASSWORD",
        "MYSQL_ROOT_PASSWORD_FILE",
        "MYSQL_ALLOW_EMPTY_PASSWORD",
        "MYSQL_RANDOM_ROOT_PASSWORD",
    ],
    sets: &["PATH", "GOSU_VERSION", "MYSQL_MAJOR", "MYSQL_VERSION", "MYSQL_SHELL_VERSION"],
    entrypoint: &["docker-entrypoint.sh"],
    command: &["mysqld"],
    tools: &[Tool::Mysql, Tool::Mysqladmin, Tool::Bash, Tool::Gosu],
    ..PLAIN
};

pub(super) static STORES: &[Stock] = &[
    Stock {
        names: &[
            "postgres",
            "postgis/postgis",
            "pgvector/pgvector",
            "timescale/timescaledb",
            "timescale/timescaledb-ha",
            "imresamu/postgis",
            "pgrouting/pgrouting",
        ],
        data: &[
            Data { path: "/var/lib/postgresql/data", from: 0, to: 17 },
            Data { path: "/var/lib/postgresql", from: 18, to: EVERY },
        ],
        demands: &["POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_HOST_AUTH_METHOD"],
        ..POSTGRES
    },
    // Its last images are of 2019, with PostgreSQL 11, and let everybody in as those did (its repository
    // on Docker Hub).
    Stock {
        names: &["mdillon/postgis"],
        data: &[all("/var/lib/postgresql/data")],
        ended: true,
        ..POSTGRES
    },
    // Made on PostGIS's with a script for its first start, and before on that of `mdillon`, which lets
    // everybody in (GeoNode/geonode-docker, `docker/postgis/Dockerfile`; GeoNode/postgis-docker).
    Stock {
        names: &["geonode/postgis"],
        data: &[Data { path: "/var/lib/postgresql/data", from: 0, to: 17 }],
        ..POSTGRES
    },
    Stock {
        names: &["kartoza/postgis"],
        role: Role::Database,
        ports: &[5432],
        sets: &["PATH", "LANG", "POSTGRES_MAJOR_VERSION", "POSTGIS_MAJOR_VERSION"],
        entrypoint: &["/scripts/docker-entrypoint.sh"],
        tools: &[Tool::PgIsReady, Tool::Psql, Tool::Bash, Tool::Curl, Tool::Wget],
        ..PLAIN
    },
    // Its tags say versions of what it adds (its repository on Docker Hub).
    Stock { names: &["paradedb/paradedb"], ..POSTGRES },
    Stock {
        names: &["geographica/postgis"],
        role: Role::Database,
        ports: &[5432],
        tools: &[Tool::PgIsReady, Tool::Psql, Tool::Bash],
        ..PLAIN
    },
    Stock {
        names: &["bitnami/postgresql", "bitnamilegacy/postgresql"],
        role: Role::Database,
        user: "1001",
        ports: &[5432],
        data: &[all("/bitnami/postgresql")],
        demands: &[
            "POSTGRESQL_PASSWORD",
            "POSTGRES_PASSWORD",
            "POSTGRESQL_PASSWORD_FILE",
            "POSTGRES_PASSWORD_FILE",
            "ALLOW_EMPTY_PASSWORD",
        ],
        sets: &["PATH", "HOME", "BITNAMI_APP_NAME", "APP_VERSION", "LANG", "LANGUAGE"],
        tools: &[Tool::PgIsReady, Tool::Psql],
        ..PLAIN
    },
    Stock {
        names: &["bitnami/mariadb", "bitnamilegacy/mariadb"],
        ports: &[3306],
        data: &[all("/bitnami/mariadb")],
        demands: &[
            "MARIADB_ROOT_PASSWORD",
            "MARIADB_ROOT_PASSWORD_FILE",
            "MARIADB_MASTER_ROOT_PASSWORD",
            "MARIADB_MASTER_ROOT_PASSWORD_FILE",
            "ALLOW_EMPTY_PASSWORD",
        ],
        ..BITNAMI
    },
    Stock {
        names: &["bitnami/mysql", "bitnamilegacy/mysql"],
        ports: &[3306],
        // Its page has `/bitnami/mysql/data` since 2019, and had the folder above before.
        data: &[all("/bitnami/mysql")],
        demands: &[
            "MYSQL_ROOT_PASSWORD",
            "MYSQL_ROOT_PASSWORD_FILE",
            "MYSQL_MASTER_ROOT_PASSWORD",
            "MYSQL_MASTER_ROOT_PASSWORD_FILE",
            "ALLOW_EMPTY_PASSWORD",
        ],
        ..BITNAMI
    },
    Stock {
        names: &["bitnami/mongodb", "bitnamilegacy/mongodb"],
        ports: &[27017],
        tools: &[Tool::Bash, Tool::Curl, Tool::Ps],
        data: &[all("/bitnami/mongodb")],
        ..BITNAMI
    },
    MYSQL,
    // Oracle's own of the same server (mysql/mysql-docker, `mysql-server/8.0/Dockerfile`).
    Stock {
        names: &["mysql/mysql-server"],
        sets: &["PATH", "MYSQL_UNIX_PORT"],
        entrypoint: &["/entrypoint.sh"],
        healthcheck: true,
        ..MYSQL
    },
    Stock {
        names: &["mariadb"],
        role: Role::Database,
        ports: &[3306],
        data: &[all("/var/lib/mysql")],
        demands: &[
            "MARIADB_ROOT_PASSWORD",
            "MARIADB_ROOT_PASSWORD_FILE",
            "MARIADB_ROOT_PASSWORD_HASH",
            "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
            "MARIADB_RANDOM_ROOT_PASSWORD",
            "MYSQL_ROOT_PASSWORD",
            "MYSQL_ROOT_PASSWORD_FILE",
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "MYSQL_RANDOM_ROOT_PASSWORD",
        ],
        sets: &["PATH", "GOSU_VERSION", "LANG", "MARIADB_VERSION"],
        entrypoint: &["docker-entrypoint.sh"],
        command: &["mariadbd"],
        tools: &[Tool::Bash, Tool::Gosu],
        ..PLAIN
    },
    Stock {
        names: &["mongo"],
        role: Role::Database,
        ports: &[27017],
        data: &[all("/data/db")],
        sets: &["PATH", "GOSU_VERSION", "JSYAML_VERSION", "MONGO_MAJOR", "MONGO_VERSION", "HOME"],
        entrypoint: &["docker-entrypoint.sh"],
        command: &["mongod"],
        tools: &[Tool::Bash, Tool::Gosu],
        ..PLAIN
    },
    Stock {
        names: &["neo4j"],
        role: Role::Database,
        workdir: "/var/lib/neo4j",
        ports: &[7474, 7687],
        data: &[all("/data")],
        sets: &["PATH", "JAVA_HOME", "NEO4J_EDITION", "NEO4J_HOME", "LANG"],
        entrypoint: &["tini", "-g", "--", "/startup/docker-entrypoint.sh"],
        command: &["neo4j"],
        // Some versions have the one, some the other.
        tools: &[Tool::Bash, Tool::Curl, Tool::Wget],
        ..PLAIN
    },
    Stock {
        names: &["clickhouse/clickhouse-server", "clickhouse", "yandex/clickhouse-server"],
        role: Role::Database,
        ports: &[8123, 9000],
        data: &[all("/var/lib/clickhouse")],
        entrypoint: &["/entrypoint.sh"],
        tools: &[Tool::Bash, Tool::Wget],
        ..PLAIN
    },
    Stock {
        names: &["redis", "valkey/valkey"],
        role: Role::Cache,
        workdir: "/data",
        ports: &[6379],
        data: &[all("/data")],
        sets: &["PATH", "GOSU_VERSION", "REDIS_VERSION", "REDIS_DOWNLOAD_URL", "VALKEY_VERSION"],
        entrypoint: &["docker-entrypoint.sh"],
        command: &["redis-server"],
        tools: &[Tool::RedisCli],
        ..PLAIN
    },
    // dragonflydb/dragonfly, tools/packaging/Dockerfile.ubuntu-prod.
    Stock {
        names: &["dragonflydb/dragonfly"],
        role: Role::Cache,
        workdir: "/data",
        ports: &[6379],
        data: &[all("/data")],
        entrypoint: &["entrypoint.sh"],
        command: &["dragonfly", "--logtostderr"],
        tools: &[Tool::RedisCli, Tool::Nc, Tool::Bash],
        ..PLAIN
    },
    Stock {
        names: &["redis/redis-stack", "redis/redis-stack-server"],
        role: Role::Cache,
        ports: &[6379],
        data: &[all("/data")],
        tools: &[Tool::RedisCli],
        ..PLAIN
    },
    Stock {
        names: &["bitnami/redis", "bitnamilegacy/redis"],
        role: Role::Cache,
        user: "1001",
        ports: &[6379],
        data: &[all("/bitnami/redis/data")],
        demands: &["REDIS_PASSWORD", "REDIS_PASSWORD_FILE", "ALLOW_EMPTY_PASSWORD"],
        sets: &["PATH", "HOME", "BITNAMI_APP_NAME", "APP_VERSION"],
        tools: &[Tool::RedisCli],
        ..PLAIN
    },
    Stock {
        names: &["memcached"],
        role: Role::Cache,
        user: "memcache",
        ports: &[11211],
        entrypoint: &["docker-entrypoint.sh"],
        command: &["memcached"],
        sets: &["PATH", "MEMCACHED_VERSION"],
        ..PLAIN
    },
    Stock {
        names: &["rabbitmq"],
        role: Role::Broker,
        ports: &[5672],
        data: &[all("/var/lib/rabbitmq")],
        sets: &["PATH", "RABBITMQ_DATA_DIR", "RABBITMQ_VERSION", "RABBITMQ_HOME", "HOME", "LANG"],
        entrypoint: &["docker-entrypoint.sh"],
        command: &["rabbitmq-server"],
        tools: &[Tool::RabbitmqDiagnostics, Tool::Bash, Tool::Gosu],
        ..PLAIN
    },
    Stock {
        names: &["elasticsearch", "elastic/elasticsearch", "elasticsearch/elasticsearch"],
        role: Role::Search,
        user: "elasticsearch",
        workdir: "/usr/share/elasticsearch",
        ports: &[9200],
        data: &[all("/usr/share/elasticsearch/data")],
        tools: &[Tool::Curl],
        // Docker Hub, "elasticsearch": "The `latest` tag is not supported".
        is_numbered: true,
        ..PLAIN
    },
    // bitnami/containers, "elasticsearch", "Persisting your data".
    Stock {
        names: &["bitnami/elasticsearch", "bitnamilegacy/elasticsearch"],
        role: Role::Search,
        ports: &[9200],
        data: &[all("/bitnami/elasticsearch/data")],
        tools: &[Tool::Bash, Tool::Curl],
        is_numbered: true,
        ..BITNAMI
    },
    // Its makers keep curl and the like out of it (qdrant issues 3491 and 4250).
    Stock {
        names: &["qdrant/qdrant"],
        role: Role::Database,
        workdir: "/qdrant",
        ports: &[6333, 6334],
        data: &[all("/qdrant/storage")],
        entrypoint: &["./entrypoint.sh"],
        tools: &[Tool::Bash],
        ..PLAIN
    },
    Stock {
        names: &["opensearchproject/opensearch"],
        role: Role::Search,
        user: "1000",
        workdir: "/usr/share/opensearch",
        ports: &[9200],
        data: &[all("/usr/share/opensearch/data")],
        tools: &[Tool::Curl],
        ..PLAIN
    },
    Stock {
        names: &["solr"],
        role: Role::Search,
        user: "solr",
        ports: &[8983],
        entrypoint: &["docker-entrypoint.sh"],
        command: &["solr-foreground"],
        tools: &[Tool::Bash, Tool::Curl, Tool::Wget, Tool::Gosu],
        ..PLAIN
    },
    Stock {
        names: &["getmeili/meilisearch"],
        role: Role::Search,
        workdir: "/meili_data",
        ports: &[7700],
        data: &[all("/meili_data")],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["minio/minio"],
        role: Role::ObjectStore,
        ports: &[9000],
        system: System::Bare,
        // UBI micro: a shell and curl, and little else.
        tools: &[Tool::Sh, Tool::Bash, Tool::Curl],
        entrypoint: &["/usr/bin/docker-entrypoint.sh"],
        command: &["minio"],
        ..PLAIN
    },
];
