//! `reverse_proxy`: where requests go, and what is sent along.

use crate::fact::{Fact, symbol};
use crate::model::caddy::HeaderOps;
use crate::model::caddy::release::Release;
use crate::model::{Endpoint, Host};
use crate::syntax::Problem;
use crate::syntax::caddy::{Directive, Token};

/// An upstream as it is written, and where that leads if it can be told.
#[derive(Clone, Debug)]
pub struct Upstream {
    pub written: Fact<String>,
    /// `None` for placeholders that only a request fills in, and for networks other than these.
    pub endpoint: Option<Fact<Endpoint>>,
}

#[derive(Clone, Debug, Default)]
pub struct Proxy {
    pub upstreams: Vec<Upstream>,
    /// `dynamic srv …`: the upstreams are looked up while Caddy runs.
    pub dynamic: Option<Fact<String>>,
    /// The upstream is spoken to over TLS.
    pub is_tls: bool,
    /// The `X-Forwarded-*` that are sent whether anybody asks for it or not, in small letters.
    pub forwards: &'static [&'static str],
    /// Whether a connection can become a WebSocket.
    pub upgrades: bool,
    /// Whether the upstream's own name is sent as `Host`: over TLS, since 2.11. `None` if the
    /// release decides and nobody names it.
    pub sends_own_host: Option<bool>,
    /// Over FastCGI or by a transport of a plugin, rather than HTTP.
    pub transport: Option<Fact<String>>,
    pub headers_up: HeaderOps,
    pub headers_down: HeaderOps,
    /// Whose `X-Forwarded-*` are believed, beside those of the global options.
    pub trusted_proxies: Vec<Fact<String>>,
    /// The path and query that are sent, if not the request's.
    pub rewrite: Option<Fact<String>>,
    pub method: Option<Fact<String>>,
    /// Responses of the upstream are answered otherwise.
    pub intercepts: Option<Fact<String>>,
}

/// What Caddy 2 passes on by itself (its documentation of `reverse_proxy`, "Defaults").
const FORWARDED: &[&str] = &["x-forwarded-proto", "x-forwarded-for", "x-forwarded-host"];

const OPTIONS: &[&str] = &[
    "dynamic",
    "fail_duration",
    "flush_interval",
    "handle_response",
    "header_down",
    "header_up",
    "health_body",
    "health_fails",
    "health_follow_redirects",
    "health_headers",
    "health_interval",
    "health_method",
    "health_passes",
    "health_port",
    "health_request_body",
    "health_status",
    "health_timeout",
    "health_upstream",
    "health_uri",
    "lb_policy",
    "lb_retries",
    "lb_retry_match",
    "lb_try_duration",
    "lb_try_interval",
    "max_fails",
    "method",
    "replace_status",
    "request_buffers",
    "response_buffers",
    "rewrite",
    "stream_buffer_size",
    "stream_close_delay",
    "stream_timeout",
    "to",
    "transport",
    "trusted_proxies",
    "unhealthy_latency",
    "unhealthy_request_count",
    "unhealthy_status",
    "verbose_logs",
    // Gone since 2.7 and 2.8.
    "buffer_requests",
    "buffer_responses",
    "health_path",
    "max_buffer_size",
];

impl Proxy {
    pub(super) fn read(
        arguments: &[Token],
        body: &[Directive],
        release: Release,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut proxy = Self { forwards: FORWARDED, upgrades: true, ..Self::default() };
        proxy.add(arguments, release, problems);
        for line in body {
            proxy.option(line, release, problems);
        }
        let sends = if proxy.is_tls { release.sends_upstreams_host() } else { Some(false) };
        proxy.sends_own_host = sends;
        proxy.refuse_mixed_schemes(problems);
        proxy
    }

    /// All upstreams of one proxy are spoken to in one way.
    fn refuse_mixed_schemes(&self, problems: &mut Vec<Problem>) {
        let scheme = |upstream: &Upstream| {
            upstream.written.value.split_once("://").map(|(scheme, _)| scheme.to_owned())
        };
        let mut upstreams = self.upstreams.iter().filter(|upstream| scheme(upstream).is_some());
        let Some(first) = upstreams.next() else { return };
        if let Some(other) = self.upstreams.iter().find(|other| scheme(other) != scheme(first))
            && let Some(place) = other.written.evidence().place()
        {
            let message = "all upstreams of a proxy have the same scheme";
            problems.push(Problem::new(place, message));
        }
    }

