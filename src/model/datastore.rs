//! Databases, caches and brokers that run in containers: who may use them.

use crate::fact::{Certainty, Fact, Lookup, symbol};
use crate::model::compose::{Mount, Service};
use crate::model::image::{Flavour, Reference};
use crate::model::text::{Source, Text};
use crate::model::{Connection, Container, Deployment, Process};
use camino::Utf8Path;

/// Who may use a datastore.
#[derive(Debug)]
pub enum Access {
    /// Whoever connects: nothing asks for a password.
    Anyone(Fact<()>),
    /// Whoever has read the file, or tries what everybody tries first.
    Reader(Fact<()>),
    /// Only who knows a password, or nobody can tell.
    Guarded,
}

/// By which variables an image asks for a password, and by which it does without.
struct Passwords {
    image: &'static str,
    password: &'static [&'static str],
    /// What does away with it, and the values that do.
    none: &'static [(&'static str, &'static [&'static str])],
    /// Those of `password` beside which `none` has no effect: the server is made with them
    /// (docker-entrypoint.sh of the images).
    first: &'static [&'static str],
    /// Whether the server asks nobody as long as no variable of `asks` is set.
    open: fn(&Flavour) -> bool,
    asks: &'static [&'static str],
}

const YES: &[&str] = &["yes", "true", "1"];

/// One that is made with a password, or does not start.
const CLOSED: Passwords =
    Passwords { image: "", password: &[], none: &[], first: &[], open: |_| false, asks: &[] };

/// From the images' pages on Docker Hub, where nothing else is said.
const PASSWORDS: &[Passwords] = &[
    Passwords {
        image: "postgres",
        password: &["POSTGRES_PASSWORD"],
        none: &[("POSTGRES_HOST_AUTH_METHOD", &["trust"])],
        ..CLOSED
    },
    Passwords {
        image: "mysql",
        password: &["MYSQL_ROOT_PASSWORD", "MYSQL_PASSWORD"],
        none: &[("MYSQL_ALLOW_EMPTY_PASSWORD", YES)],
        first: &["MYSQL_ROOT_PASSWORD"],
        ..CLOSED
    },
    Passwords {
        image: "mariadb",
        password: &["MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD", "MYSQL_PASSWORD"],
        none: &[("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", YES), ("MYSQL_ALLOW_EMPTY_PASSWORD", YES)],
        first: &["MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD"],
        ..CLOSED
    },
    Passwords {
        image: "mongo",
        password: &["MONGO_INITDB_ROOT_PASSWORD"],
        open: |_| true,
        asks: &["MONGO_INITDB_ROOT_PASSWORD", "MONGO_INITDB_ROOT_PASSWORD_FILE"],
        ..CLOSED
    },
    Passwords {
        image: "bitnami/postgresql",
        password: &["POSTGRESQL_PASSWORD", "POSTGRES_PASSWORD"],
        none: &[("ALLOW_EMPTY_PASSWORD", YES)],
        first: &["POSTGRESQL_PASSWORD", "POSTGRES_PASSWORD"],
        ..CLOSED
    },
    Passwords {
        image: "bitnami/redis",
        password: &["REDIS_PASSWORD"],
        none: &[("ALLOW_EMPTY_PASSWORD", YES)],
        first: &["REDIS_PASSWORD"],
        ..CLOSED
    },
    Passwords {
        image: "neo4j",
        password: &["NEO4J_AUTH"],
        none: &[("NEO4J_AUTH", &["none"])],
        ..CLOSED
    },
    // Its `guest` may come from anywhere, unlike that of the packages (docker-library/rabbitmq, pull
    // request 501: `loopback_users.guest = false`; before 3.9 the entrypoint wrote the same).
    Passwords {
        image: "rabbitmq",
        password: &["RABBITMQ_DEFAULT_PASS"],
        open: |_| true,
        asks: &["RABBITMQ_DEFAULT_PASS"],
        ..CLOSED
    },
    Passwords { image: "memcached", open: |_| true, ..CLOSED },
    // Each flag may be a variable (Dragonfly's documentation, "Server flags").
    Passwords {
        image: "dragonflydb/dragonfly",
        password: &["DFLY_requirepass", "DFLY_PASSWORD"],
        open: |_| true,
        asks: &["DFLY_requirepass", "DFLY_PASSWORD", "DFLY_aclfile", "DFLY_flagfile"],
        ..CLOSED
    },
    // With the licence that it makes for itself its security is off from 6.3 to 7, whatever password it
    // is told (Elasticsearch's reference, "Security settings", 6.3 and 7.17); from 8 on it is on.
    Passwords {
        image: "elasticsearch",
        password: &["ELASTIC_PASSWORD"],
        none: &[
            ("xpack.security.enabled", &["false"]),
            ("ES_SETTING_XPACK_SECURITY_ENABLED", &["false"]),
        ],
        open: |it| match it.reference.version().unwrap_or_default()[..] {
            [6, minor, ..] => minor >= 3,
            [major, ..] => major == 7,
            [] => false,
        },
        asks: &["xpack.security.enabled", "ES_SETTING_XPACK_SECURITY_ENABLED"],
        ..CLOSED
    },
    // OpenSearch's documentation, "Setting up a demo configuration".
    Passwords {
        image: "opensearchproject/opensearch",
        password: &["OPENSEARCH_INITIAL_ADMIN_PASSWORD"],
        none: &[("DISABLE_SECURITY_PLUGIN", &["true"]), ("plugins.security.disabled", &["true"])],
        ..CLOSED
    },
    // Meilisearch's reference, "Master key": without one, nothing is protected in its `development`,
    // and its `production` does not start.
    Passwords {
        image: "getmeili/meilisearch",
        password: &["MEILI_MASTER_KEY"],
        open: |_| true,
        asks: &["MEILI_MASTER_KEY", "MEILI_ENV", "MEILI_CONFIG_FILE_PATH"],
        ..CLOSED
    },
    // MinIO's reference, "Root Access Settings": without both it is `minioadmin` twice; those of before
    // 2021 were called otherwise (minio pull request 11185).
    Passwords {
        image: "minio/minio",
        password: &["MINIO_ROOT_PASSWORD", "MINIO_SECRET_KEY"],
        open: |_| true,
        asks: &[
            "MINIO_ROOT_USER",
            "MINIO_ROOT_PASSWORD",
            "MINIO_ROOT_USER_FILE",
            "MINIO_ROOT_PASSWORD_FILE",
            "MINIO_ACCESS_KEY",
            "MINIO_SECRET_KEY",
            "MINIO_ACCESS_KEY_FILE",
            "MINIO_SECRET_KEY_FILE",
            "MINIO_CONFIG_ENV_FILE",
        ],
        ..CLOSED
    },
    // Qdrant's documentation, "Security": instances are unsecured unless told an API key.
    Passwords {
        image: "qdrant/qdrant",
        password: &["QDRANT__SERVICE__API_KEY"],
        open: |_| true,
        asks: &["QDRANT__SERVICE__API_KEY", "QDRANT__SERVICE__JWT_RBAC"],
        ..CLOSED
    },
];

