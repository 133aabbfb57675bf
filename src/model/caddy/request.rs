//! A request as it is asked about, and what of it the handlers have changed so far.

use crate::fact::{Environment, Fact, Lookup};
use crate::model::caddy::Scheme;
use std::net::IpAddr;

/// What is at a path, in the file system that Caddy sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    File,
    Folder,
    Absent,
    Unknown,
}

#[derive(Clone)]
pub struct Request<'a> {
    pub method: String,
    pub scheme: Scheme,
    /// The `Host` header, with its port if it has one.
    pub host: String,
    /// As it is sent, with its escapes.
    pub path: String,
    pub query: Option<String>,
    /// `None` if nothing is said of the client's headers, rather than that there are none.
    pub headers: Option<Vec<(String, String)>>,
    pub client: Option<IpAddr>,
    pub files: &'a dyn Fn(&str) -> Seen,
    pub environment: Option<&'a Environment>,
}

fn unseen(_: &str) -> Seen {
    Seen::Unknown
}

impl<'a> Request<'a> {
    /// A GET over https by a client of whom no more is known.
    pub fn get(host: &str, uri: &str) -> Self {
        let (path, query) = match uri.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (uri, None),
        };
        Self {
            method: "GET".to_owned(),
            scheme: Scheme::Https,
            host: host.to_owned(),
            path: path.to_owned(),
            query,
            headers: None,
            client: None,
            files: &unseen,
            environment: None,
        }
    }

    /// The host without its port and brackets.
    pub fn hostname(&self) -> &str {
        let host = match self.host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            Some(_) | None => &self.host,
        };
        host.trim_start_matches('[').trim_end_matches(']')
    }

    pub(super) fn uri(&self) -> String {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        match &self.query {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<Vec<&str>> {
        if name.eq_ignore_ascii_case("host") {
            return Some(vec![&self.host]);
        }
        let headers = self.headers.as_ref()?;
        let same = headers.iter().filter(|(field, _)| field.eq_ignore_ascii_case(name));
        Some(same.map(|(_, value)| value.as_str()).collect())
    }
}

/// What a placeholder stands for while a request is answered.
pub(super) struct Placeholders<'r, 'a> {
    pub request: &'r Request<'a>,
    pub original: &'r Request<'a>,
    pub root: Option<&'r Fact<String>>,
    /// Of the `file` matcher that matched last.
    pub file: Option<&'r str>,
    pub status: Option<&'r str>,
}

/// A text with its placeholders filled in.
pub(super) struct Filled {
    pub text: String,
    /// Some placeholder is left in it.
    pub is_open: bool,
}

impl Placeholders<'_, '_> {
    pub(super) fn fill(&self, text: &str) -> Filled {
        self.fill_by(text, |_, value| value)
    }

    /// A query, in which values are escaped unless they are the whole query of the request.
    pub(super) fn query(&self, text: &str) -> Filled {
        let mut query = Filled { text: String::new(), is_open: false };
        let mut is_value = false;
        for part in rebuilt(text).split_inclusive(['=', '&']) {
            let filled = self.fill_by(part, |name, value| match name {
                "query" | "http.request.uri.query" if !is_value => value,
                _ => encode_query(&value),
            });
            query.text.push_str(&filled.text);
            query.is_open |= filled.is_open;
            is_value = part.ends_with('=');
        }
        query.text = query.text.trim_start_matches('&').to_owned();
        query
    }

    /// Caddy looks at no value twice, so what a placeholder brings in is not looked at here.
    fn fill_by(&self, text: &str, change: impl Fn(&str, String) -> String) -> Filled {
        let mut filled = Filled { text: String::new(), is_open: false };
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            let Some(end) = from.find('}') else { break };
            // `\{` is a brace.
            if let Some(before) = before.strip_suffix('\\') {
                filled.text.push_str(before);
                filled.text.push('{');
                rest = &from[1..];
                continue;
            }
            filled.text.push_str(before);
            match self.value(&from[1..end]) {
                // `${NAME}` is what the environment would have told.
                Some(value) if !before.ends_with('$') => {
                    filled.text.push_str(&change(&from[1..end], value));
                }
                Some(_) | None => {
                    filled.text.push_str(&from[..=end]);
                    filled.is_open = true;
                }
            }
            rest = &from[end + 1..];
        }
        filled.text.push_str(rest);
        filled
    }

    fn value(&self, name: &str) -> Option<String> {
        let request = self.request;
        let decoded = decode(&request.path);
        let name = name.strip_prefix("http.request.").unwrap_or(name);
        let value = match name {
            "host" => request.hostname().to_owned(),
            "hostport" => request.host.clone(),
            "port" => port(request)?,
            "method" => request.method.clone(),
            "scheme" => scheme(request.scheme).to_owned(),
            "uri" => request.uri(),
            "path" | "uri.path" => decoded,
            "dir" | "uri.path.dir" => decoded[..=decoded.rfind('/')?].to_owned(),
            "file" | "uri.path.file" => decoded[decoded.rfind('/')? + 1..].to_owned(),
            "query" | "uri.query" => request.query.clone().unwrap_or_default(),
            "?query" | "uri.prefixed_query" => {
                request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default()
            }
            "orig_method" => self.original.method.clone(),
            "orig_uri" => self.original.uri(),
            "orig_path" | "orig_uri.path" => decode(&self.original.path),
            "orig_query" | "orig_uri.query" => self.original.query.clone().unwrap_or_default(),
            "http.matchers.file.relative" | "file_match.relative" => self.file?.to_owned(),
            "http.vars.root" | "vars.root" => self.root?.value.clone(),
            "http.error.status_code" | "err.status_code" => self.status?.to_owned(),
            "remote_host" | "remote.host" | "client_ip" => request.client?.to_string(),
            _ => return self.value_of(name),
        };
        Some(value)
    }

    /// Placeholders that end in a name of somebody's choice.
    fn value_of(&self, name: &str) -> Option<String> {
        if let Some(name) = name.strip_prefix("header.") {
            return Some(self.request.header(name)?.join(","));
        }
        if let Some(name) = name.strip_prefix("env.") {
            return match self.request.environment?.get(name) {
                Lookup::Set(value) => Some(value.value),
                Lookup::Absent => Some(String::new()),
                Lookup::Unknown(_) => None,
            };
        }
        let labels = name.strip_prefix("labels.").or_else(|| name.strip_prefix("host.labels."));
        if let Some(index) = labels {
            let index: usize = index.parse().ok()?;
            let label = self.request.hostname().rsplit('.').nth(index);
            return Some(label.unwrap_or_default().to_owned());
        }
        None
    }
}

