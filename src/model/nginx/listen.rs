//! Where a server listens.

use crate::fact::Fact;
use crate::model::nginx::scope::Line;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address as `listen` gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// The unspecified addresses stand for all of their family.
    Tcp {
        ip: IpAddr,
        port: u16,
    },
    /// A name that is resolved when nginx starts.
    Named {
        host: String,
        port: u16,
    },
    Unix(String),
    /// A placeholder, or nothing that nginx would take.
    Unknown(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    pub address: Address,
    pub ssl: bool,
    pub http2: bool,
    pub quic: bool,
    pub default_server: bool,
    pub proxy_protocol: bool,
}

/// nginx's own for a server without `listen`, if it is started by root.
pub(super) const DEFAULT: Address =
    Address::Tcp { ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED), port: 80 };

impl Address {
    /// `80`, `*:80`, `127.0.0.1`, `[::]:80`, `localhost:8000`, `unix:/run/x.sock`.
    pub fn parse(text: &str) -> Self {
        let unknown = || Self::Unknown(text.to_owned());
        if let Some(path) = text.strip_prefix("unix:") {
            return Self::Unix(path.to_owned());
        }
        let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port != 0);
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let any = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
            return port(text).map_or_else(unknown, |port| Self::Tcp { ip: any, port });
        }
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, "")) => (host, Some(80)),
            Some((host, rest)) => (host, rest.strip_prefix(':').and_then(port)),
            None => match text.rsplit_once(':') {
                Some((host, text)) => (host, port(text)),
                None => (text, Some(80)),
            },
        };
        let Some(port) = port else { return unknown() };
        if host == "*" {
            return Self::Tcp { ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED), port };
        }
        if let Ok(ip) = host.parse() {
            return Self::Tcp { ip, port };
        }
        let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if host.is_empty() || !host.chars().all(name) || host.contains("__") {
            return unknown();
        }
        Self::Named { host: host.to_ascii_lowercase(), port }
    }

    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Tcp { port, .. } | Self::Named { port, .. } => Some(*port),
            Self::Unix(_) | Self::Unknown(_) => None,
        }
    }

    pub fn is_ipv6(&self) -> bool {
        matches!(self, Self::Tcp { ip, .. } if ip.is_ipv6())
    }

    pub fn is_any(&self) -> bool {
        matches!(self, Self::Tcp { ip, .. } if ip.is_unspecified())
    }

    /// Only the machine itself can connect; `None` for names.
    pub fn is_loopback(&self) -> Option<bool> {
        match self {
            Self::Tcp { ip, .. } => Some(ip.is_loopback()),
            Self::Named { host, .. } => (host == "localhost").then_some(true),
            Self::Unix(_) => Some(true),
            Self::Unknown(_) => None,
        }
    }

    /// Whether a connection to an address of the machine is taken here. `localhost` is both
    /// loopback addresses, as hosts(5) has it.
    pub(super) fn accepts(&self, to: IpAddr) -> bool {
        match self {
            Self::Tcp { ip, .. } => *ip == to,
            Self::Named { host, .. } => host == "localhost" && to.is_loopback(),
            Self::Unix(_) | Self::Unknown(_) => false,
        }
    }

    pub(super) fn accepts_any(&self, to: IpAddr) -> bool {
        match self {
            Self::Tcp { ip, .. } => ip.is_unspecified() && ip.is_ipv4() == to.is_ipv4(),
            Self::Named { .. } | Self::Unix(_) | Self::Unknown(_) => false,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { ip: IpAddr::V6(ip), port } => write!(f, "[{ip}]:{port}"),
            Self::Tcp { ip, port } if ip.is_unspecified() => write!(f, "*:{port}"),
            Self::Tcp { ip, port } => write!(f, "{ip}:{port}"),
            Self::Named { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{path}"),
            Self::Unknown(text) => f.write_str(text),
        }
    }
}

/// The listeners of one `listen` line: several for a range of ports (1.15.10), and IPv4's too
/// for `[::]` with `ipv6only=off`.
pub(super) fn listeners(line: &Line) -> Vec<Fact<Listener>> {
    let Some(address) = line.args.first() else { return Vec::new() };
    let flag = |name: &str| line.args.iter().skip(1).any(|arg| arg.value == name);
    let listener = |address: Address| Listener {
        address,
        ssl: flag("ssl") || flag("quic"),
        http2: flag("http2"),
        quic: flag("quic"),
        default_server: flag("default_server") || flag("default"),
        proxy_protocol: flag("proxy_protocol"),
    };
    let both = line.option("ipv6only").is_some_and(|value| value.value == "off");
    let mut addresses = range(&address.value);
    if both {
        for address in addresses.clone() {
            if let Address::Tcp { ip: IpAddr::V6(Ipv6Addr::UNSPECIFIED), port } = address {
                addresses.push(Address::Tcp { ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED), port });
            }
        }
    }
    addresses.into_iter().map(|address| line.fact(listener(address))).collect()
}

/// The addresses that one argument names.
pub(super) fn range(text: &str) -> Vec<Address> {
    let (host, ports) = text.rsplit_once(':').map_or(("", text), |(host, ports)| (host, ports));
    let bounds = ports
        .split_once('-')
        .and_then(|(first, last)| Some((first.parse::<u16>().ok()?, last.parse::<u16>().ok()?)));
    let Some((first, last)) = bounds.filter(|(first, last)| first <= last) else {
        return vec![Address::parse(text)];
    };
    let separator = if host.is_empty() { "" } else { ":" };
    (first..=last).map(|port| Address::parse(&format!("{host}{separator}{port}"))).collect()
}