/// Where images of databases look for scripts that make more than their variables say.
pub(super) const INITDB: &str = "/docker-entrypoint-initdb.d";

/// What anybody tries first.
const GUESSED: &[&str] = &[
    "postgres",
    "password",
    "passwd",
    "admin",
    "root",
    "example",
    "changeme",
    "change_me",
    "secret",
    "mysql",
    "test",
    "django",
    "guest",
    "1234",
    "12345",
    "123456",
    "postgresql",
    "minioadmin",
];

/// What an application and its server do not have in common.
#[derive(Clone, Debug)]
pub struct Mismatch<'a> {
    /// What the application has; its address where it has no password.
    pub used: &'a Fact<String>,
    pub made: Fact<String>,
    pub what: Credential,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    User,
    Database,
    Password,
    /// Only the application has a password.
    Unasked,
    /// Only the server has one.
    Unsent,
}

impl Deployment {
    /// Who may use the datastore in a service.
    pub fn access(&self, service: &Service, process: &Process, container: &Container) -> Access {
        let Some(flavour) = container.serves() else { return Access::Guarded };
        let name = flavour.value.stock.names[0];
        if name == "redis" {
            return redis(service, process, flavour);
        }
        let Some(known) = PASSWORDS.iter().find(|it| it.image == name) else {
            return Access::Guarded;
        };
        let is_set = |name: &&str| match process.environment.get(name) {
            Lookup::Set(value) => !value.value.is_empty(),
            Lookup::Unknown(_) => true,
            Lookup::Absent => false,
        };
        let moot = known.first.iter().any(is_set);
        for (name, values) in known.none.iter().filter(|_| !moot) {
            if let Lookup::Set(value) = process.environment.get(name)
                && values.contains(&value.value.as_str())
            {
                return Access::Anyone(value.map(|_| ()));
            }
        }
        let is_told = |name: &&str| !matches!(process.environment.get(name), Lookup::Absent);
        let asks = known.asks.iter().any(is_told) || is_configured(service, container);
        if (known.open)(&flavour.value) && !asks {
            return Access::Anyone(flavour.map(|_| ()));
        }
        for name in known.password {
            let written = service.variable(name).and_then(|it| it.value.as_ref());
            if let Some(text) = written.filter(|text| is_written_out(text)) {
                return Access::Reader(text.fact().map(|_| ()));
            }
            if let Lookup::Set(value) = process.environment.get(name)
                && GUESSED.contains(&value.value.as_str())
            {
                return Access::Reader(value.map(|_| ()));
            }
        }
        Access::Guarded
    }

