//! The addresses of a site (`caddyconfig/httpcaddyfile/addresses.go` of 2.11).

use crate::fact::Fact;
use crate::fact::symbol;
use crate::model::caddy::release::Release;
use std::net::IpAddr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Http,
    Https,
}

/// `scheme://host:port/path`, of which every part may be missing.
#[derive(Clone, Debug)]
pub struct Address {
    /// As it is written, with its places.
    pub text: Fact<String>,
    pub scheme: Option<Scheme>,
    /// In lower case and without brackets; empty for every host.
    pub host: String,
    pub port: Option<u16>,
    /// The port is a placeholder: whatever it will be, it is not the default.
    pub is_port_symbolic: bool,
    /// Matched like a path matcher. Caddy warns that this is going away.
    pub path: String,
    /// Whether automatic HTTPS, where it is on, sends the host's requests by http to https.
    pub(super) is_redirected: bool,
}

impl Address {
    /// The parts of an address, or what Caddy says against it.
    pub(super) fn parse(text: &Fact<String>, release: Release) -> Result<Self, String> {
        let written = text.value.trim();
        let (scheme, rest) = match written.split_once("://") {
            None => (None, written),
            Some(("http", rest)) => (Some(Scheme::Http), rest),
            Some(("https", rest)) => (Some(Scheme::Https), rest),
            Some((other, rest)) => match other.to_ascii_lowercase().as_str() {
                "http" => (Some(Scheme::Http), rest),
                "https" => (Some(Scheme::Https), rest),
                _ if !release.refuses_schemes() => (None, rest),
                other => return Err(format!("a site cannot be served over `{other}://`")),
            },
        };
        let (authority, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, ""),
        };
        let (host, port) = split_port(authority);
        let is_port_symbolic = port.is_some_and(symbol::is_symbolic);
        let port = match port {
            None | Some("") => None,
            Some(_) if is_port_symbolic => None,
            Some(port) => match port.parse() {
                Ok(port) => Some(port),
                Err(_) => return Err(format!("`{port}` is no port")),
            },
        };
        let (host, path) = (lower(host), path.to_owned());
        let text = text.clone();
        Ok(Self { text, scheme, host, port, is_port_symbolic, path, is_redirected: true })
    }

    /// Whether one label or more of the host can be anything.
    pub fn is_wildcard(&self) -> bool {
        self.host.contains('*')
    }

    /// Whether Caddy signs a certificate for it with its own authority, as no public one would
    /// (certmagic's `SubjectQualifiesForPublicCert`).
    pub fn is_internal(&self) -> bool {
        const ENDINGS: [&str; 4] = [".localhost", ".local", ".internal", ".home.arpa"];
        self.host == "localhost"
            || self.host.parse::<IpAddr>().is_ok()
            || ENDINGS.iter().any(|ending| self.host.ends_with(ending))
            || !self.host.is_empty() && !self.host.contains('.')
    }
}

/// Host and port as Go's `net.SplitHostPort` sees them; brackets go with the host.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    if let Some(rest) = authority.strip_prefix('[')
        && let Some((host, after)) = rest.split_once(']')
    {
        return (host, after.strip_prefix(':'));
    }
    match authority.rsplit_once(':') {
        Some((host, port))
            if !port.contains('}') && (!host.contains(':') || host.contains('{')) =>
        {
            (host, Some(port))
        }
        _ => (authority, None),
    }
}

/// Hosts are compared in lower case; a placeholder is not a name yet.
fn lower(host: &str) -> String {
    if symbol::is_symbolic(host) { host.to_owned() } else { host.to_lowercase() }
}
