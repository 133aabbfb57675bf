//! What a proxy passes on, and the process that it reaches.

use crate::fact::Fact;
use crate::model::journey::headers::Headers;
use crate::model::journey::hop::{At, Hop, Trail};
use crate::model::journey::{End, Journeys, Response};
use crate::model::scheme::{Peer, peer_of};
use crate::model::{Endpoint, Spoken, ViewId};

/// A request on its way from a proxy.
pub(super) struct Passed {
    /// The network that the connection is made in.
    pub(super) view: ViewId,
    /// As the proxy names it.
    pub(super) to: String,
    /// Where that leads; none if variables decide.
    pub(super) endpoints: Vec<Fact<Endpoint>>,
    /// The line that passes it on.
    pub(super) line: Fact<()>,
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Headers,
    /// What uWSGI's protocol has beside headers, by its name in small letters.
    pub(super) variables: Headers,
    /// A WebSocket's handshake stays one; or why nobody can tell.
    pub(super) upgrades: Result<bool, String>,
    pub(super) speaks: Spoken,
    /// The address that the connection comes from.
    pub(super) bound: Option<Fact<String>>,
    pub(super) redirects: Redirects,
    /// The line that has errors answered by the proxy, and their codes.
    pub(super) intercepts: Option<(Fact<()>, Vec<String>)>,
}

/// What becomes of a Location that the upstream sends.
pub(super) enum Redirects {
    /// What begins with the first begins with the second instead.
    Replaced(Vec<(String, String)>),
    Unknown(Fact<()>),
}

/// A request as it reached a process.
pub(super) struct Reached {
    pub(super) index: usize,
    pub(super) peer: Peer,
}

