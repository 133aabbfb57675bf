//! Images that everybody uses: what they are, hold and demand.
//!
//! From their Dockerfiles and their pages on Docker Hub, as of 2026. Only what has held over
//! many versions is here; what depends on a variant or a version says so.

use crate::fact::symbol;
use crate::model::image::Reference;

mod others;
mod stores;

use others::OTHERS;
use stores::STORES;

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
    /// Nothing was put into its repository for years: `latest` is what it will be.
    pub ended: bool,
    /// Its repository has no `latest`: without a tag, nothing can be pulled.
    pub is_numbered: bool,
}

impl Stock {
    /// Whether its start is that of nginx's image, as in the build of it for other users
    /// (docker-entrypoint.sh of nginx/docker-nginx: scripts of `/docker-entrypoint.d`, then `exec "$@"`).
    pub fn has_entrypoint_of_nginx(&self) -> bool {
        self.entrypoint == ["/docker-entrypoint.sh"]
    }

    /// Whether its entrypoint runs whatever program stands behind it, and does nothing else
    /// (docker-entrypoint.sh of nodejs/docker-node: `node` before what is no command, then `exec "$@"`).
    pub fn only_runs_the_command(&self) -> bool {
        self.names.contains(&"node")
    }
}

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
    ended: false,
    is_numbered: false,
};

const fn all(path: &'static str) -> Data {
    Data { path, from: 0, to: EVERY }
}

impl Role {
    /// Whether a newer version may be unable to read what it has written. A cache may: Redis loads
    /// the dumps of every older one.
    pub fn keeps_data(self) -> bool {
        matches!(self, Self::Database | Self::Broker | Self::Search)
    }
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
    /// Shows or collects measurements, and is nobody's way to the data of the site.
    Monitor,
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
    /// `ps` and `pgrep`, of procps.
    Ps,
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

/// The first version of MariaDB whose image has no `mysql` and no `mysqladmin`
/// (MariaDB/mariadb-docker#512).
const MARIADB_WITHOUT_MYSQL: u32 = 11;

/// A stock image under a tag.
#[derive(Clone, Debug)]
pub struct Flavour {
    pub stock: &'static Stock,
    pub reference: Reference,
    /// `None` if a variable is the tag, or a digest stands without one.
    pub system: Option<System>,
}

/// Where servers keep their data that are installed on a machine (Debian's redis.conf and valkey.conf, `dir`;
/// mongod.conf of MongoDB's packages for Debian and for Red Hat, `dbPath`), by their ports.
const OF_PACKAGES: &[(u16, &str)] = &[
    (6379, "/var/lib/redis"),
    (6379, "/var/lib/valkey"),
    (27017, "/var/lib/mongodb"),
    (27017, "/var/lib/mongo"),
];

/// Registries beside Docker Hub whose owners' folders are named as there, or where the program is handed
/// out alone: cAdvisor's is `gcr.io/cadvisor/cadvisor` (its README, "Quick Start").
const REGISTRIES: &[&str] = &[
    "public.ecr.aws",
    "ghcr.io",
    "gcr.io",
    "quay.io",
    "docker.elastic.co",
    "docker.dragonflydb.io",
];

impl Flavour {
    /// Whether it is the image of this name.
    pub fn is(&self, name: &str) -> bool {
        self.stock.names.contains(&name)
    }

    /// Whether it is PostgreSQL as its own image starts it, be it with more beside.
    pub fn is_postgres(&self) -> bool {
        self.is("postgres") || self.is("mdillon/postgis")
    }

    /// Whether scripts on it read variables of the program that it is for, which no table has.
    pub fn reads_its_own(&self) -> bool {
        self.is("geonode/postgis")
    }

    /// The variables of which it needs one to start with an empty volume. PostgreSQL let everybody in
    /// before its images of February 2020 (docker-library/postgres#658).
    pub fn demands(&self) -> &'static [&'static str] {
        let version = self.reference.version().filter(|_| self.is_postgres()).unwrap_or_default();
        let trusts = match version[..] {
            [9, 4, patch, ..] => patch < 26,
            [9, 5, patch, ..] => patch < 21,
            [9, 6, patch, ..] => patch < 17,
            [10, minor, ..] => minor < 12,
            [11, minor, ..] => minor < 7,
            [12, minor, ..] => minor < 2,
            [9, minor, ..] => minor < 4,
            [major, ..] => major < 9,
            [] => self.reference.digest.is_some(),
        };
        if trusts { &[] } else { self.stock.demands }
    }

