//! Bad ends of journeys, and the rules that are about each.

use crate::model::journey::{At, End, Journey};
use crate::tests::journey::agree::asked::{Asked, What};

/// Why nobody gets what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bad {
    /// Redirected for ever.
    Loop,
    /// 400: Django does not know the host.
    Host,
    /// 403: a form of the site's own is refused.
    Form,
    /// A static file is not found.
    File,
    /// The proxy finds nobody.
    Upstream,
    /// The client finds nobody.
    Refused,
    /// A health check fails, or tests nothing.
    Check,
    /// A handshake arrives as any request.
    Upgrade,
}

pub(super) fn bad(asked: &Asked, journey: &Journey) -> Option<Bad> {
    let status = match &journey.end {
        End::Unknown(_) => return None,
        End::Loop(_) => return Some(Bad::Loop),
        End::Refused if asked.what == What::HealthCheck => return Some(Bad::Check),
        End::Refused => return Some(Bad::Refused),
        End::Answered(response) => response.status,
    };
    let last = journey.hops.last().map(|hop| hop.at);
    let is_error = status.is_some_and(|it| it >= 400);
    match (asked.what, status) {
        // One that takes any answer is content with this one as well.
        (What::HealthCheck, Some(301 | 302 | 307 | 308)) => asked.fails.then_some(Bad::Check),
        (What::HealthCheck, _) => (asked.fails && is_error).then_some(Bad::Check),
        (_, Some(502)) => Some(Bad::Upstream),
        (_, Some(400)) if last == Some(At::Django) => Some(Bad::Host),
        (What::StaticFile, _) => (status == Some(404)).then_some(Bad::File),
        (What::Login, Some(403)) if last == Some(At::Django) => Some(Bad::Form),
        (What::WebSocket, _) => {
            let arrives = journey.hops.iter().any(|hop| hop.text.contains("answers the handshake"));
            (!arrives).then_some(Bad::Upgrade)
        }
        (What::FrontPage | What::Part | What::Login, _) => None,
    }
}

/// A rule, and the ends that it tells of.
pub(super) struct Tells {
    pub(super) rule: &'static str,
    pub(super) ends: &'static [Bad],
    /// Why its errors need not end any journey that is asked for.
    pub(super) otherwise: Option<&'static str>,
}

impl Tells {
    const fn of_each(rule: &'static str, ends: &'static [Bad]) -> Self {
        Self { rule, ends, otherwise: None }
    }

    const fn but(mut self, otherwise: &'static str) -> Self {
        self.otherwise = Some(otherwise);
        self
    }

    pub(super) fn of(rule: &str) -> Option<&'static Self> {
        TELLS.iter().find(|it| it.rule == rule)
    }

    /// Whether what is asked can end so.
    pub(super) fn is_about(&self, what: What) -> bool {
        self.ends.iter().any(|bad| match bad {
            Bad::Loop | Bad::Host | Bad::Upstream | Bad::Refused => {
                matches!(what, What::FrontPage | What::Part | What::Login)
            }
            Bad::Form => what == What::Login,
            Bad::File => what == What::StaticFile,
            Bad::Check => what == What::HealthCheck,
            Bad::Upgrade => what == What::WebSocket,
        })
    }
}

const ELSEWHERE: &str = "it is about a name that no site has";
const OF_SETTINGS: &str = "what the settings for developers lack is not said";

