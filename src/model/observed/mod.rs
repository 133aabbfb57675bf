//! What a machine showed of itself while it ran.
//!
//! Each fact stands in a transcript among the sources, so a finding can point at it. What could
//! not be seen says why: it is never taken for what is not there.

use crate::fact::Fact;
use crate::model::drift::Drifts;
use crate::model::{Backup, Endpoint, Host, Process};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

mod access;
mod answer;
mod certificate;
mod declared;
mod expected;
mod firewall;

pub use access::{Access, Purpose, Way};
pub use answer::{Answered, Asked, Backend, Named, Page};
pub use certificate::{Certificate, Content, Served, Shown};
pub use declared::{Declared, Owned, State};
pub use firewall::{Firewall, Rule as FirewallRule};

pub type Seen<T> = Result<T, Unseen>;

/// Why something is not known, and what would make it known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    pub why: String,
    pub remedy: Option<&'static str>,
}

#[derive(Debug)]
pub struct Observed {
    /// Seconds since 1970, there.
    pub now: i64,
    /// It has a whole system's files, and is no copy of some of them.
    pub is_whole: bool,
    pub units: BTreeMap<String, Seen<UnitState>>,
    /// Those of a compose project.
    pub containers: Vec<ContainerState>,
    pub running: Seen<Vec<Running>>,
    pub open: Seen<Vec<Open>>,
    pub accesses: Vec<Access>,
    pub certificates: Vec<Certificate>,
    pub changes: Vec<Change>,
    pub answers: Vec<Answered>,
    pub backends: Vec<Backend>,
    pub names: Vec<Named>,
    pub volumes: Vec<Volume>,
    pub declared: Declared,
    pub drifts: Drifts,
    /// One that is switched on.
    pub firewall: Option<Firewall>,
    /// Whether what sets the clock has done so; nothing if it is not known what does.
    pub clock_is_set: Option<Fact<bool>>,
    pub backups: Vec<Kept>,
    /// Files that take part and could not be read.
    pub unread: Vec<(Utf8PathBuf, Unseen)>,
}

/// A volume that something of the deployment is written to.
#[derive(Clone, Debug)]
pub struct Volume {
    /// The path that lies on it.
    pub path: Fact<Utf8PathBuf>,
    pub free: Seen<Free>,
}

/// What lies in a folder for backups.
#[derive(Clone, Debug)]
pub struct Kept {
    pub backup: Backup,
    /// When the newest file in it was written, in seconds since 1970; nothing if there is none.
    pub newest: Seen<Fact<Option<i64>>>,
}

/// How much of a volume is left, in percent.
#[derive(Clone, Debug)]
pub struct Free {
    pub bytes: Fact<u8>,
    pub inodes: Fact<u8>,
}

/// When a file that a process is configured by was last written.
#[derive(Clone, Debug)]
pub struct Change {
    pub process: String,
    /// At what names the file.
    pub path: Fact<Utf8PathBuf>,
    /// Seconds since 1970.
    pub at: Fact<i64>,
    /// Read when the process starts; else by each worker anew.
    pub by_main: bool,
}

/// A unit as the service manager has it.
#[derive(Clone, Debug)]
pub struct UnitState {
    /// `active`, `failed`, `inactive`.
    pub active: Fact<String>,
    /// Why it ended: `exit-code`, `success`.
    pub result: Fact<String>,
    /// `enabled`, `disabled`, `static`; nothing for a unit without a file.
    pub enabled: Option<Fact<String>>,
    /// The manager has another text than the disk.
    pub stale: Option<Fact<()>>,
    /// `oneshot`, `notify`; nothing for a unit that is no service.
    pub kind: Option<Fact<String>>,
    /// It knows no such unit.
    pub unknown: Option<Fact<()>>,
}

/// A container that was made for a service.
#[derive(Clone, Debug)]
pub struct ContainerState {
    pub service: String,
    pub name: String,
    /// `running`, `exited`, `restarting`.
    pub state: Fact<String>,
    pub health: Option<Fact<String>>,
    /// What it ended with.
    pub code: Option<i32>,
}

