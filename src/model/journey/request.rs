//! A request as somebody sends it: from its URL, and what a client adds by itself.

use crate::model::Scheme;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Somebody outside, at an address that is nobody's (RFC 5737).
const OUTSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));

/// Where a request starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    Outside,
    /// The machine itself.
    Host,
    /// The container of this service, or the machine that this process runs on.
    Process(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub scheme: Scheme,
    /// In lower case, IPv6 in brackets.
    pub host: String,
    pub port: u16,
    /// Path and query as they are sent: nothing is normalised here.
    pub target: String,
    pub method: String,
    /// Beside `Host`, and complete: what is not listed is not sent.
    pub headers: Vec<(String, String)>,
    pub from: From,
    pub client: IpAddr,
    /// A browser's form: it brings the token and the cookie of the page that it came with.
    pub has_token: bool,
    /// To a page with a form that is taken to be there, whatever the URLconf says of the path.
    pub has_page: bool,
}

/// What is wrong with a URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    #[error("`{0}` is no URL of http or https, as in `https://example.com/path`")]
    Scheme(String),
    #[error("the URL has no host")]
    NoHost,
    #[error("the URL has a user or a password in it, which no server is sent")]
    Credentials,
    #[error("`{0}` is no port")]
    Port(String),
    #[error("`{0}` is no IPv6 address")]
    Address(String),
    #[error("`{0}` has several colons; an IPv6 address stands in brackets")]
    Brackets(String),
    #[error(
        "`{0}` is not ASCII; write it as browsers send it, in the form that begins with `xn--`"
    )]
    NotAscii(String),
    #[error("`{0}` is no host name")]
    Host(String),
    #[error("the URL has a control character in it")]
    Control,
    #[error("`{0}` is no header; write it as `Name: value`")]
    Header(String),
    #[error("`{0}` is no method")]
    Method(String),
}

impl Request {
    /// A GET as a browser sends it.
    pub fn get(url: &str) -> Result<Self, BadUrl> {
        if url.chars().any(char::is_control) {
            return Err(BadUrl::Control);
        }
        let url = url.trim();
        let shown = || BadUrl::Scheme(without_credentials(url).to_owned());
        let (scheme, rest) = url.split_once("://").ok_or_else(shown)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(shown()),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if authority.contains('@') {
            return Err(BadUrl::Credentials);
        }
        let (host, port) = host_and_port(authority)?;
        let target =
            if target.starts_with('/') { escaped(target) } else { format!("/{}", escaped(target)) };
        let from = match host.as_str() {
            "localhost" | "127.0.0.1" | "[::1]" => From::Host,
            _ => From::Outside,
        };
        let client = if from == From::Host { Ipv4Addr::LOCALHOST.into() } else { OUTSIDE };
        Ok(Self {
            scheme,
            host,
            port: port.unwrap_or(scheme.port()),
            target,
            method: "GET".to_owned(),
            headers: vec![
                ("User-Agent".to_owned(), "Mozilla/5.0".to_owned()),
                ("Accept".to_owned(), "*/*".to_owned()),
            ],
            from,
            client,
            has_token: true,
            has_page: false,
        })
    }