    /// Where an application's user, database and password are surely not those that a stock image
    /// makes: its own, the image's, and what it is.
    pub fn credentials<'a>(
        &self,
        service: &Service,
        server: &Process,
        connection: &'a Connection,
    ) -> Vec<Mismatch<'a>> {
        let container = self.container(&server.name);
        let Some(flavour) = container.and_then(Container::starts_as_stock) else {
            return Vec::new();
        };
        let makes_more = |mount: &Mount| mount.target.to_string().contains("initdb");
        let image = container.and_then(|it| it.image.as_ref());
        if service.volumes.iter().any(makes_more)
            || image.is_some_and(|it| it.may_bring_to(Utf8Path::new(INITDB)))
        {
            return Vec::new();
        }
        let set = |name: &str| match server.environment.get(name) {
            Lookup::Set(value) => Some(value),
            Lookup::Unknown(_) | Lookup::Absent => None,
        };
        let unset = |name: &str| matches!(server.environment.get(name), Lookup::Absent);
        let (user, database, password) = match flavour.value.stock.names[0] {
            "postgres" => {
                let user = set("POSTGRES_USER").or_else(|| {
                    unset("POSTGRES_USER").then(|| flavour.map(|_| "postgres".to_owned()))
                });
                let database = set("POSTGRES_DB")
                    .or_else(|| unset("POSTGRES_DB").then(|| user.clone()).flatten());
                (user, database, set("POSTGRES_PASSWORD"))
            }
            "mysql" | "mariadb" => {
                let either =
                    |it: &str| set(&format!("MYSQL_{it}")).or(set(&format!("MARIADB_{it}")));
                (either("USER"), either("DATABASE"), either("PASSWORD"))
            }
            "redis" => {
                let used = connection.password.as_ref().filter(|it| !it.value.is_empty());
                let is_named = connection.user.as_ref().is_some_and(|it| !it.value.is_empty());
                if let Some(used) = used
                    && !is_named
                    && asks_for_none(service)
                {
                    let none = flavour.map(|_| String::new());
                    return vec![Mismatch { used, made: none, what: Credential::Unasked }];
                }
                let Some(used) = &connection.password else {
                    let (used, what) = (&connection.host, Credential::Unsent);
                    let asked = asked_password(service).into_iter();
                    return asked.map(|made| Mismatch { used, made, what }).collect();
                };
                let made = required_password(service).into_iter();
                let differ = made.filter(|it| symbol::same(&used.value, &it.value) == Some(false));
                let what = Credential::Password;
                return differ.map(|made| Mismatch { used, made, what }).collect();
            }
            _ => return Vec::new(),
        };
        // The image makes them besides whatever else it is given.
        let built_in = |it: &&Fact<String>| !["postgres", "root"].contains(&it.value.as_str());
        let differ = |used: &Option<Fact<String>>, made: &Option<Fact<String>>| {
            let (used, made) = (used.as_ref()?, made.as_ref()?);
            Some(symbol::same(&used.value, &made.value) == Some(false))
        };
        let mut found = Vec::new();
        let names = [
            (&connection.user, &user, Credential::User),
            (&connection.database, &database, Credential::Database),
        ];
        for (used, made, what) in names {
            let differ = differ(used, made) == Some(true);
            if let (Some(used), Some(made)) = (used.as_ref().filter(built_in), made)
                && differ
            {
                found.push(Mismatch { used, made: made.clone(), what });
            }
        }
        let same_user = differ(&connection.user, &user) == Some(false);
        if let (Some(used), Some(made)) = (&connection.password, password)
            && same_user
            && symbol::same(&used.value, &made.value) == Some(false)
        {
            found.push(Mismatch { used, made, what: Credential::Password });
        }
        found
    }
}