    pub fn of(image: &str) -> Option<Self> {
        let reference = Reference::parse(image)?;
        let is_other = REGISTRIES.contains(&reference.registry.as_str());
        let of_other = || is_other.then_some(reference.repository.as_str());
        let name = reference.on_hub().or_else(of_other)?;
        let mut known = STORES.iter().chain(OTHERS);
        let stock = known.find(|stock| stock.names.contains(&name))?;
        let tag = reference.tag.as_deref().unwrap_or_default();
        // Its triggers copy the context and install what that lists, which no Dockerfile in view says.
        if tag.contains("onbuild") {
            return None;
        }
        // Without a system in its tag, uv's image holds uv and nothing else.
        let systems = ["python", "debian", "bookworm", "trixie", "alpine"];
        if name == "astral-sh/uv" && !systems.iter().any(|it| tag.contains(it)) {
            return None;
        }
        let is_unsaid = tag.is_empty() && reference.digest.is_some();
        let system = if symbol::is_symbolic(tag) || is_unsaid {
            None
        } else if tag.contains("alpine") {
            Some(System::Alpine)
        } else if tag.contains("slim") {
            Some(System::Debian)
        } else {
            Some(stock.system)
        };
        Some(Self { stock, reference, system })
    }

    /// Whether programs are put on it, and it is none itself.
    pub fn is_base(&self) -> bool {
        self.stock.role == Role::Base
    }

    /// Where this version keeps its data; `None` if it keeps none, or the version decides and
    /// is not known.
    pub fn data(&self) -> Option<&'static str> {
        match (self.stock.data, self.major()) {
            ([], _) => None,
            ([one], _) => Some(one.path),
            (many, Some(version)) => {
                many.iter().find(|it| (it.from..=it.to).contains(&version)).map(|it| it.path)
            }
            // Without a version the newest is pulled; builds with more in them take a new version up
            // later (`LATEST_VERSION=17-3.5` of postgis/docker-postgis half a year after 18).
            (many, None) => {
                let is_newest =
                    matches!(self.reference.tag.as_deref(), None | Some("latest" | "alpine"))
                        && self.reference.digest.is_none();
                let is_plain = self.reference.on_hub() == self.stock.names.first().copied();
                many.last().filter(|_| is_newest && is_plain).map(|it| it.path)
            }
        }
    }

    /// Whether it is a folder that another image of the same server keeps its data in, or a package of it:
    /// what is mounted there was meant for the data.
    pub fn is_folder_of_kin(&self, path: &str) -> bool {
        let kin = STORES.iter().filter(|it| it.ports == self.stock.ports);
        let mut packaged = OF_PACKAGES.iter().filter(|it| self.stock.ports.contains(&it.0));
        kin.flat_map(|it| it.data).any(|it| it.path == path) || packaged.any(|it| it.1 == path)
    }

    /// The major version of the server: `16` of `16.4`, and of an extension's `2.17-pg16`.
    fn major(&self) -> Option<u32> {
        let tag = self.reference.tag.as_deref()?;
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
        let of_postgres = tag.split("pg").skip(1).find_map(|it| digits(it).parse().ok());
        of_postgres.or_else(|| self.reference.version()?.first().copied())
    }

    /// Whether a program is there before anything is installed; `None` if the tag decides and is
    /// not known.
    pub fn has(&self, tool: Tool) -> Option<bool> {
        if self.stock.tools.contains(&tool) {
            return Some(true);
        }
        let system = self.system?;
        if matches!(tool, Tool::Mysql | Tool::Mysqladmin)
            && self.stock.names == ["mariadb"]
            && self.major().is_some_and(|it| it < MARIADB_WITHOUT_MYSQL)
        {
            return Some(true);
        }
        // Ubuntu has it, and Debian has not.
        if tool == Tool::Ps && self.is("ubuntu") {
            return None;
        }
        Some(match (system, tool) {
            (System::Bare, _) => false,
            (_, Tool::Sh) | (System::Debian | System::DebianFull, Tool::Bash) => true,
            // buildpack-deps, on which these are built, has procps.
            (System::DebianFull, Tool::Curl | Tool::Wget | Tool::Git | Tool::Ps) => true,
            // BusyBox brings them.
            (System::Alpine, Tool::Wget | Tool::Nc | Tool::Ps) => true,
            (System::Debian | System::DebianFull | System::Alpine, _) => false,
        })
    }
}
