//! The images themselves.

use crate::model::image::stock::{Data, Role, Stock, System, Tool};

const EVERY: u32 = u32::MAX;

/// What most images have.
const PLAIN: Stock = Stock {
    names: &[],
    role: Role::Base,
    user: "root",
    workdir: "/",
    ports: &[],
    data: &[],
    demands: &[],
    sets: &["PATH"],
    entrypoint: &[],
    command: &[],
    healthcheck: false,
    tools: &[],
    system: System::Debian,
};

const fn all(path: &'static str) -> Data {
    Data { path, from: 0, to: EVERY }
}

pub(super) static STOCK: &[Stock] = &[
    Stock {
        names: &[
            "postgres",
            "postgis/postgis",
            "pgvector/pgvector",
            "timescale/timescaledb",
            "timescale/timescaledb-ha",
            "imresamu/postgis",
        ],
        role: Role::Database,
        ports: &[5432],
        data: &[
            Data { path: "/var/lib/postgresql/data", from: 0, to: 17 },
            Data { path: "/var/lib/postgresql", from: 18, to: EVERY },
        ],
        demands: &["POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_HOST_AUTH_METHOD"],
        sets: &["PATH", "LANG", "PG_MAJOR", "PG_VERSION", "PGDATA", "GOSU_VERSION"],
        entrypoint: &["docker-entrypoint.sh"],
        command: &["postgres"],
        tools: &[Tool::PgIsReady, Tool::Psql, Tool::Bash, Tool::Gosu],
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
        names: &["mysql", "mysql/mysql-server"],
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
        // `mysql` and `mysqladmin` left it with version 11.
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
    Stock {
        names: &["nginx"],
        role: Role::Proxy,
        ports: &[80],
        sets: &[
            "PATH",
            "NGINX_VERSION",
            "NJS_VERSION",
            "NJS_RELEASE",
            "PKG_RELEASE",
            "DYNPKG_RELEASE",
            "ACME_VERSION",
        ],
        entrypoint: &["/docker-entrypoint.sh"],
        command: &["nginx", "-g", "daemon off;"],
        tools: &[Tool::Curl],
        ..PLAIN
    },
    // nginx with certbot beside it, which obtains what the sites name.
    Stock {
        names: &["jonasal/nginx-certbot", "staticfloat/nginx-certbot"],
        role: Role::Proxy,
        ports: &[80, 443],
        sets: &["PATH", "NGINX_VERSION", "NJS_VERSION", "PKG_RELEASE", "NGINX_ENVSUBST_OUTPUT_DIR"],
        command: &["nginx", "-g", "daemon off;"],
        tools: &[Tool::Curl],
        ..PLAIN
    },
    Stock {
        names: &["nginxinc/nginx-unprivileged"],
        role: Role::Proxy,
        user: "101",
        ports: &[8080],
        sets: &[
            "PATH",
            "NGINX_VERSION",
            "NJS_VERSION",
            "NJS_RELEASE",
            "PKG_RELEASE",
            "DYNPKG_RELEASE",
            "ACME_VERSION",
        ],
        entrypoint: &["/docker-entrypoint.sh"],
        command: &["nginx", "-g", "daemon off;"],
        tools: &[Tool::Curl],
        ..PLAIN
    },
    Stock {
        names: &["nginxproxy/nginx-proxy", "jwilder/nginx-proxy", "jc21/nginx-proxy-manager"],
        role: Role::Proxy,
        ports: &[80],
        tools: &[Tool::Curl],
        ..PLAIN
    },
    Stock {
        names: &["caddy"],
        role: Role::Proxy,
        workdir: "/srv",
        ports: &[80, 443, 2019],
        data: &[all("/data")],
        sets: &["PATH", "CADDY_VERSION", "XDG_CONFIG_HOME", "XDG_DATA_HOME"],
        command: &["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["traefik"],
        role: Role::Proxy,
        ports: &[80],
        entrypoint: &["/entrypoint.sh"],
        command: &["traefik"],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["haproxy"],
        role: Role::Proxy,
        user: "haproxy",
        workdir: "/var/lib/haproxy",
        entrypoint: &["docker-entrypoint.sh"],
        command: &["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"],
        sets: &["PATH", "HAPROXY_VERSION", "HAPROXY_URL", "HAPROXY_SHA256"],
        ..PLAIN
    },
    Stock {
        names: &["httpd"],
        role: Role::Proxy,
        workdir: "/usr/local/apache2",
        ports: &[80],
        sets: &["PATH", "HTTPD_PREFIX", "HTTPD_VERSION", "HTTPD_SHA256", "HTTPD_PATCHES"],
        command: &["httpd-foreground"],
        ..PLAIN
    },
    Stock {
        names: &["mailhog/mailhog", "jcalonso/mailhog"],
        role: Role::MailCatcher,
        user: "mailhog",
        workdir: "/home/mailhog",
        ports: &[1025, 8025],
        entrypoint: &["MailHog"],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["axllent/mailpit"],
        role: Role::MailCatcher,
        ports: &[1025, 8025],
        entrypoint: &["/mailpit"],
        healthcheck: true,
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["maildev/maildev", "djfarrelly/maildev"],
        role: Role::MailCatcher,
        user: "node",
        ports: &[1025, 1080],
        healthcheck: true,
        tools: &[Tool::Node],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["schickling/mailcatcher", "sj26/mailcatcher", "dockage/mailcatcher"],
        role: Role::MailCatcher,
        ports: &[1025, 1080],
        system: System::Alpine,
        ..PLAIN
    },
    Stock { names: &["rnwood/smtp4dev"], role: Role::MailCatcher, ports: &[25, 80, 143], ..PLAIN },
    Stock {
        names: &["adminer"],
        role: Role::AdminUi,
        user: "adminer",
        workdir: "/var/www/html",
        ports: &[8080],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["dpage/pgadmin4", "elestio/pgadmin"],
        role: Role::AdminUi,
        user: "5050",
        workdir: "/pgadmin4",
        ports: &[80, 443],
        data: &[all("/var/lib/pgadmin")],
        demands: &["PGADMIN_DEFAULT_EMAIL"],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &[
            "phpmyadmin",
            "phpmyadmin/phpmyadmin",
            "bitnami/phppgadmin",
            "dockage/phppgadmin",
            "einfallstoll/phppgadmin",
        ],
        role: Role::AdminUi,
        ports: &[80],
        ..PLAIN
    },
    Stock {
        names: &["rediscommander/redis-commander", "redis/redisinsight", "redislabs/redisinsight"],
        role: Role::AdminUi,
        ports: &[8081, 5540, 8001],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["mongo-express"],
        role: Role::AdminUi,
        ports: &[8081],
        tools: &[Tool::Bash, Tool::Node],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["mher/flower"],
        role: Role::AdminUi,
        user: "flower",
        ports: &[5555],
        tools: &[Tool::Python],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["portainer/portainer-ce", "portainer/portainer"],
        role: Role::AdminUi,
        ports: &[8000, 9000, 9443],
        data: &[all("/data")],
        system: System::Bare,
        ..PLAIN
    },
    Stock {
        names: &["grafana/grafana", "grafana/grafana-oss", "grafana/grafana-enterprise"],
        role: Role::Monitor,
        user: "472",
        workdir: "/usr/share/grafana",
        ports: &[3000],
        data: &[all("/var/lib/grafana")],
        tools: &[Tool::Bash, Tool::Curl],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["prom/prometheus", "prometheus/prometheus"],
        role: Role::Monitor,
        user: "nobody",
        workdir: "/prometheus",
        ports: &[9090],
        data: &[all("/prometheus")],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["certbot/certbot", "certbot/dns-cloudflare", "certbot/dns-route53"],
        role: Role::Certificates,
        workdir: "/opt/certbot",
        data: &[all("/etc/letsencrypt")],
        entrypoint: &["certbot"],
        tools: &[Tool::Python],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["python"],
        sets: &["PATH", "LANG", "GPG_KEY", "PYTHON_VERSION", "PYTHON_SHA256"],
        command: &["python3"],
        tools: &[Tool::Python],
        system: System::DebianFull,
        ..PLAIN
    },
    Stock {
        names: &["astral-sh/uv"],
        sets: &["PATH", "LANG", "GPG_KEY", "PYTHON_VERSION", "PYTHON_SHA256", "UV_TOOL_BIN_DIR"],
        command: &["python3"],
        tools: &[Tool::Python],
        system: System::DebianFull,
        ..PLAIN
    },
    Stock {
        names: &["node"],
        sets: &["PATH", "NODE_VERSION", "YARN_VERSION"],
        entrypoint: &["docker-entrypoint.sh"],
        command: &["node"],
        tools: &[Tool::Node],
        system: System::DebianFull,
        ..PLAIN
    },
    Stock { names: &["debian", "ubuntu"], command: &["bash"], ..PLAIN },
    Stock { names: &["alpine", "busybox"], command: &["/bin/sh"], system: System::Alpine, ..PLAIN },
];
