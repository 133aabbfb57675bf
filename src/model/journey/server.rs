//! What the application's server makes of a request before Django sees it.

use crate::fact::Fact;
use crate::model::command::{Program, Started};
use crate::model::journey::headers::{Headers, Sent};
use crate::model::journey::hop::{At, Trail};
use crate::model::journey::request::Request;
use crate::model::journey::upstream::{Passed, Reached};
use crate::model::journey::{End, Journeys, Response, uwsgi};
use crate::model::scheme::{OF_GUNICORN, Peer, Reads, Trust, trust};
use crate::model::{Interface, Process, Scheme};

/// gunicorn refuses a longer request line (`limit_request_line`); others take more.
const LONGEST_LINE: usize = 4000;

/// A request as it arrives at a process.
pub(super) struct Received {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Headers,
    /// What uWSGI's protocol has beside headers, by its name in small letters.
    pub(super) variables: Headers,
    /// It asks for a WebSocket; or why nobody can tell.
    pub(super) upgrades: Result<bool, String>,
}

impl Received {
    pub(super) fn directly(request: &Request) -> Self {
        let mut headers = Headers::of(&request.headers);
        if request.header("host").is_none() {
            let host = Sent::Value(request.host_header());
            headers.push("host", host, None);
        }
        Self {
            method: request.method.clone(),
            target: request.target.clone(),
            headers,
            variables: Headers::default(),
            upgrades: Ok(request.is_handshake()),
        }
    }

    pub(super) fn from(passed: &Passed) -> Self {
        Self {
            method: passed.method.clone(),
            target: passed.target.clone(),
            headers: passed.headers.clone(),
            variables: passed.variables.clone(),
            upgrades: passed.upgrades.clone(),
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
        let program = process.started.as_ref().map(|it| &it.program.value);
        let is_long = match program {
            Some(Program::Uwsgi) => uwsgi::is_long(received),
            _ => received.target.len() > LONGEST_LINE,
        };
        if is_long {
            return Err(End::Unknown("how long a line the server takes is not known".to_owned()));
        }
        let Some(gates) = self.gates(reached.index) else {
            return Err(End::Unknown(format!(
                "which settings `{}` runs under is not known",
                process.name
            )));
        };
        gates.starts()?;
        if received.upgrades.clone().map_err(End::Unknown)? {
            opens(process, trail)?;
        }
        let path = received.target.split('?').next().unwrap_or_default();
        let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        if is_file && process.started.as_ref().is_some_and(|it| it.serves_files) {
            let why = "the server sends files by itself, and whether this is one is not known";
            return Err(End::Unknown(why.to_owned()));
        }
        // Django asks the server only where its own setting has not decided; what the server
        // refuses never reaches Django.
        let server = Told::by(process, reached.peer, received);
        if let Ok(Told { scheme: None, trust }) = &server {
            let hop = trail.hop(At::Server, "400: the headers contradict each other about https");
            if let Some(trust) = trust {
                hop.shows(trust, "the server believes all of them");
            }
            return Err(End::answered(400));
        }
        let scheme = match gates.scheme(&received.headers, trail)? {
            Some(scheme) => scheme,
            None => server?.tell(&received.headers, trail),
        };
        self.django(gates, received, scheme, request, trail)
    }
}

/// A handshake ends at the ASGI application, whose consumers answer it. A server of WSGI takes it
/// for any other request.
fn opens(process: &Process, trail: &mut Trail) -> Result<(), End> {
    let started = process.started.as_ref();
    let Some(speaks) = started.and_then(Started::speaks) else {
        return Err(End::Unknown("whether the server opens WebSockets is not known".to_owned()));
    };
    let program = started.map(|it| &it.program);
    let text = match speaks {
        Interface::Asgi => "a WebSocket for the ASGI application, which answers the handshake",
        Interface::Wsgi => "the server speaks no WebSocket, so this is any other request",
    };
    let hop = trail.hop(At::Server, text);
    program.map(|it| hop.shows(it, "started here"));
    match speaks {
        Interface::Asgi => Err(End::Answered(Response::default())),
        Interface::Wsgi => Ok(()),
    }
}

/// What the server takes for the scheme: `wsgi.url_scheme`, or the scope's.
struct Told {
    /// Whom it believes; none where that decides nothing.
    trust: Option<Fact<Trust>>,
    /// None if it refuses the request.
    scheme: Option<Scheme>,
}

impl Told {
    fn by(process: &Process, peer: Peer, received: &Received) -> Result<Self, End> {
        let headers = &received.headers;
        let trust = process.started.as_ref().and_then(|started| trust(started, process, peer));
        let untold = Self::untold(process, headers).filter(|_| trust.is_none());
        if let Some(told) = untold {
            return Ok(told);
        }
        let Some(trust) = trust else {
            let why = "whether the server believes its proxy about https is not known";
            return Err(End::Unknown(why.to_owned()));
        };
        let scheme = match (trust.value.believes, trust.value.reads) {
            (false, _) => Some(Scheme::Http),
            (true, Reads::Gunicorn) => by_gunicorn(headers)?,
            (true, Reads::Uvicorn) => Some(by_value(headers)?),
            (true, Reads::Uwsgi) => Some(uwsgi::scheme(received)?),
            (true, Reads::Daphne) => match headers.get("x-forwarded-for").map_err(End::Unknown)? {
                Some(_) => Some(by_value(headers)?),
                None => Some(Scheme::Http),
            },
        };
        Ok(Self { trust: Some(trust), scheme })
    }

    /// Whomever a server believes: where no header tells of the scheme, it is that of the connection.
    fn untold(process: &Process, headers: &Headers) -> Option<Self> {
        let tells =
            |name: &str| ["forwarded", "scheme", "https"].iter().any(|it| name.contains(it));
        process.started.as_ref().filter(|it| it.has_no_certificate())?;
        let told = Self { trust: None, scheme: Some(Scheme::Http) };
        (!headers.names().any(tells)).then_some(told)
    }

    fn tell(self, headers: &Headers, trail: &mut Trail) -> Scheme {
        let scheme = self.scheme.unwrap_or(Scheme::Http);
        let says = match (self.trust.as_ref().map(|it| it.value.believes), scheme) {
            (Some(true), Scheme::Https) => "believes its peer, which says https",
            (Some(true), Scheme::Http) => "believes its peer, which does not say https",
            (Some(false), _) => "does not believe what its peer says of the scheme",
            (None, _) => "is told of no other scheme",
        };
        let text = format!("{} for Django: the server {says}", scheme.name());
        let hop = trail.hop(At::Server, text);
        if let Some(trust) = &self.trust {
            hop.shows(trust, "as it is started here");
        }
        if let Some(line) = OF_GUNICORN.iter().find_map(|(name, _)| headers.line(name)) {
            hop.shows(line, "sent here");
        }
        scheme
    }
}

/// gunicorn: every header that tells of the scheme has to tell the same, or the request is refused
/// (`InvalidSchemeHeaders`, gunicorn 20.0).
fn by_gunicorn(headers: &Headers) -> Result<Option<Scheme>, End> {
    let mut told: Option<Scheme> = None;
    for (name, secure) in OF_GUNICORN {
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
