//! Where a process listens, and where another connects to.

use crate::fact::symbol;
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};
use std::fmt;
use std::net::IpAddr;

/// An address of a process, in the file system and network of whoever names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Tcp { host: Host, port: u16 },
    Unix(Utf8PathBuf),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// Every interface: `0.0.0.0`, `0`, `[::]`, or no host at all.
    Any,
    Loopback,
    Address(IpAddr),
    /// What a resolver must know: a service of compose, a DNS name.
    Name(String),
}

impl Host {
    pub fn parse(text: &str) -> Self {
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        match bare {
            // One number is an address of the old kind (inet_aton(3)), as in `--bind 0:8000`.
            "" | "*" | "0" => return Self::Any,
            // Every resolver that Django, nginx and gunicorn use takes it from hosts(5).
            "localhost" => return Self::Loopback,
            _ => {}
        }
        match bare.parse::<IpAddr>() {
            Ok(address) if address.is_unspecified() => Self::Any,
            Ok(address) if address.is_loopback() => Self::Loopback,
            Ok(address) => Self::Address(address),
            Err(_) => Self::Name(bare.to_ascii_lowercase()),
        }
    }

    /// Whether a server that is bound to it is reached from other networks. No IPv6 address by itself
    /// says so, and no name.
    pub fn is_public(&self) -> bool {
        match self {
            Self::Any => true,
            Self::Address(IpAddr::V4(address)) => !address.is_private() && !address.is_link_local(),
            Self::Address(IpAddr::V6(_)) | Self::Loopback | Self::Name(_) => false,
        }
    }
}

impl Endpoint {
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Tcp { port, .. } => Some(*port),
            Self::Unix(_) => None,
        }
    }

    /// Whether nobody reaches it from another network.
    pub fn is_loopback(&self) -> bool {
        matches!(self, Self::Tcp { host: Host::Loopback, .. })
    }

    /// Whether both are sockets in the file system, of one name in different directories.
    pub fn is_named_as(&self, other: &Self) -> bool {
        let (Self::Unix(a), Self::Unix(b)) = (self, other) else { return false };
        a.file_name() == b.file_name()
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("0.0.0.0"),
            Self::Loopback => f.write_str("127.0.0.1"),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Address(address) => address.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{path}"),
        }
    }
}

/// Whether a client on the same machine that connects to `to` reaches a server bound to `bound`.
/// `None` if a name or a placeholder decides.
pub fn reaches(to: &Endpoint, bound: &Endpoint) -> Option<bool> {
    match (to, bound) {
        (Endpoint::Unix(to), Endpoint::Unix(bound)) => {
            symbol::same(normal(to).as_str(), normal(bound).as_str())
        }
        (Endpoint::Tcp { host: to, port }, Endpoint::Tcp { host, port: bound }) => {
            if port != bound {
                return Some(false);
            }
            match (to, host) {
                (Host::Name(_), _) | (_, Host::Name(_)) => (to == host).then_some(true),
                // Linux connects 0.0.0.0 to the machine itself.
                (_, Host::Any) | (Host::Any, Host::Loopback) => Some(true),
                (Host::Any | Host::Loopback | Host::Address(_), _) => Some(to == host),
            }
        }
        (Endpoint::Unix(_), Endpoint::Tcp { .. }) | (Endpoint::Tcp { .. }, Endpoint::Unix(_)) => {
            Some(false)
        }
    }
}

/// `/var/run` is `/run` wherever systemd runs (file-hierarchy(7)).
pub(super) fn normal(path: &Utf8Path) -> Utf8PathBuf {
    let path = normalize(path);
    match path.strip_prefix("/var/run") {
        Ok(rest) => Utf8Path::new("/run").join(rest),
        Err(_) => path,
    }
}
