//! The machine that kilter runs on, or a folder that stands for its `/`.
//!
//! Everything is opened for reading only, and only regular files of a bounded size; a call that
//! hangs, as on a dead NFS server, is given up. The one program that is run is `systemctl show`.

use crate::host::certificate;
use crate::host::{
    Address, Answer, Certificate, Container, Host, Needs, Probe, Process, Reply, Socket,
};
use crate::host::{Unknown, Users, Volume};
use crate::source::{AclEntry, AclTag, FileSystem, LARGEST, Stat, StatKind, Unread, said};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::OFlags;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::net::IpAddr;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

mod docker;
mod patience;
mod probe;
mod proc;
mod resolve;
mod sockets;
mod systemctl;
mod tls;

use patience::Patience;

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub total: Duration,
    /// One call to the file system.
    pub call: Duration,
    /// `systemctl show`.
    pub command: Duration,
    /// One probe; zero makes none.
    pub probe: Duration,
    /// Whether other machines may be asked.
    pub external: bool,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            total: seconds(10),
            call: seconds(1),
            command: seconds(3),
            probe: seconds(2),
            external: false,
        }
    }
}

#[derive(Debug)]
pub struct Live {
    /// The folder that stands for `/`; none for the machine itself.
    root: Option<PathBuf>,
    limits: Limits,
    patience: Patience,
    processes: OnceLock<Answer<Vec<Process>>>,
}

impl Live {
    pub fn new(root: Option<PathBuf>, limits: Limits) -> Self {
        let patience = Patience::new(limits.total, limits.call);
        Self { root, limits, patience, processes: OnceLock::new() }
    }

    /// Where the disk has a path of the machine. Its folders are real ones, so no link leads out
    /// of a root that was given.
    fn real(&self, path: &Utf8Path) -> PathBuf {
        match &self.root {
            None => path.as_std_path().to_owned(),
            Some(root) => root.join(path.strip_prefix("/").unwrap_or(path)),
        }
    }

    fn call<T: Send + 'static>(
        &self,
        path: &Utf8Path,
        call: impl FnOnce(&Path) -> Result<T, Unread> + Send + 'static,
    ) -> Result<T, Unread> {
        let real = self.real(path);
        self.patience
            .run(path.as_std_path(), move || call(&real))
            .unwrap_or_else(|late| Err(Unread::Failed(late.to_string())))
    }

    /// An answer only if something may run behind the root; else it is files alone.
    fn is_alive(&self) -> Answer<()> {
        match self.root.is_none() || self.proc().join("stat").is_file() {
            true => Ok(()),
            false => Err(Unknown::needing("in a folder nothing runs", Needs::Machine)),
        }
    }

    /// Whether the network behind the root is the one that this process is in: the same sockets
    /// listen in both.
    fn shares_network(&self) -> bool {
        let table = |process: &str| sockets::listening(&self.proc().join(process));
        self.root.is_none() || table("self").is_some_and(|own| Some(own) == table("1"))
    }

    /// The probe as this process makes it: a socket's path is below the root.
    fn reached(&self, probe: &Probe) -> Probe {
        let to = match &probe.to {
            Address::Unix(path) => match Utf8PathBuf::from_path_buf(self.real(path)) {
                Ok(path) => Address::Unix(path),
                Err(_) => probe.to.clone(),
            },
            Address::Tcp(_) => probe.to.clone(),
        };
        Probe { to, ask: probe.ask.clone() }
    }

    /// The process whose network is the machine's.
    fn network(&self) -> PathBuf {
        self.proc().join(if self.root.is_none() { "self" } else { "1" })
    }

    fn proc(&self) -> PathBuf {
        self.real(Utf8Path::new("/proc"))
    }
}

/// Bytes that nobody can foretell, as the kernel makes them.
pub fn random() -> std::io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    // At most 256 bytes come whole (getrandom(2)).
    rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())?;
    Ok(bytes)
}

impl FileSystem for Live {
    fn stat(&self, path: &Utf8Path) -> Result<Option<Stat>, Unread> {
        self.call(path, |real| match fs::symlink_metadata(real) {
            Ok(metadata) => stat(real, &metadata).map(Some),
            Err(error) => match error.kind() {
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Ok(None),
                _ => Err(Unread::Failed(said(&error))),
            },
        })
    }

    fn names(&self, folder: &Utf8Path) -> Result<Vec<String>, Unread> {
        self.call(folder, |real| {
            let failed = |error: std::io::Error| Unread::Failed(said(&error));
            let mut names = Vec::new();
            for entry in fs::read_dir(real).map_err(failed)?.take(MOST_NAMES) {
                // A name that is no UTF-8 is none that configures anything.
                names.extend(entry.map_err(failed)?.file_name().into_string().ok());
            }
            names.sort();
            Ok(names)
        })
    }

    fn read(&self, file: &Utf8Path) -> Result<Vec<u8>, Unread> {
        self.call(file, read_regular)
    }
}

/// A folder with more names than this is one of uploads or sessions.
const MOST_NAMES: usize = 10_000;

fn stat(real: &Path, metadata: &fs::Metadata) -> Result<Stat, Unread> {
    let kind = metadata.file_type();
    let kind = if kind.is_dir() {
        StatKind::Dir
    } else if kind.is_symlink() {
        let target = fs::read_link(real).map_err(|error| Unread::Failed(said(&error)))?;
        StatKind::Link(Utf8PathBuf::from(target.to_string_lossy().into_owned()))
    } else if kind.is_file() {
        StatKind::File
    } else if kind.is_socket() {
        StatKind::Socket
    } else if kind.is_fifo() {
        StatKind::Fifo
    } else {
        StatKind::Device
    };
    let acl = match kind {
        StatKind::Link(_) => Vec::new(),
        _ => acl(real),
    };
    Ok(Stat {
        kind,
        mode: metadata.mode() & 0o7777,
        uid: metadata.uid(),
        gid: metadata.gid(),
        size: metadata.len(),
        modified: metadata.mtime(),
        acl,
    })
}

