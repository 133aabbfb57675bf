//! A request, what is known of it, and the variables that follow.

use crate::model::nginx::answer::State;
use crate::model::nginx::text::{self, Unknown};
use crate::model::nginx::{map, names};
use std::net::IpAddr;

/// How far variables may go through each other.
const DEPTH: usize = 16;

/// The address that a connection was made to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Without an address: to whichever of the machine's.
    Tcp {
        ip: Option<IpAddr>,
        port: u16,
    },
    Unix(String),
}

#[derive(Clone, Debug)]
pub struct Request {
    pub arrival: Arrival,
    /// Whether it came over TLS.
    pub tls: bool,
    pub method: String,
    /// The Host header.
    pub host: String,
    /// Path and query as sent.
    pub uri: String,
    /// The other headers that are known. One that is not listed was not sent, if `complete`.
    pub headers: Vec<(String, String)>,
    pub complete: bool,
    pub client: Option<IpAddr>,
}

/// What lies at a path of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    File,
    Folder,
    Nothing,
}

/// Asks for what lies at a path; `None` where nobody can tell.
pub type Disk<'a> = &'a dyn Fn(&str) -> Option<Entry>;

impl Request {
    /// A GET of which nothing else is known.
    pub fn get(arrival: Arrival, tls: bool, host: &str, uri: &str) -> Self {
        Self {
            arrival,
            tls,
            method: "GET".to_owned(),
            host: host.to_owned(),
            uri: uri.to_owned(),
            headers: Vec::new(),
            complete: false,
            client: None,
        }
    }

    /// A header by its name in any case; the outer error if it is not known whether it was sent.
    fn header(&self, name: &str) -> Result<Option<&str>, Unknown> {
        if name == "host" {
            return Ok(Some(&self.host).filter(|host| !host.is_empty()).map(String::as_str));
        }
        let sent = self.headers.iter().find(|(sent, _)| {
            sent.len() == name.len() && sent.to_ascii_lowercase().replace('-', "_") == name
        });
        match sent {
            Some((_, value)) => Ok(Some(value)),
            None if self.complete => Ok(None),
            None => Err(Unknown::variable(&format!("http_{name}"))),
        }
    }

    fn port(&self) -> Option<u16> {
        match self.arrival {
            Arrival::Tcp { port, .. } => Some(port),
            Arrival::Unix(_) => None,
        }
    }

    pub(super) fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }
}

impl State<'_, '_> {
    /// A text with its variables replaced.
    pub(super) fn filled(&mut self, text: &str) -> Result<String, Unknown> {
        text::filled(text, |name| self.variable(name))
    }

    /// The value of a variable, without its dollar. Names are compared in lower case.
    pub(super) fn variable(&mut self, name: &str) -> Result<String, Unknown> {
        if let Ok(number) = name.parse::<usize>() {
            return Ok(self.groups.numbered.get(number).cloned().unwrap_or_default());
        }
        let name = name.to_ascii_lowercase();
        if let Some(value) = self.set.get(&name) {
            return value.clone();
        }
        // A map may take another's result, and a configuration in the making its own.
        if self.depth == DEPTH {
            return Err(Unknown::new("variables depend on each other too deeply"));
        }
        self.depth += 1;
        let value = map::variable(self, &name).or_else(|| self.built_in(&name));
        self.depth -= 1;
        if let Some(value) = value {
            return value;
        }
        // Set somewhere, and not on this request's way: nginx logs a warning and takes nothing.
        if self.config.sets_variable(&name) {
            return Ok(String::new());
        }
        Err(Unknown::variable(&name))
    }

    fn built_in(&mut self, name: &str) -> Option<Result<String, Unknown>> {
        let request = self.request;
        let known = |text: &str| Some(Ok(text.to_owned()));
        match name {
            "uri" | "document_uri" => known(&self.uri.path),
            "request_uri" => known(&request.uri),
            "args" | "query_string" => known(&self.uri.args),
            "is_args" => known(if self.uri.args.is_empty() { "" } else { "?" }),
            "host" => Some(Ok(names::host(&request.host).unwrap_or_else(|| self.server_name()))),
            "server_name" => known(&self.server_name()),
            "scheme" => known(request.scheme()),
            "https" => known(if request.tls { "on" } else { "" }),
            "request_method" => known(&self.method),
            "server_protocol" => known("HTTP/1.1"),
            "server_port" => request.port().map(|port| Ok(port.to_string())),
            "remote_addr" => request.client.map(|client| Ok(client.to_string())),
            "remote_user" => known(""),
            "document_root" => Some(self.document_root()),
            "request_filename" => Some(self.file()),
            "proxy_host" => Some(self.passed().map(|pass| pass.host_header())),
            "proxy_port" => Some(self.passed().map(|pass| pass.port().to_string())),
            "proxy_add_x_forwarded_for" => Some(self.forwarded_for()),
            "content_type" | "content_length" => Some(self.header_text(name)),
            _ => {
                if let Some(header) = name.strip_prefix("http_") {
                    return Some(self.header_text(header));
                }
                if let Some(argument) = name.strip_prefix("arg_") {
                    return Some(Ok(self.argument(argument)));
                }
                let cookie = name.strip_prefix("cookie_")?;
                Some(self.cookie(cookie))
            }
        }
    }

    fn header_text(&self, name: &str) -> Result<String, Unknown> {
        Ok(self.request.header(name)?.unwrap_or_default().to_owned())
    }

    fn argument(&self, name: &str) -> String {
        let arguments = self.uri.args.split('&').filter_map(|it| it.split_once('='));
        let mut found = arguments.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.to_owned()).unwrap_or_default()
    }

    fn cookie(&self, name: &str) -> Result<String, Unknown> {
        let Some(cookies) = self.request.header("cookie")? else { return Ok(String::new()) };
        let cookies = cookies.split(';').filter_map(|it| it.trim().split_once('='));
        let mut found = cookies.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        Ok(found.next().map(|(_, value)| value.to_owned()).unwrap_or_default())
    }

    fn forwarded_for(&self) -> Result<String, Unknown> {
        let client = self.request.client.ok_or_else(|| Unknown::variable("remote_addr"))?;
        Ok(match self.request.header("x_forwarded_for")? {
            Some(before) => format!("{before}, {client}"),
            None => client.to_string(),
        })
    }

    /// The server's first name, without the dot of `.example.com`.
    fn server_name(&self) -> String {
        let first = self.server.names().first().map(|name| name.value.to_string());
        let name = first.unwrap_or_default();
        name.strip_prefix('.').map(str::to_owned).unwrap_or(name)
    }
}
