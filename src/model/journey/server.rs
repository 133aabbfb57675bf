//! What the application's server makes of a request before Django sees it.

use crate::fact::Fact;
use crate::model::journey::headers::{Headers, Sent};
use crate::model::journey::hop::{At, Trail};
use crate::model::journey::request::Request;
use crate::model::journey::upstream::{Passed, Reached};
use crate::model::journey::{End, Journeys};
use crate::model::scheme::{Peer, Reads, Trust, trust};
use crate::model::{Process, Scheme};

/// gunicorn's `secure_scheme_headers`.
const SECURE: &[(&str, &str)] =
    &[("x-forwarded-protocol", "ssl"), ("x-forwarded-proto", "https"), ("x-forwarded-ssl", "on")];

/// gunicorn refuses a longer request line (`limit_request_line`); others take more.
const LONGEST_LINE: usize = 4000;

/// A request as it arrives at a process.
pub(super) struct Received {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Headers,
}

impl Received {
    pub(super) fn directly(request: &Request) -> Self {
        let mut headers = Headers::of(&request.headers);
        if request.header("host").is_none() {
            let host = Sent::Value(request.host_header());
            headers.push("host", host, None);
        }
        Self { method: request.method.clone(), target: request.target.clone(), headers }
    }

    pub(super) fn from(passed: &Passed) -> Self {
        Self {
            method: passed.method.clone(),
            target: passed.target.clone(),
            headers: passed.headers.clone(),
        }
    }
}

impl Journeys<'_> {
    pub(super) fn serve(
        &self,
        reached: &Reached,
        received: &Received,
        request: &Request,
        trail: &mut Trail,
    ) -> Result<End, End> {
        let process = &self.deployment.processes[reached.index];
        if !process.kind.is_web() {
            return Err(End::Unknown(format!(
                "`{}` is not run by Django's own servers",
                process.name
            )));
        }
        if received.target.len() > LONGEST_LINE {
            return Err(End::Unknown("how long a line the server takes is not known".to_owned()));
        }
        let Some(gates) = self.gates(reached.index) else {
            return Err(End::Unknown(format!(
                "which settings `{}` runs under is not known",
                process.name
            )));
        };
        gates.starts()?;
        // Django asks the server only where its own setting has not decided; what the server
        // refuses never reaches Django.
        let server = Told::by(process, reached.peer, &received.headers);
        if let Ok(Told { scheme: None, trust }) = &server {
            let hop = trail.hop(At::Server, "400: the headers contradict each other about https");
            hop.shows(trust, "the server believes all of them");
            return Err(End::answered(400));
        }
        let scheme = match gates.scheme(&received.headers, trail)? {
            Some(scheme) => scheme,
            None => server?.tell(&received.headers, trail),
        };
        self.django(gates, received, scheme, request, trail)
    }
}

/// What the server takes for the scheme: `wsgi.url_scheme`, or the scope's.
struct Told {
    trust: Fact<Trust>,
    /// None if it refuses the request.
    scheme: Option<Scheme>,
}

impl Told {
    fn by(process: &Process, peer: Peer, headers: &Headers) -> Result<Self, End> {
        let trust = process.started.as_ref().and_then(|started| trust(started, process, peer));
        let Some(trust) = trust else {
            let why = "whether the server believes its proxy about https is not known";
            return Err(End::Unknown(why.to_owned()));
        };
        let scheme = match (trust.value.believes, trust.value.reads) {
            (false, _) => Some(Scheme::Http),
            (true, Reads::Gunicorn) => by_gunicorn(headers)?,
            (true, Reads::Uvicorn) => Some(by_value(headers)?),
            (true, Reads::Daphne) => match headers.get("x-forwarded-for").map_err(End::Unknown)? {
                Some(_) => Some(by_value(headers)?),
                None => Some(Scheme::Http),
            },
        };
        Ok(Self { trust, scheme })
    }

    fn tell(self, headers: &Headers, trail: &mut Trail) -> Scheme {
        let scheme = self.scheme.unwrap_or(Scheme::Http);
        let says = match (self.trust.value.believes, scheme) {
            (true, Scheme::Https) => "believes its peer, which says https",
            (true, Scheme::Http) => "believes its peer, which does not say https",
            (false, _) => "does not believe what its peer says of the scheme",
        };
        let text = format!("{} for Django: the server {says}", scheme.name());
        let hop = trail.hop(At::Server, text);
        hop.shows(&self.trust, "as it is started here");
        if let Some(line) = SECURE.iter().find_map(|(name, _)| headers.line(name)) {
            hop.shows(line, "sent here");
        }
        scheme
    }
}

/// gunicorn: every header that tells of the scheme has to tell the same, or the request is refused
/// (`InvalidSchemeHeaders`, gunicorn 20.0).
fn by_gunicorn(headers: &Headers) -> Result<Option<Scheme>, End> {
    let mut told: Option<Scheme> = None;
    for (name, secure) in SECURE {
        for header in headers.named(name) {
            let value = match &header.sent {
                Sent::Value(value) => value,
                Sent::Unknown(why) => return Err(End::Unknown(why.clone())),
            };
            let scheme = if value == secure { Scheme::Https } else { Scheme::Http };
            if told.is_some_and(|told| told != scheme) {
                return Ok(None);
            }
            told = Some(scheme);
        }
    }
    Ok(told.or(Some(Scheme::Http)))
}

fn by_value(headers: &Headers) -> Result<Scheme, End> {
    let told = headers.get("x-forwarded-proto").map_err(End::Unknown)?;
    match told.as_deref().map(str::trim) {
        Some("https" | "wss") => Ok(Scheme::Https),
        Some("http" | "ws") | None => Ok(Scheme::Http),
        Some(_) => {
            Err(End::Unknown("what the server makes of this scheme is not known".to_owned()))
        }
    }
}