    /// The same as a form or a script of the site's own page sends it: with its origin, where the
    /// method is one that changes something.
    pub fn by(mut self, method: &str) -> Result<Self, BadUrl> {
        let is_token = |c: char| c.is_ascii_alphabetic() || c == '-';
        if method.is_empty() || !method.chars().all(is_token) {
            return Err(BadUrl::Method(method.to_owned()));
        }
        self.method = method.to_ascii_uppercase();
        if !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE") {
            let origin = self.origin();
            self.set("Referer", &format!("{origin}{}", self.path()));
            self.set("Origin", &origin);
        }
        Ok(self)
    }

    /// The same to a path that some page with a form is taken to have.
    pub fn to_some_page(mut self) -> Self {
        self.has_page = true;
        self
    }

    /// The same, sent by a process of the deployment or from its container.
    pub fn from_process(mut self, name: &str) -> Self {
        self.from = From::Process(name.to_owned());
        self.client = Ipv4Addr::LOCALHOST.into();
        self
    }

    /// `Name: value`, instead of what a browser sends. Without a value the header is left out.
    pub fn with_header(mut self, line: &str) -> Result<Self, BadUrl> {
        let bad = || BadUrl::Header(line.chars().filter(|c| !c.is_control()).collect());
        let (name, value) = line.split_once(':').ok_or_else(bad)?;
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let value = value.trim();
        if name.is_empty() || !name.chars().all(is_token) || value.chars().any(char::is_control) {
            return Err(bad());
        }
        self.set(name, value);
        Ok(self)
    }

    fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        if !value.is_empty() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut same = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        same.next().map(|(_, value)| value.as_str())
    }

    /// Whether a WebSocket is to be opened (RFC 6455, 4.1).
    pub(super) fn is_handshake(&self) -> bool {
        let names = |name: &str, word: &str| names(self.header(name).unwrap_or_default(), word);
        names("upgrade", "websocket") && names("connection", "upgrade")
    }

    /// The `Host` header: with the port, unless it is the scheme's own.
    pub fn host_header(&self) -> String {
        if let Some(host) = self.header("host") {
            return host.to_owned();
        }
        match self.port == self.scheme.port() {
            true => self.host.clone(),
            false => format!("{}:{}", self.host, self.port),
        }
    }

    pub fn origin(&self) -> String {
        let port =
            if self.port == self.scheme.port() { String::new() } else { format!(":{}", self.port) };
        format!("{}://{}{port}", self.scheme.name(), self.host)
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// Where a redirect leads: what a browser sends next. `None` if it leaves http.
    pub(super) fn follow(&self, status: u16, location: &str) -> Option<Self> {
        let url = if location.contains("://") {
            location.to_owned()
        } else if location.starts_with("//") {
            format!("{}:{location}", self.scheme.name())
        } else if location.starts_with('/') {
            format!("{}{location}", self.origin())
        } else if location.starts_with('?') {
            format!("{}{}{location}", self.origin(), self.path())
        } else {
            let folder = self.path().rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{}{folder}/{location}", self.origin())
        };
        let next = Self::get(&url).ok()?;
        // What a browser adds by itself it adds again; what was asked for by hand stays.
        let again = |name: &str| {
            ["host", "origin", "referer"].contains(&name.to_ascii_lowercase().as_str())
        };
        let headers = self.headers.iter().filter(|(name, _)| !again(name)).cloned().collect();
        let (from, client) = (self.from.clone(), self.client);
        let (has_token, has_page) = (self.has_token, self.has_page);
        let next = Self { headers, from, client, has_token, has_page, ..next };
        // Fetch, "HTTP-redirect fetch": only 307 and 308 keep what is no GET.
        let keeps = matches!(status, 307 | 308) || self.method == "HEAD";
        if keeps { next.by(&self.method).ok() } else { Some(next) }
    }
}

impl Scheme {
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that a URL without one means.
    pub fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.method, self.origin(), self.target)
    }
}

/// Whoever mistypes a URL should not find their password on the screen.
fn without_credentials(url: &str) -> &str {
    url.rsplit_once('@').map_or(url, |(_, rest)| rest)
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), BadUrl> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) =
            rest.split_once(']').ok_or_else(|| BadUrl::Address(authority.to_owned()))?;
        let parsed: Ipv6Addr = address.parse().map_err(|_| BadUrl::Address(address.to_owned()))?;
        let port = match port.strip_prefix(':') {
            Some(text) => Some(port_of(text)?),
            None if port.is_empty() => None,
            None => return Err(BadUrl::Port(port.to_owned())),
        };
        return Ok((format!("[{parsed}]"), port));
    }
    let (host, port) = match authority.split_once(':') {
        Some((_, port)) if port.contains(':') => {
            return Err(BadUrl::Brackets(authority.to_owned()));
        }
        Some((host, port)) => (host, if port.is_empty() { None } else { Some(port_of(port)?) }),
        None => (authority, None),
    };
    if host.is_empty() {
        return Err(BadUrl::NoHost);
    }
    if !host.is_ascii() {
        return Err(BadUrl::NotAscii(host.to_owned()));
    }
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if !host.chars().all(is_host) {
        return Err(BadUrl::Host(host.to_owned()));
    }
    Ok((host.to_ascii_lowercase(), port))
}

fn port_of(text: &str) -> Result<u16, BadUrl> {
    text.parse().ok().filter(|port| *port != 0).ok_or_else(|| BadUrl::Port(text.to_owned()))
}

/// What no client sends as it is, in its escaped form.
fn escaped(target: &str) -> String {
    let mut out = String::with_capacity(target.len());
    for byte in target.bytes() {
        match byte {
            b' ' | b'"' | b'<' | b'>' | 0x80.. => out.push_str(&format!("%{byte:02X}")),
            byte => out.push(char::from(byte)),
        }
    }
    out
}

/// Whether a list of words, as headers have them, names one.
pub(super) fn names(list: &str, word: &str) -> bool {
    list.split(',').any(|it| it.trim().eq_ignore_ascii_case(word))
}