/// Whether a server may be told to ask for a password otherwise than by variables: in a file of its
/// own, or by its command.
fn is_configured(service: &Service, container: &Container) -> bool {
    let is_file = |mount: &Mount| {
        let target = mount.target.to_string();
        let ends = [".conf", ".toml", ".yaml", ".yml"];
        target.starts_with("/etc/")
            || target.contains("config")
            || ends.iter().any(|it| target.ends_with(it))
    };
    let asks = ["acl", "auth", "conf", "key", "pass", "security"];
    let told = service.command.iter().chain(&service.entrypoint).flat_map(|it| &it.words);
    container.image.is_some()
        || service.volumes.iter().any(is_file)
        || told.map(Text::to_string).any(|word| asks.iter().any(|it| word.contains(it)))
}

/// Whether the whole value stands in the file for everybody to read.
pub(super) fn is_written_out(text: &Text) -> bool {
    let read = |source: &Source| matches!(source, Source::Literal | Source::Default(_));
    !text.is_empty() && text.parts().iter().all(|part| read(&part.value.source))
}

/// Docker's image turns off protected mode, so without a password everybody is let in
/// (docker-library/redis, docker-entrypoint.sh).
fn redis(service: &Service, process: &Process, flavour: &Fact<Flavour>) -> Access {
    let words = process.started.as_ref().map_or(&[][..], |it| &it.words);
    let guards = |word: &Fact<String>| {
        let text = &word.value;
        text.contains("requirepass")
            || text.contains("aclfile")
            || text.ends_with(".conf")
            || text.contains('$')
            || text.contains("protected-mode")
    };
    // `REDIS_PASSWORD` is read by Bitnami's image, not by these.
    let told = ["REDIS_ARGS", "VALKEY_EXTRA_FLAGS"];
    let told = told.iter().any(|it| !process.environment.layers(it).is_empty());
    // What the image starts by itself is no process that was read.
    let by_itself = service.command.is_none() && service.entrypoint.is_none();
    let servers = ["redis-server", "valkey-server", "docker-entrypoint.sh"];
    let executable = process.started.as_ref().map(|it| &it.executable);
    let is_server = executable
        .into_iter()
        .chain(words.first())
        .any(|it| servers.iter().any(|name| it.value.contains(name)));
    if told || !(by_itself || is_server) || words.iter().any(guards) {
        return Access::Guarded;
    }
    let command = executable.filter(|word| word.evidence().is_written());
    Access::Anyone(command.map_or_else(|| flavour.map(|_| ()), |word| word.map(|_| ())))
}

/// Whether Redis is surely started without a password: the image takes none from its environment
/// (its page on Docker Hub), and neither a command nor a file gives one.
fn asks_for_none(service: &Service) -> bool {
    let image = service.image.as_ref().and_then(Text::known);
    let is_official = image
        .and_then(|it| Reference::parse(&it.value))
        .is_some_and(|it| matches!(it.on_hub(), Some("redis" | "valkey/valkey")));
    let is_plain = service.command.as_ref().is_none_or(|command| {
        let words: Option<Vec<_>> = command.words.iter().map(Text::known).collect();
        words.is_some_and(|words| {
            let first = words.first().is_some_and(|it| it.value == "redis-server");
            let hidden = ["pass", "acl", "user", ".conf", "$", "/"];
            first && words.iter().all(|word| !hidden.iter().any(|it| word.value.contains(it)))
        })
    });
    let is_data = |mount: &Mount| mount.target.to_string().trim_end_matches('/') == "/data";
    is_official
        && is_plain
        && service.entrypoint.is_none()
        && service.build.is_none()
        && service.volumes.iter().all(is_data)
}

/// The password that a redis asks for by its command line.
fn required_password(service: &Service) -> Option<Fact<String>> {
    password_word(service)?.known()
}

/// The same where it may be any, of which it only counts that there is one.
fn asked_password(service: &Service) -> Option<Fact<String>> {
    let word = password_word(service)?;
    let why = "a variable that is empty leaves the server without a password";
    Some(word.known().unwrap_or_else(|| word.fact().doubt(Certainty::Likely, why)))
        .filter(|it| !it.value.is_empty())
}

fn password_word(service: &Service) -> Option<&Text> {
    let words = &service.command.as_ref()?.words;
    let at = words.iter().position(|word| word.to_string() == "--requirepass")?;
    words.get(at + 1)
}
