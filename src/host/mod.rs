//! A machine as `kilter doctor` asks it: files, processes, sockets, units, probes.
//!
//! Three answer alike: the machine that kilter runs on, a folder that stands for `/`, and a
//! recording of another. Each answer is a value or says why there is none; what the answers mean
//! for a deployment is not decided here. Nothing is ever written.

use crate::source::FileSystem;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

mod certificate;
mod container;
mod facts;
#[cfg(target_os = "linux")]
mod live;
mod probe;
mod recorded;
mod recording;
mod users;

pub use certificate::Certificate;
pub use container::Container;
pub use facts::{Facts, FactsError, FileFact, Known};
#[cfg(target_os = "linux")]
pub use live::{Limits, Live, random};
pub use probe::{Ask, Probe, Probed, Reply};
pub use recorded::Recorded;
pub use recording::Recording;
pub use users::{User, Users};

/// A machine that can be asked.
pub trait Host: FileSystem {
    /// Seconds since 1970, there.
    fn now(&self) -> i64;

    fn users(&self) -> Answer<Users>;

    /// Those that the asking process can see, by their ids.
    fn processes(&self) -> Answer<Vec<Process>>;

    /// What takes connections, in the network of the asking process.
    fn sockets(&self) -> Answer<Vec<Socket>>;

    /// What the service manager says of a unit: properties by their names in `systemctl show`.
    fn unit(&self, name: &str) -> Answer<BTreeMap<String, String>>;

    /// Those of the Docker daemon; none if there is no daemon.
    fn containers(&self) -> Answer<Vec<Container>>;

    /// The first certificate of a file.
    fn certificate(&self, path: &Utf8Path) -> Answer<Certificate>;

    /// The volume that a path lies on.
    fn volume(&self, path: &Utf8Path) -> Answer<Volume>;

    /// The addresses that a name has for clients of this machine, none if there is no such name.
    /// Nothing if nobody wanted to know: it takes asking other machines.
    fn resolve(&self, name: &str) -> Answer<Option<Vec<IpAddr>>>;

    /// What something that listens there answers.
    fn probe(&self, probe: &Probe) -> Answer<Reply>;
}

pub type Answer<T> = Result<T, Unknown>;

/// Why there is no answer, and what would give one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unknown {
    #[serde(rename = "unknown")]
    pub why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<Needs>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Needs {
    Root,
    /// A machine that runs, instead of its files.
    Machine,
    /// Leave to open connections.
    Probes,
    Systemd,
    Docker,
    Time,
}

impl Unknown {
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), needs: None }
    }

    pub fn needing(why: impl Into<String>, needs: Needs) -> Self {
        Self { why: why.into(), needs: Some(needs) }
    }
}

impl Needs {
    /// What somebody would do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Root => "run with sudo",
            Self::Machine => "run on the server itself",
            Self::Probes => "run without --no-probe",
            Self::Systemd => "run where systemd answers",
            Self::Docker => "run with sudo, or as a member of group docker",
            Self::Time => "run again when the machine is less busy",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    pub pid: u32,
    pub parent: u32,
    /// The first bytes of the program's file name (proc(5), `comm`).
    pub name: String,
    /// The command line, unless the program has put a title in its place.
    pub words: Vec<String>,
    /// Those that count when it opens a file.
    pub uid: u32,
    pub gid: u32,
    #[serde(default)]
    pub groups: Vec<u32>,
    /// Seconds since 1970.
    pub started: i64,
    /// The unit that it belongs to, by its control group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    pub directory: Known<Utf8PathBuf>,
    /// What it was started with, as `NAME=value`.
    pub environment: Known<Vec<String>>,
}

/// Something that takes connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Socket {
    pub at: Address,
    /// Who opened it, which for a server that changed its user is not who answers.
    pub uid: u32,
    /// The processes that hold it, the oldest first.
    pub holders: Known<Vec<u32>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Address {
    Tcp(SocketAddr),
    Unix(Utf8PathBuf),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    pub bytes: u64,
    pub free: u64,
    pub inodes: u64,
    pub free_inodes: u64,
}

/// What is looked up of a unit, and no more: `Environment=` could hold a secret, and is answered
/// to anybody.
pub const PROPERTIES: &[&str] = &[
    "ActiveState",
    "ActiveEnterTimestampMonotonic",
    "ControlGroup",
    "DropInPaths",
    "FragmentPath",
    "Id",
    "LoadState",
    "MainPID",
    "NeedDaemonReload",
    "NRestarts",
    "Result",
    "SubState",
    "Type",
    "UnitFileState",
];
