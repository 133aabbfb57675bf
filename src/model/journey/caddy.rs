//! What Caddy does with a request, and what of it the next one gets.

use crate::fact::Fact;
use crate::model::caddy::{self, Answer, Choice, Config, Reply};
use crate::model::journey::disk::Seen;
use crate::model::journey::encoding;
use crate::model::journey::headers::{Headers, Sent};
use crate::model::journey::hop::{At, Trail};
use crate::model::journey::request::Request;
use crate::model::journey::upstream::{Passed, Redirects};
use crate::model::journey::{End, Journeys};
use crate::model::{Endpoint, Scheme, Spoken, ViewId};

impl<'d> Journeys<'d> {
    pub(super) fn caddy(
        &self,
        (config, view, port): (&'d Config, ViewId, u16),
        request: &Request,
        trail: &mut Trail,
    ) -> Result<Passed, End> {
        let host = request.host_header();
        let scheme = match request.scheme {
            Scheme::Http => caddy::Scheme::Http,
            Scheme::Https => caddy::Scheme::Https,
        };
        let choice = config.choose(scheme, port, &host, &request.target);
        let speaks = !matches!(choice, Choice::WrongProtocol | Choice::Closed);
        // Go's own server: a path that cannot be unescaped is a bad request.
        if speaks && !encoding::is_escaped(request.path()) {
            trail.hop(At::Client, "400: the path has an escape that is none");
            return Err(End::answered(400));
        }
        let reached = match choice {
            Choice::Site(reached) => reached,
            Choice::ToHttps { to } => {
                trail.hop(At::Site, format!("308 to `{to}`, by Caddy's automatic HTTPS"));
                return Err(End::redirected(308, to));
            }
            Choice::Nobody => {
                trail.hop(At::Site, "no site of Caddy's is for this host: 200 and nothing");
                return Err(End::answered(200));
            }
            Choice::WrongProtocol if request.scheme == Scheme::Https => {
                trail.hop(At::Client, format!("port {port} speaks no TLS"));
                return Err(End::Refused);
            }
            // Go's server: "Client sent an HTTP request to an HTTPS server."
            Choice::WrongProtocol => return Err(End::answered(400)),
            Choice::Closed => {
                return Err(End::Unknown(format!("nothing in view listens on port {port}")));
            }
            Choice::Unknown => {
                return Err(End::Unknown("which site is meant is not known".to_owned()));
            }
        };
        let address = &reached.address.text;
        trail
            .hop(At::Site, format!("Caddy answers as `{}`", address.value))
            .shows(address, "this address is for it");
        let look = |path: &str| match self.look_for(view, path, request.path()).value {
            Seen::File => caddy::Seen::File,
            Seen::Folder => caddy::Seen::Folder,
            Seen::Nothing => caddy::Seen::Absent,
            Seen::Unknown(_) => caddy::Seen::Unknown,
        };
        let mut asked = caddy::Request::get(&host, &request.target);
        asked.method.clone_from(&request.method);
        asked.scheme = scheme;
        let other = request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host"));
        asked.headers = Some(other.cloned().collect());
        asked.client = Some(request.client);
        asked.files = &look;
        let replies = reached.route(&asked);
        let Some(reply) = replies.only() else {
            return Err(End::Unknown("what no file tells decides between routes".to_owned()));
        };
        self.caddy_replied(reply, view, request, trail)
    }

    fn caddy_replied(
        &self,
        reply: &Reply<'_>,
        view: ViewId,
        request: &Request,
        trail: &mut Trail,
    ) -> Result<Passed, End> {
        if !reply.trail.is_empty() {
            let hop = trail.hop(At::Route, "its directives");
            for place in &reply.trail {
                hop.shows(&Fact::at((), *place), "has a part in it");
            }
        }
        if !reply.guards.is_empty() {
            return Err(End::Unknown(
                "a password or another server decides who may ask".to_owned(),
            ));
        }
        let status = |text: &str| match text.parse() {
            Ok(status) => End::answered(status),
            Err(_) => End::Unknown(format!("the status `{text}` is not known")),
        };
        Err(match &reply.answer {
            Answer::Proxy { proxy, uri, method } => {
                return self.caddy_passed(reply, proxy, (uri, method), view, request);
            }
            Answer::File { root, path, server, .. } => {
                let Some(root) = server.root.as_ref().or(root.as_ref()) else {
                    return Err(End::Unknown(
                        "which directory files come from is not known".to_owned(),
                    ));
                };
                let file = format!("{}{path}", root.value.trim_end_matches('/'));
                self.file((view, request.path()), root, &file, 200, trail)
            }
            Answer::Redirect { to, status, .. } if to.contains('{') => {
                End::Unknown(format!("where {status} leads is not known"))
            }
            Answer::Redirect { to, status, written } => match status.parse() {
                Ok(status) => {
                    trail
                        .hop(At::Route, format!("{status} to `{to}`"))
                        .shows(written, "redirected here");
                    End::redirected(status, to.clone())
                }
                Err(_) => End::Unknown(format!("the status `{status}` is not known")),
            },
            Answer::Respond { status: text, .. } | Answer::Error { status: text } => status(text),
            Answer::Abort => End::Refused,
            Answer::Nothing { .. } => {
                trail.hop(At::Route, "no directive answers: 200 and nothing");
                End::answered(200)
            }
            Answer::Unknown { why } => End::Unknown(why.clone()),
        })
    }

    fn caddy_passed(
        &self,
        reply: &Reply<'_>,
        proxy: &caddy::Proxy,
        (uri, method): (&str, &str),
        view: ViewId,
        request: &Request,
    ) -> Result<Passed, End> {
        let known = proxy.dynamic.is_none() && proxy.transport.is_none();
        if !known || proxy.intercepts.is_some() || !proxy.headers_down.changes.is_empty() {
            return Err(End::Unknown("what `reverse_proxy` does here is not followed".to_owned()));
        }
        let client = request.client.to_string();
        let host = request.host_header();
        let fields = reply.upstream_headers(&client, request.scheme.name(), &host);
        let Some(fields) = fields else {
            return Err(End::Unknown("which headers are sent on is not known".to_owned()));
        };
        let line = proxy.upstreams.first().map(|it| it.written.map(|_| ()));
        let Some(line) = line else {
            return Err(End::Unknown("no upstream is named".to_owned()));
        };
        let mut headers = Headers::default();
        let endpoints = proxy.upstreams.iter().filter_map(|it| it.endpoint.clone());
        let endpoints: Vec<_> = endpoints.collect();
        for (name, value) in fields {
            let value = match endpoints.as_slice() {
                [only] if matches!(only.value, Endpoint::Tcp { .. }) => {
                    value.replace("{upstream_hostport}", &only.value.to_string())
                }
                _ => value,
            };
            let sent = match value.contains('{') {
                true => Sent::Unknown(format!("what Caddy sends as {name} is not known")),
                false => Sent::Value(value),
            };
            headers.push(&name, sent, Some(line.clone()));
        }
        let all = endpoints.len() == proxy.upstreams.len();
        Ok(Passed {
            view,
            to: proxy.upstreams.first().map(|it| it.written.value.clone()).unwrap_or_default(),
            endpoints: if all { endpoints } else { Vec::new() },
            line,
            method: method.to_owned(),
            target: uri.to_owned(),
            headers,
            variables: Headers::default(),
            // Caddy 2 passes handshakes on by itself.
            upgrades: Ok(proxy.upgrades && request.is_handshake()),
            speaks: if proxy.is_tls { Spoken::Tls } else { Spoken::Http },
            bound: None,
            redirects: Redirects::Replaced(Vec::new()),
            intercepts: None,
        })
    }
}