pub(super) const TELLS: &[Tells] = &[
    Tells::of_each("proxy/ssl-redirect-loop", &[Bad::Loop]),
    Tells::of_each("proxy/forwarded-proto-missing", &[Bad::Loop, Bad::Form]),
    Tells::of_each("proxy/forwarded-proto-overwritten", &[Bad::Loop]),
    Tells::of_each("proxy/forwarded-header-mismatch", &[Bad::Loop, Bad::Form])
        .but("a value that plain requests have makes all of them secure"),
    Tells::of_each("proxy/set-header-dropped", &[Bad::Loop, Bad::Host, Bad::Form]),
    Tells::of_each("nginx/inherited-proxy-header-lost", &[Bad::Loop, Bad::Host, Bad::Form]),
    Tells::of_each("hosts/server-name-not-allowed", &[Bad::Host]),
    Tells::of_each("hosts/host-header-not-forwarded", &[Bad::Host, Bad::Form]),
    Tells::of_each("proxy/host-sent-twice", &[Bad::Host]),
    Tells::of_each("hosts/allowed-empty", &[Bad::Host]),
    Tells::of_each("hosts/allowed-local-only", &[Bad::Host]),
    Tells::of_each("hosts/split-empty-string", &[Bad::Host]).but(ELSEWHERE),
    Tells::of_each("hosts/entry-malformed", &[Bad::Host]).but(ELSEWHERE),
    Tells::of_each("hosts/contract-domain-missing", &[Bad::Host]).but(ELSEWHERE),
    Tells::of_each("env/settings-module-dev", &[Bad::Host]).but(OF_SETTINGS),
    Tells::of_each("hosts/csrf-origin-missing", &[Bad::Form]),
    Tells::of_each("hosts/csrf-origin-malformed", &[Bad::Form]).but(ELSEWHERE),
    Tells::of_each("tls/http-not-redirected", &[Bad::Form]),
    Tells::of_each("tls/cookies-secure-on-http", &[Bad::Form]),
    Tells::of_each("tls/ssl-redirect-without-tls", &[Bad::Refused]),
    Tells::of_each("proxy/url-unreachable", &[Bad::Refused])
        .but("most are about one path, and others are answered"),
    Tells::of_each("assets/no-root", &[Bad::File])
        .but("what nobody collects is asked for by nobody"),
    Tells::of_each("assets/root-not-served", &[Bad::File]),
    Tells::of_each("assets/location-path-wrong", &[Bad::File]),
    Tells::of_each("assets/location-shadowed", &[Bad::File]),
    Tells::of_each("assets/volume-not-shared", &[Bad::File]),
    Tells::of_each("assets/unserved", &[Bad::File]),
    Tells::of_each("assets/url-prefix-mismatch", &[Bad::File]),
    Tells::of_each("assets/partial-prefix", &[Bad::File]),
    Tells::of_each("sockets/bind-upstream-mismatch", &[Bad::Upstream]),
    Tells::of_each("sockets/activation-path-mismatch", &[Bad::Upstream]),
    Tells::of_each("sockets/healthcheck-port-mismatch", &[Bad::Check]),
    Tells::of_each("hosts/healthcheck-host-not-allowed", &[Bad::Check]),
    Tells::of_each("hosts/healthcheck-redirected", &[Bad::Check]),
    Tells::of_each("startup/healthcheck-not-found", &[Bad::Check]),
    Tells::of_each("proxy/websocket-no-upgrade", &[Bad::Upgrade]),
    Tells::of_each("proxy/websocket-to-wsgi", &[Bad::Upgrade]),
];

/// A bad end that no rule is to tell of.
pub(super) struct Exception {
    /// How the case's name begins.
    pub(super) case: &'static str,
    pub(super) bad: Bad,
}

pub(super) const EXCEPTIONS: &[Exception] = &[
    // What is behind an `if` of the server is not known to rules.
    Exception {
        case: "tls/cookies-not-secure, Reported: The proxy before it takes TLS",
        bad: Bad::File,
    },
    // The other site of the project may send what both link to.
    Exception { case: "proxy/url-unreachable, Accepted: Another site has it", bad: Bad::File },
    // Nobody asks a server for its loopback address from outside.
    Exception {
        case: "hosts/server-name-not-allowed, Accepted: A loopback address stands for a name that nobody asks for",
        bad: Bad::Host,
    },
    // A page is asked of what is there for WebSockets, and Channels asks those for no host.
    Exception {
        case: "hosts/host-header-not-forwarded, Accepted: What becomes a WebSocket is asked for no host",
        bad: Bad::Host,
    },
    // Pages connect to the other site, which takes them; nobody asks this one.
    Exception {
        case: "proxy/websocket-to-wsgi, Accepted: Pages connect to the site that takes WebSockets",
        bad: Bad::Upgrade,
    },
];
