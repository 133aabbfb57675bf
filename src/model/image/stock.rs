//! Images that everybody uses: what they are, hold and demand.
//!
//! From their Dockerfiles and their pages on Docker Hub, as of 2026. Only what has held over
//! many versions is here; what depends on a variant or a version says so.

use crate::model::image::Reference;

#[derive(Debug)]
pub struct Stock {
    /// Repositories, without registry.
    pub names: &'static [&'static str],
    pub role: Role,
    /// The user the container starts as; servers may drop to another by themselves.
    pub user: &'static str,
    pub workdir: &'static str,
    /// What it listens on without being told otherwise.
    pub ports: &'static [u16],
    /// Where it keeps what must not be lost.
    pub data: &'static [Data],
    /// One of these must be set, or it does not start.
    pub demands: &'static [&'static str],
    /// Variables that its Dockerfile sets.
    pub sets: &'static [&'static str],
    pub entrypoint: &'static [&'static str],
    pub command: &'static [&'static str],
    pub healthcheck: bool,
    /// Beyond those of its system.
    pub tools: &'static [Tool],
    /// What it is made on if its tag names no other.
    pub system: System,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Database,
    Cache,
    Broker,
    Search,
    ObjectStore,
    Proxy,
    MailCatcher,
    AdminUi,
    Certificates,
    /// Programs are put on it: `python`, `node`, `debian`.
    Base,
}

/// A folder and the major versions that keep their data in it, first and last.
#[derive(Debug)]
pub struct Data {
    pub path: &'static str,
    pub from: u32,
    pub to: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Debian or Ubuntu with little on it.
    Debian,
    /// Debian with compilers and clients (`buildpack-deps`).
    DebianFull,
    Alpine,
    /// No shell.
    Bare,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Sh,
    Bash,
    Curl,
    Wget,
    Nc,
    Git,
    Python,
    Node,
    PgIsReady,
    Psql,
    Mysql,
    Mysqladmin,
    RedisCli,
    RabbitmqDiagnostics,
    Gosu,
}

/// A stock image under a tag.
#[derive(Clone, Debug)]
pub struct Flavour {
    pub stock: &'static Stock,
    pub reference: Reference,
    pub system: System,
}

const EVERY: u32 = u32::MAX;

impl Flavour {
    pub fn of(image: &str) -> Option<Self> {
        let reference = Reference::parse(image)?;
        let mirrors = ["docker.io", "public.ecr.aws", "ghcr.io", "quay.io", "mirror.gcr.io"];
        if !mirrors.contains(&reference.registry.as_str()) {
            return None;
        }
        let repository =
            reference.repository.strip_prefix("docker/").unwrap_or(&reference.repository);
        let name = repository.strip_prefix("library/").unwrap_or(repository);
        let stock = STOCK.iter().find(|stock| stock.names.contains(&name))?;
        let tag = reference.tag.as_deref().unwrap_or_default();
        // Without a system in its tag, uv's image holds uv and nothing else.
        let systems = ["python", "debian", "bookworm", "trixie", "alpine"];
        if name == "astral-sh/uv" && !systems.iter().any(|it| tag.contains(it)) {
            return None;
        }
        let system = if tag.contains("alpine") {
            System::Alpine
        } else if tag.contains("slim") {
            System::Debian
        } else {
            stock.system
        };
        Some(Self { stock, reference, system })
    }

    /// Where this version keeps its data; `None` if it keeps none, or the version decides and
    /// is not known.
    pub fn data(&self) -> Option<&'static str> {
        let version = self.reference.version().map(|version| version[0]);
        match (self.stock.data, version) {
            ([], _) => None,
            ([one], _) => Some(one.path),
            (many, Some(version)) => {
                many.iter().find(|it| (it.from..=it.to).contains(&version)).map(|it| it.path)
            }
            // Without a version the newest is pulled.
            (many, None) => match &self.reference.tag {
                None => many.last().map(|it| it.path),
                Some(tag) if tag == "latest" || tag == "alpine" => many.last().map(|it| it.path),
                Some(_) => None,
            },
        }
    }

    /// Whether a program is there before anything is installed.
    pub fn has(&self, tool: Tool) -> bool {
        if self.stock.tools.contains(&tool) {
            return true;
        }
        match (self.system, tool) {
            (System::Bare, _) => false,
            (_, Tool::Sh) | (System::Debian | System::DebianFull, Tool::Bash) => true,
            (System::DebianFull, Tool::Curl | Tool::Wget | Tool::Git) => true,
            // BusyBox brings both.
            (System::Alpine, Tool::Wget | Tool::Nc) => true,
            (System::Debian | System::DebianFull | System::Alpine, _) => false,
        }
    }
}

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

static STOCK: &[Stock] = &[
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
        names: &["elasticsearch", "elastic/elasticsearch"],
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
        names: &["phpmyadmin", "phpmyadmin/phpmyadmin"],
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