impl Journeys<'_> {
    pub(super) fn reach(&self, passed: &Passed, trail: &mut Trail) -> Result<Reached, End> {
        let deployment = self.deployment;
        let text = format!("passed on to `{}`", passed.to);
        trail.hop(At::Proxy, text).shows(&passed.line, "passed on here");
        let mut reached: Option<(Fact<usize>, &Fact<Endpoint>)> = None;
        for endpoint in &passed.endpoints {
            let Some(next) = self.behind(passed.view, endpoint) else {
                return Err(self.nobody(passed, endpoint, trail));
            };
            if reached.as_ref().is_some_and(|(known, _)| known.value != next.value) {
                return Err(End::Unknown("several processes are passed on to".to_owned()));
            }
            reached = Some((next, endpoint));
        }
        let Some((index, endpoint)) = reached else {
            return Err(End::Unknown(format!("where `{}` leads is not known", passed.to)));
        };
        let process = &deployment.processes[index.value];
        trail.because(&index);
        let speaks_uwsgi = passed.speaks == Spoken::Uwsgi;
        let listening = process.listening_to(&endpoint.value);
        let takes_uwsgi = listening.and_then(|it| process.takes_uwsgi(it));
        if let (Some(listening), Some(takes_uwsgi)) = (listening, takes_uwsgi)
            && takes_uwsgi != speaks_uwsgi
        {
            let name = &process.name;
            let text = match takes_uwsgi {
                true => format!("`{name}` takes uWSGI's protocol there, and no HTTP"),
                false => format!("`{name}` takes HTTP there, and not uWSGI's protocol"),
            };
            let hop = trail.hop(At::Proxy, text);
            hop.shows(endpoint, "connected to here").shows(listening, "listened on here");
            return Err(End::answered(502));
        }
        if speaks_uwsgi && takes_uwsgi.is_none() {
            let why = format!("whether `{}` takes uWSGI's protocol is not known", process.name);
            return Err(End::Unknown(why));
        }
        if passed.speaks == Spoken::Tls {
            return Err(match process.without_tls(&endpoint.value) {
                Some(listening) => {
                    let text =
                        format!("`{}` has no certificate, and takes plain HTTP", process.name);
                    let hop = trail.hop(At::Proxy, text);
                    hop.shows(endpoint, "connected to here").shows(listening, "listened on here");
                    End::answered(502)
                }
                None => End::Unknown("the upstream is spoken to over TLS".to_owned()),
            });
        }
        let peer = match &passed.bound {
            Some(bound) if bound.value != "off" => match bound.value.as_str() {
                "127.0.0.1" => Peer::Loopback,
                text if text.parse::<std::net::IpAddr>().is_ok() => Peer::Elsewhere,
                _ => {
                    return Err(End::Unknown(
                        "`proxy_bind` names an address that is not known".to_owned(),
                    ));
                }
            },
            Some(_) | None => match peer_of(passed.view, process, &endpoint.value) {
                Some(peer) => peer,
                None => {
                    return Err(End::Unknown(
                        "the address of the connection is not known".to_owned(),
                    ));
                }
            },
        };
        // A socket has no address to come from.
        let peer = if matches!(endpoint.value, Endpoint::Unix(_)) { Peer::Socket } else { peer };
        let hop = trail.hop(At::Server, format!("`{}` takes it", process.name));
        hop.shows(endpoint, "connected to here");
        if let Some(listening) = process.listens.iter().find(|it| it.evidence().place().is_some()) {
            hop.shows(listening, "listened on here");
        }
        Ok(Reached { index: index.value, peer })
    }

    fn behind(&self, from: ViewId, endpoint: &Fact<Endpoint>) -> Option<Fact<usize>> {
        let key = (from, endpoint.value.clone());
        let mut known = self.reached.borrow_mut();
        if let Some((_, found)) = known.iter().find(|(it, _)| *it == key) {
            return found.as_ref().map(|index| endpoint.map(|_| index.value).given(index));
        }
        let count = self.deployment.processes.len();
        let mut takes = (0..count).filter_map(|index| self.deployment.takes(from, endpoint, index));
        let by_name = || (0..count).find_map(|it| self.deployment.may_take(from, endpoint, it));
        let found = takes.next().or_else(by_name);
        known.push((key, found.clone()));
        found
    }

    /// Nobody in view takes the connection.
    fn nobody(&self, passed: &Passed, endpoint: &Fact<Endpoint>, trail: &mut Trail) -> End {
        if let Some(port) = self.deployment.missed_nginx(passed.view, &endpoint.value) {
            let hop = nobody_at(endpoint, trail);
            hop.shows(port, format!("that container's nginx listens on {port}"));
            return End::answered(502);
        }
        let missed = self.deployment.missed_in_view();
        let surely = missed.as_ref().is_some_and(|missed| {
            missed
                .upstreams
                .iter()
                .any(|(_, it)| it.evidence().place() == endpoint.evidence().place())
        });
        let is_open = self.deployment.surroundings.may_have_another_at(&endpoint.value);
        match missed.filter(|_| surely && !is_open) {
            Some(missed) => {
                let process = missed.process.value;
                let hop = nobody_at(endpoint, trail);
                for listening in &process.listens {
                    let at = &listening.value.endpoint;
                    hop.shows(listening, format!("`{}` listens at {at}", process.name));
                }
                End::answered(502)
            }
            None => End::Unknown(format!(
                "nothing in view listens at {}, which is passed on to from {}",
                endpoint.value, passed.to
            )),
        }
    }
}

/// The hop that ends where a connection is refused.
fn nobody_at<'t>(endpoint: &Fact<Endpoint>, trail: &'t mut Trail) -> &'t mut Hop {
    let hop = trail.hop(At::Proxy, format!("nobody listens at {}", endpoint.value));
    hop.shows(endpoint, "connected to here");
    hop
}

impl Passed {
    /// The upstream's answer as the proxy sends it to the client.
    pub(super) fn back(&self, end: End, trail: &mut Trail) -> End {
        let End::Answered(Response { status, location }) = end else { return end };
        if let Some((line, codes)) = &self.intercepts {
            let may_be = |code: u16| codes.contains(&code.to_string());
            if status.is_none_or(may_be) {
                trail.because(line);
                return End::Unknown("the proxy may answer with a page of its own".to_owned());
            }
        }
        let Some(to) = location else { return End::Answered(Response { status, location }) };
        let to = match &self.redirects {
            Redirects::Unknown(line) => {
                trail.hop(At::Proxy, "the proxy changes where redirects lead").shows(line, "here");
                return End::Unknown("what `proxy_redirect` makes of it is not known".to_owned());
            }
            Redirects::Replaced(pairs) => {
                let replaced = pairs
                    .iter()
                    .find_map(|(from, with)| Some(format!("{with}{}", to.strip_prefix(from)?)));
                match replaced {
                    Some(path) if path.starts_with('/') => {
                        return End::Unknown("`proxy_redirect` makes a path of it".to_owned());
                    }
                    Some(url) => url,
                    None => to,
                }
            }
        };
        End::Answered(Response { status, location: Some(to) })
    }
}