/// A process of the machine.
#[derive(Clone, Debug)]
pub struct Running {
    pub pid: u32,
    pub parent: u32,
    pub name: String,
    pub words: Vec<String>,
    pub uid: u32,
    pub groups: Vec<u32>,
    /// As which it opens files.
    pub user: Fact<String>,
    /// Seconds since 1970.
    pub started: Fact<i64>,
    pub unit: Option<String>,
    pub is_contained: bool,
    /// What it was started with, where the program has not written over it.
    pub environment: Seen<BTreeMap<String, String>>,
}

/// A socket that takes connections.
#[derive(Clone, Debug)]
pub struct Open {
    pub endpoint: Fact<Endpoint>,
    /// The processes that hold it.
    pub holders: Seen<BTreeSet<u32>>,
    /// What they are called, for display.
    pub program: Option<String>,
}

impl Observed {
    /// A machine that nothing was asked of yet.
    pub fn nothing(now: i64) -> Self {
        Self {
            now,
            is_whole: false,
            units: BTreeMap::new(),
            containers: Vec::new(),
            running: Ok(Vec::new()),
            open: Ok(Vec::new()),
            accesses: Vec::new(),
            certificates: Vec::new(),
            changes: Vec::new(),
            answers: Vec::new(),
            backends: Vec::new(),
            names: Vec::new(),
            volumes: Vec::new(),
            declared: Declared::default(),
            drifts: Drifts::default(),
            firewall: None,
            clock_is_set: None,
            backups: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// The processes of a unit, the oldest first; none if processes cannot be seen.
    pub fn processes_of(&self, unit: &str) -> Vec<&Running> {
        let all = self.running.as_deref().unwrap_or_default();
        all.iter().filter(|it| it.unit.as_deref() == Some(unit)).collect()
    }

    /// The process that a unit started, and those that it started in turn.
    pub fn family(&self, unit: &str) -> Option<(&Running, Vec<&Running>)> {
        let all = self.processes_of(unit);
        let is_child = |it: &Running| all.iter().any(|other| other.pid == it.parent);
        let main = all.iter().find(|it| !is_child(it))?;
        let children = all.iter().filter(|it| it.parent == main.pid).copied().collect();
        Some((main, children))
    }
}

impl Running {
    /// Whether it was started as a process of the model is: the same program, for the same
    /// application.
    pub fn has_words_of(&self, process: &Process) -> bool {
        let Some(started) = &process.started else { return false };
        let Some(app) = &started.app else { return false };
        let program = Utf8Path::new(&started.executable.value).file_name();
        let is_program = |word: &String| {
            let word = word.split(' ').next().unwrap_or_default().trim_end_matches(':');
            Utf8Path::new(word).file_name() == program
        };
        let names = |word: &String| word.contains(&app.value.module);
        self.words.iter().take(3).any(is_program) && self.words.iter().any(names)
    }
}

impl Open {
    /// Whether a client of the machine that connects to an endpoint is answered here.
    pub fn answers(&self, endpoint: &Endpoint) -> bool {
        crate::model::reaches(endpoint, &self.endpoint.value) == Some(true)
    }

    /// Whether others than the machine itself can connect.
    pub fn is_public(&self) -> bool {
        match &self.endpoint.value {
            Endpoint::Tcp { host: Host::Any, .. } => true,
            Endpoint::Tcp { host: Host::Address(address), .. } => is_global(address),
            Endpoint::Tcp { host: Host::Loopback | Host::Name(_), .. } | Endpoint::Unix(_) => false,
        }
    }
}

/// Neither private (RFC 1918, RFC 4193) nor of one link only.
fn is_global(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !(address.is_private() || address.is_link_local()),
        IpAddr::V6(address) => !(address.is_unique_local() || address.is_unicast_link_local()),
    }
}

impl From<SocketAddr> for Endpoint {
    fn from(at: SocketAddr) -> Self {
        // `::` takes IPv4 as well wherever `bindv6only` is what Linux sets (ipv6(7)).
        let mapped = match at.ip() {
            IpAddr::V6(address) => address.to_ipv4_mapped().map_or(at.ip(), IpAddr::V4),
            IpAddr::V4(_) => at.ip(),
        };
        Self::Tcp { host: Host::parse(&mapped.to_string()), port: at.port() }
    }
}