fn port(request: &Request<'_>) -> Option<String> {
    let (_, port) = request.host.rsplit_once(':')?;
    port.bytes().all(|byte| byte.is_ascii_digit()).then(|| port.to_owned())
}

pub(super) fn scheme(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    }
}

/// A path without its escapes.
pub(super) fn decode(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escape = (byte == b'%').then(|| after.get(..2)).flatten();
        let escaped = escape.and_then(|pair| std::str::from_utf8(pair).ok());
        match escaped.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(escaped) => {
                bytes.push(escaped);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A path with what cannot stand in a URL escaped, as Go's `URL.EscapedPath` does.
pub(super) fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/$&+,:;=@!'()*%".contains(&byte) {
            encoded.push(byte as char);
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A query as Caddy puts it together again: without names that are empty, and without a `=` that
/// nothing follows.
pub(super) fn rebuilt(query: &str) -> String {
    let parts: Vec<_> = query.split('&').filter(|part| !part.is_empty()).collect();
    let joined = parts.join("&");
    joined.strip_suffix('=').map(str::to_owned).unwrap_or(joined)
}

/// Go's `url.QueryEscape`.
fn encode_query(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push('+'),
            _ if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => {
                encoded.push(byte as char);
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Go's `path.Clean`, a slash at the end kept; `//` inside is one slash. A rewrite can leave a path
/// without a slash at its start.
pub(super) fn clean(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_none_or(|last| *last == "..") && !is_rooted => parts.push(".."),
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let cleaned = match (is_rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    };
    if path.ends_with('/') && cleaned != "/" { cleaned + "/" } else { cleaned }
}

/// The same below a root, which no `..` leaves.
pub(super) fn below(path: &str) -> String {
    clean(&format!("/{path}"))
}
