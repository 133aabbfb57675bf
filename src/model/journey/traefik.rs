//! What Traefik does with a request, and what of it the next one gets.

use crate::model::journey::encoding;
use crate::model::journey::headers::{Headers, Sent};
use crate::model::journey::hop::{At, Trail};
use crate::model::journey::request::Request;
use crate::model::journey::upstream::{Passed, Redirects};
use crate::model::journey::{End, Journeys};
use crate::model::traefik::{Config, Does, Pass, Redirect, Site};
use crate::model::{Scheme, Spoken, ViewId};

/// Fields that it takes from nobody (Traefik's documentation, "EntryPoints", "Forwarded Headers").
const OWN: &[&str] = &["x-forwarded-", "x-real-ip", "host"];

impl<'d> Journeys<'d> {
    pub(super) fn traefik(
        &self,
        (config, view, port): (&'d Config, ViewId, u16),
        request: &Request,
        trail: &mut Trail,
    ) -> Result<Passed, End> {
        if !encoding::is_escaped(request.path()) {
            trail.hop(At::Client, "400: the path has an escape that is none");
            return Err(End::answered(400));
        }
        let request = &Request { target: cleaned(&request.target), ..request.clone() };
        let tls = request.scheme == Scheme::Https;
        if let Some((_, redirect)) = config.redirects.iter().find(|(it, _)| *it == port && !tls) {
            return Err(redirected(redirect, request, trail));
        }
        let here = |it: &&Site| it.port == Some(port) && it.tls == tls;
        let here = || config.sites.iter().filter(here);
        let named = here().find(|it| it.has(&request.host));
        // Whatever no router is for is answered, by TLS as well, and with a certificate of its own.
        let Some(site) = named.or_else(|| here().find(|it| it.hosts.is_empty())) else {
            trail.hop(At::Site, "no router of Traefik's is for this host: 404");
            return Err(End::answered(404));
        };
        let Some(router) = site.router(&request.host, request.path()) else {
            return Err(match site.is_open(&request.host, request.path()) {
                true => End::Unknown("which router of Traefik's is meant is not known".to_owned()),
                false => {
                    trail.hop(At::Route, "no router of Traefik's is for this path: 404");
                    End::answered(404)
                }
            });
        };
        trail
            .hop(At::Route, format!("Traefik's router `{}` takes it", router.name))
            .shows(&router.rule, "its rule");
        match &router.does {
            Does::Pass(pass) => Ok(passed(pass, view, request)),
            Does::Redirect(it) => Err(redirected(it, request, trail)),
            Does::Unknown => {
                Err(End::Unknown("what a middleware of Traefik's does is not followed".to_owned()))
            }
        }
    }
}

fn redirected(it: &Redirect, request: &Request, trail: &mut Trail) -> End {
    let to = request.elsewhere(&it.scheme, it.port);
    let status = match (request.method == "GET", it.permanent) {
        (true, true) => 301,
        (true, false) => 302,
        (false, true) => 308,
        (false, false) => 307,
    };
    trail.hop(At::Route, format!("{status} to `{to}`")).shows(&it.at, "redirected here");
    End::redirected(status, to)
}

impl Request {
    /// The same path under another scheme, and a port where that is not the usual one.
    fn elsewhere(&self, scheme: &str, port: Option<u16>) -> String {
        let usual = if scheme == "https" { 443 } else { 80 };
        let sent = self.host_header();
        let own = sent.rfind(':').filter(|at| sent[at + 1..].bytes().all(|it| it.is_ascii_digit()));
        let host = &sent[..own.unwrap_or(sent.len())];
        match port.filter(|it| *it != usual) {
            Some(port) => format!("{scheme}://{host}:{port}{}", self.target),
            None => format!("{scheme}://{host}{}", self.target),
        }
    }
}

/// A target as Traefik has it, whose escapes are all some: `//` and `..` are taken out of the path, and
/// escapes of what needs none are taken back (measured with 3.7.15).
fn cleaned(target: &str) -> String {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let (start, escapes) = path.split_at(path.find('%').unwrap_or(path.len()));
    let mut plain = start.to_owned();
    for part in escapes.split('%').skip(1) {
        let (digits, rest) = part.split_at(2);
        match u8::from_str_radix(digits, 16) {
            Ok(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                plain.push(char::from(byte));
            }
            _ => plain.push_str(&format!("%{digits}")),
        }
        plain.push_str(rest);
    }
    let mut kept: Vec<&str> = Vec::new();
    for part in plain.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = kept.pop(),
            part => kept.push(part),
        }
    }
    let ends = ["/", "/.", "/.."].iter().any(|it| plain.ends_with(it)) && !kept.is_empty();
    let path = format!("/{}{}", kept.join("/"), if ends { "/" } else { "" });
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

fn passed(pass: &Pass, view: ViewId, request: &Request) -> Passed {
    let line = pass.at.map(|_| ());
    let mut headers = Headers::default();
    let known = |value: &str| Sent::Value(value.to_owned());
    let set = |name: &str| pass.sets.iter().any(|(it, _)| it == name);
    let is_own = |name: &str| OWN.iter().any(|it| name.starts_with(it)) || set(name);
    for (name, value) in &request.headers {
        if !is_own(&name.to_ascii_lowercase()) {
            headers.push(name, known(value), None);
        }
    }
    let host = match pass.keeps_host {
        true => known(&request.host_header()),
        false => Sent::Unknown("which host Traefik sends is not known".to_owned()),
    };
    headers.push("Host", host, Some(line.clone()));
    let client = request.client.to_string();
    let told = [
        ("X-Forwarded-For", client.as_str()),
        ("X-Real-Ip", client.as_str()),
        ("X-Forwarded-Proto", request.scheme.name()),
        ("X-Forwarded-Host", &request.host_header()),
    ];
    for (name, value) in told.into_iter().filter(|(name, _)| !set(&name.to_ascii_lowercase())) {
        let value = match pass.believes {
            true => Sent::Unknown(format!("whom Traefik believes of {name} is not known")),
            false => known(value),
        };
        headers.push(name, value, Some(line.clone()));
    }
    for (name, value) in pass.sets.iter().filter(|(_, value)| !value.value.is_empty()) {
        headers.push(name, known(&value.value), Some(value.map(|_| ())));
    }
    Passed {
        view,
        to: pass.at.value.clone(),
        endpoints: pass.to.clone(),
        line,
        method: request.method.clone(),
        target: request.target.clone(),
        headers,
        variables: Headers::default(),
        upgrades: Ok(request.is_handshake()),
        speaks: Spoken::Http,
        bound: None,
        redirects: Redirects::Replaced(Vec::new()),
        intercepts: None,
    }
}