    fn add(&mut self, words: &[Token], release: Release, problems: &mut Vec<Problem>) {
        for word in words {
            match upstream(&word.text, release) {
                Ok((upstream, is_tls)) => {
                    self.is_tls |= is_tls;
                    self.upstreams.push(upstream);
                }
                Err(message) => problems.push(Problem::new(word.place, message)),
            }
        }
    }

    fn option(&mut self, line: &Directive, release: Release, problems: &mut Vec<Problem>) {
        let arguments = line.arguments();
        let first = arguments.first().map(|word| word.text.clone());
        let named = |name: &str| line.name().text.map(|_| name.to_owned());
        match line.name().text() {
            "to" => self.add(arguments, release, problems),
            "dynamic" => self.dynamic = first,
            "header_up" => self.headers_up.changes.extend(HeaderOps::of_line(arguments).changes),
            "header_down" => {
                self.headers_down.changes.extend(HeaderOps::of_line(arguments).changes);
            }
            "trusted_proxies" => {
                self.trusted_proxies.extend(arguments.iter().map(|word| word.text.clone()));
            }
            "rewrite" => self.rewrite = first,
            "method" => self.method = first,
            "handle_response" | "replace_status" => {
                self.intercepts = Some(named(line.name().text()));
            }
            "transport" => {
                let is_http = first.as_ref().is_some_and(|name| name.value == "http");
                self.is_tls |= is_http && line.body().iter().any(enables_tls);
                self.transport = first.filter(|_| !is_http);
            }
            name if name.starts_with('@') || OPTIONS.contains(&name) => {}
            name => {
                let message = format!("`reverse_proxy` has no option `{name}`");
                problems.push(Problem::new(line.name().place, message));
            }
        }
    }
}

fn enables_tls(option: &Directive) -> bool {
    option.name().text().starts_with("tls")
}

/// An upstream, and whether it is reached over TLS; or what Caddy says against it
/// (`reverseproxy/addresses.go` of 2.11).
fn upstream(written: &Fact<String>, release: Release) -> Result<(Upstream, bool), String> {
    let text = written.value.as_str();
    let placed = |endpoint: Option<Endpoint>| Upstream {
        written: written.clone(),
        endpoint: endpoint.map(|endpoint| written.map(|_| endpoint.clone())),
    };
    if let Some((scheme, rest)) = text.split_once("://") {
        let default = match scheme {
            "http" | "h2c" => 80,
            "https" => 443,
            _ if !release.refuses_schemes() => 80,
            _ => return Err(format!("an upstream cannot be reached over `{scheme}://`")),
        };
        if rest.contains(['/', '?', '#']) {
            return Err("the address of an upstream has no path".to_owned());
        }
        let endpoint = tcp(rest, default);
        let conflict = match (&endpoint, scheme) {
            (Some(Endpoint::Tcp { port: 443, .. }), "http" | "h2c") => true,
            (Some(Endpoint::Tcp { port: 80, .. }), "https") => true,
            (Some(Endpoint::Tcp { .. } | Endpoint::Unix(_)) | None, _) => false,
        };
        if conflict {
            return Err(format!("`{scheme}://` and this port contradict each other"));
        }
        return Ok((placed(endpoint), scheme == "https"));
    }
    let unix = text.strip_prefix("unix/").or_else(|| text.strip_prefix("unix+h2c/"));
    if let Some(path) = unix {
        // `unix//run/a.sock|0220` says which permissions the socket gets where Caddy makes it.
        let path = path.split('|').next().unwrap_or_default();
        return Ok((placed(Some(Endpoint::Unix(path.into()))), false));
    }
    if let Some(rest) = text.strip_prefix("tcp/") {
        return Ok((placed(tcp(rest, 80)), false));
    }
    // Caddy takes what stands before another slash for the name of a network.
    let endpoint = if text.contains('/') { None } else { tcp(text, 80) };
    Ok((placed(endpoint), false))
}

fn tcp(text: &str, default: u16) -> Option<Endpoint> {
    if text.contains('{') && !symbol::is_symbolic(text) {
        return None;
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
        // What stands for the whole address may bring its port along.
        Some(_) | None if text.contains('}') => return None,
        Some(_) | None => (text, default),
    };
    Some(Endpoint::Tcp { host: Host::parse(host), port })
}
