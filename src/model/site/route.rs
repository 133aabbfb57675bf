//! A part of a site that another program answers, and what that is sent.

use crate::fact::Fact;
use crate::model::Endpoint;
use crate::model::scheme::TELL_UWSGI;
use std::time::Duration;

/// A part of a site that is passed on to another program.
#[derive(Clone, Debug)]
pub struct Route {
    /// `location /api/`, at its head.
    pub shown: Fact<String>,
    /// The line that passes it on.
    pub pass: Fact<String>,
    /// Whether it is what a site passes on if nothing else is said.
    pub for_everything: bool,
    /// Where to, at the line that says so; none if variables decide.
    pub upstreams: Vec<Fact<Endpoint>>,
    /// The process that takes it, found when the deployment is put together.
    pub process: Option<Fact<usize>>,
    /// That process does not listen where the route leads, and no other does.
    pub missed: bool,
    /// What is sent on beside the client's own headers, by name in lower case.
    pub sent: Vec<(String, Fact<String>)>,
    /// What else uWSGI's protocol has, by name in lower case: `https`, `uwsgi_scheme`.
    pub variables: Vec<(String, Fact<String>)>,
    /// How long the proxy waits for the next bytes of an answer.
    pub read_timeout: Option<Fact<Duration>>,
    /// The largest body that is passed on; zero is no limit.
    pub body_limit: Option<Fact<u64>>,
    /// That nothing else is sent, at the line that passes it on.
    pub sent_whole: Fact<()>,
    /// Whom it leads to may see another path than was asked for.
    pub renamed: bool,
}

impl Route {
    /// The path that its location is for, if that is one and no pattern.
    pub fn part(&self) -> Option<&str> {
        let path = self.shown.value.strip_prefix("location ")?;
        let path = path.strip_prefix("^~ ").unwrap_or(path);
        (path.starts_with('/') && path.ends_with('/')).then_some(path)
    }

    /// Whether its address has a port of its own, which no name of an upstream has.
    pub fn names_port(&self) -> bool {
        let address = self.pass.value.split_once("://").map_or(self.pass.value.as_str(), |it| it.1);
        address.split('/').next().is_some_and(|it| it.contains(':'))
    }

    /// The value that a header is sent with, if the proxy sets it.
    pub fn sends(&self, header: &str) -> Option<&Fact<String>> {
        let header = header.to_ascii_lowercase();
        self.sent.iter().find(|(name, _)| *name == header).map(|(_, value)| value)
    }

    /// Whether it is passed on by uWSGI's own protocol.
    pub fn is_by_uwsgi(&self) -> bool {
        self.pass.value.starts_with("uwsgi://")
    }

    /// What makes the application know of https that this does not tell of, be it by a header that it sends.
    pub fn telling_of_https(&self) -> &'static str {
        match (self.forwarded_proto().is_some(), self.is_by_uwsgi()) {
            (false, true) => TELL_UWSGI,
            _ => "set SECURE_PROXY_SSL_HEADER to the header that the proxy sends",
        }
    }

    /// What uWSGI is told beside headers.
    pub fn variable(&self, name: &str) -> Option<&Fact<String>> {
        self.variables.iter().find(|(it, _)| it == name).map(|(_, value)| value)
    }

    /// Whether it says which part of the path is not for whom it leads to: gunicorn takes the header for
    /// WSGI's `SCRIPT_NAME`, and Django puts it in front of a URL that is relative.
    pub fn names_script(&self) -> bool {
        ["script_name", "script-name", "x-script-name"].iter().any(|it| self.sends(it).is_some())
    }

    /// What the proxy tells of the scheme that a request came by.
    pub fn forwarded_proto(&self) -> Option<&Fact<String>> {
        self.sends("x-forwarded-proto")
    }

    /// Whether connections can become WebSockets.
    pub fn upgrades(&self) -> bool {
        self.sends("upgrade").is_some_and(|value| !value.value.is_empty())
    }

    /// Whether it is for WebSockets alone: it upgrades, and its path is called as theirs are by custom.
    /// Many a route for pages has the header `Upgrade` as well.
    pub fn is_for_websockets(&self) -> bool {
        let path = self.shown.value.as_str();
        self.upgrades() && !self.for_everything && (path.contains("/ws") || path.contains("socket"))
    }

    /// That a header is surely not set, so that a client's own passes or none is sent.
    pub fn does_not_send(&self, header: &str) -> Option<Fact<()>> {
        self.sends(header).is_none().then(|| self.sent_whole.clone())
    }
}