/// The access list of a file that has one (`acl_ea_header` and `acl_ea_entry` of the kernel): the
/// group bits of its mode are then the list's mask.
fn acl(real: &Path) -> Vec<AclEntry> {
    let mut buffer = [0; 1024];
    let Ok(length) = rustix::fs::lgetxattr(real, "system.posix_acl_access", &mut buffer[..]) else {
        return Vec::new();
    };
    let Some(entries) = buffer.get(4..length) else { return Vec::new() };
    let entry = |entry: &[u8]| {
        let tag = u16::from_le_bytes([entry[0], entry[1]]);
        let bits = (u16::from_le_bytes([entry[2], entry[3]]) & 7) as u8;
        let id = u32::from_le_bytes([entry[4], entry[5], entry[6], entry[7]]);
        let of = match tag {
            0x01 => AclTag::Owner,
            0x02 => AclTag::User(id),
            0x04 => AclTag::Group,
            0x08 => AclTag::NamedGroup(id),
            0x10 => AclTag::Mask,
            0x20 => AclTag::Other,
            _ => return None,
        };
        Some(AclEntry { of, bits })
    };
    entries.chunks_exact(8).filter_map(entry).collect()
}

/// The file may become a pipe between two calls, and opening that must not wait.
fn read_regular(real: &Path) -> Result<Vec<u8>, Unread> {
    let failed = |error: std::io::Error| Unread::Failed(said(&error));
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY).bits() as i32;
    let file = fs::OpenOptions::new().read(true).custom_flags(flags).open(real).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(Unread::NoFile);
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Unread::TooLarge(metadata.len()));
    }
    Ok(bytes)
}

impl Host for Live {
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(0, |since| since.as_secs() as i64)
    }

    fn users(&self) -> Answer<Users> {
        let text = |path: &str| {
            let bytes = self.read(Utf8Path::new(path));
            let bytes = bytes.map_err(|why| Unknown::new(format!("{path}: {why}")))?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        Ok(Users::parse(&text("/etc/passwd")?, &text("/etc/group")?))
    }

    fn processes(&self) -> Answer<Vec<Process>> {
        self.is_alive()?;
        self.processes.get_or_init(|| proc::processes(&self.proc())).clone()
    }

    fn sockets(&self) -> Answer<Vec<Socket>> {
        self.is_alive()?;
        sockets::sockets(&self.proc(), &self.network())
    }

    fn unit(&self, name: &str) -> Answer<BTreeMap<String, String>> {
        if self.root.is_some() {
            let why = "a folder has no service manager";
            return Err(Unknown::needing(why, Needs::Machine));
        }
        systemctl::show(name, self.limits.command.min(self.patience.left()))
    }

    fn containers(&self) -> Answer<Vec<Container>> {
        const SOCKET: &str = "/var/run/docker.sock";
        if self.limits.probe.is_zero() {
            return Err(Unknown::needing("probes were not wanted", Needs::Probes));
        }
        let real = self.real(Utf8Path::new(SOCKET));
        let there = self.call(Utf8Path::new(SOCKET), |real| Ok(fs::metadata(real).is_ok()));
        match (there, Utf8PathBuf::from_path_buf(real)) {
            (Ok(true), Ok(socket)) => {
                docker::containers(socket, self.limits.probe.min(self.patience.left()))
            }
            (Ok(_), _) => Ok(Vec::new()),
            (Err(why), _) => Err(Unknown::new(why.to_string())),
        }
    }

    fn certificate(&self, path: &Utf8Path) -> Answer<Certificate> {
        let bytes = self.read(path).map_err(|why| match &why {
            Unread::Failed(said) if said == "permission denied" => {
                Unknown::needing(said.clone(), Needs::Root)
            }
            _ => Unknown::new(why.to_string()),
        })?;
        certificate::parse(&bytes)
    }

    fn volume(&self, path: &Utf8Path) -> Answer<Volume> {
        self.is_alive()?;
        let answer = self.call(path, |real| {
            rustix::fs::statvfs(real).map_err(|error| Unread::Failed(said(&error.into())))
        });
        let it = answer.map_err(|why| Unknown::new(why.to_string()))?;
        // What is kept for root is neither used nor free, as df(1) counts.
        let usable = it.f_blocks.saturating_sub(it.f_bfree).saturating_add(it.f_bavail);
        Ok(Volume {
            bytes: usable.saturating_mul(it.f_frsize),
            free: it.f_bavail.saturating_mul(it.f_frsize),
            inodes: it.f_files,
            free_inodes: it.f_favail,
        })
    }

    fn resolve(&self, name: &str) -> Answer<Option<Vec<IpAddr>>> {
        if !self.limits.external || self.limits.probe.is_zero() {
            return Ok(None);
        }
        self.is_alive()?;
        resolve::addresses(name, self.limits.probe.min(self.patience.left())).map(Some)
    }

    fn probe(&self, probe: &Probe) -> Answer<Reply> {
        self.is_alive()?;
        if !self.shares_network() {
            return Err(Unknown::needing("it is another network", Needs::Machine));
        }
        if self.limits.probe.is_zero() {
            return Err(Unknown::needing("probes were not wanted", Needs::Probes));
        }
        probe::ask(&self.reached(probe), self.limits.probe.min(self.patience.left()))
    }
}
