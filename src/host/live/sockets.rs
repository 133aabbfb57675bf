//! Listening sockets: `/proc/net/tcp`, `tcp6` and `unix`, and who holds them (proc(5)).
//!
//! They are those of the reader's own network; a container's are not among them.

use crate::host::{Address, Answer, Known, Needs, Socket, Unknown};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

/// Far more than a machine listens on; connections stand in the same table.
const LONGEST: u64 = 64 << 20;

/// `TCP_LISTEN` of the kernel.
const LISTEN: &str = "0A";

/// `__SO_ACCEPTCON`: the socket takes connections.
const ACCEPTS: u32 = 0x1_0000;

/// The sockets of a process's network; who holds them is looked up among all processes.
pub(super) fn sockets(proc: &Path, process: &Path) -> Answer<Vec<Socket>> {
    let text = |name| table(process, name);
    let unknown = |error: io::Error| {
        let why = format!("/proc/net cannot be read: {}", crate::source::said(&error));
        Unknown::needing(why, Needs::Machine)
    };
    let mut found = tcp(&text("tcp").map_err(unknown)?);
    // A kernel without IPv6 has no such table.
    found.extend(tcp(&text("tcp6").unwrap_or_default()));
    found.extend(unix(&text("unix").map_err(unknown)?));

    let holders = Holders::find(proc);
    let socket = |(inode, at, uid)| Socket { at, uid, holders: holders.of(inode) };
    let mut sockets: Vec<Socket> = found.into_iter().map(socket).collect();
    sockets.sort_by(|a, b| a.at.cmp(&b.at));
    sockets.dedup_by(|a, b| a.at == b.at && a.holders == b.holders);
    Ok(sockets)
}

/// What listens by TCP in the network of a process, by inode.
pub(super) fn listening(process: &Path) -> Option<BTreeSet<u64>> {
    let table = table(process, "tcp").ok()?;
    Some(tcp(&table).into_iter().map(|(inode, _, _)| inode).collect())
}

fn table(process: &Path, name: &str) -> io::Result<String> {
    let mut text = Vec::new();
    fs::File::open(process.join("net").join(name))?.take(LONGEST).read_to_end(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Inode, address and the user who opened it.
type Found = (u64, Address, u32);

fn tcp(table: &str) -> Vec<Found> {
    let line = |line: &str| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let [_, local, _, state, _, _, _, uid, _, inode, ..] = fields.as_slice() else {
            return None;
        };
        let at = Address::Tcp(socket_address(local)?);
        (*state == LISTEN).then_some((inode.parse().ok()?, at, uid.parse().ok()?))
    };
    table.lines().skip(1).filter_map(line).collect()
}

/// The kernel writes each word of an address in its own byte order, and the port in the net's.
fn socket_address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let words = (0..address.len() / 8).map(|word| {
        let digits = address.get(word * 8..word * 8 + 8)?;
        u32::from_str_radix(digits, 16).ok().map(u32::to_ne_bytes)
    });
    let bytes: Vec<u8> = words.collect::<Option<Vec<_>>>()?.concat();
    let address = match bytes.len() {
        4 => IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?)),
        16 => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)),
        _ => return None,
    };
    Some(SocketAddr::new(address, port))
}

fn unix(table: &str) -> Vec<Found> {
    let line = |line: &str| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let [_, _, _, flags, _, _, inode, path @ ..] = fields.as_slice() else { return None };
        let accepts = u32::from_str_radix(flags, 16).ok()? & ACCEPTS != 0;
        let path = path.join(" ");
        // Abstract ones have no file.
        (accepts && path.starts_with('/')).then_some((
            inode.parse().ok()?,
            Address::Unix(path.into()),
            0,
        ))
    };
    table.lines().skip(1).filter_map(line).collect()
}

/// Which processes hold a socket, as far as their files can be looked at.
struct Holders {
    by_inode: BTreeMap<u64, BTreeSet<u32>>,
    /// Whether some process could not be looked into.
    partial: bool,
}

impl Holders {
    fn find(proc: &Path) -> Self {
        let mut holders = Self { by_inode: BTreeMap::new(), partial: false };
        let processes = fs::read_dir(proc).into_iter().flatten().flatten();
        for process in processes {
            let Some(pid) = process.file_name().to_str().and_then(|it| it.parse().ok()) else {
                continue;
            };
            match fs::read_dir(process.path().join("fd")) {
                Ok(open) => holders.add(pid, open),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(_) => holders.partial = true,
            }
        }
        holders
    }

    fn add(&mut self, pid: u32, open: fs::ReadDir) {
        for entry in open.flatten() {
            let Ok(target) = fs::read_link(entry.path()) else { continue };
            let target = target.to_string_lossy();
            let inode = target.strip_prefix("socket:[").and_then(|it| it.strip_suffix(']'));
            if let Some(inode) = inode.and_then(|it| it.parse().ok()) {
                self.by_inode.entry(inode).or_default().insert(pid);
            }
        }
    }

    fn of(&self, inode: u64) -> Known<Vec<u32>> {
        match self.by_inode.get(&inode) {
            Some(pids) => Known::Value(pids.iter().copied().collect()),
            None if self.partial => {
                Known::Unknown(Unknown::needing("who holds it is shown to root only", Needs::Root))
            }
            None => Known::Value(Vec::new()),
        }
    }
}
