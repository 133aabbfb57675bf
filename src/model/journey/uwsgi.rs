//! Requests that come to uWSGI, be it by its own protocol, and what it makes of them.
//!
//! What decides on the scheme was read in its source and measured with uWSGI 2.0.30 behind nginx 1.22:
//! whoever asks is believed.

use crate::model::journey::End;
use crate::model::journey::headers::{Headers, Sent};
use crate::model::journey::nginx::{intercepts, of_the_client, sent, set};
use crate::model::journey::request::Request;
use crate::model::journey::server::Received;
use crate::model::journey::upstream::{Passed, Redirects};
use crate::model::nginx::{Answer, Gateway, UWSGI_MODULE};
use crate::model::upstream::endpoints;
use crate::model::{Scheme, Spoken, ViewId};

/// As much of a request as surely fits into what uWSGI takes of one, its variables and all: 4096 bytes
/// unless `buffer-size` says more.
const SHORT: usize = 1500;

/// What nginx's `uwsgi_pass` makes of a request: variables of WSGI, among them all headers of the
/// client's that none of the variables stands for.
pub(super) fn passed(
    answer: &Answer<'_>,
    gateway: &Gateway,
    view: ViewId,
    request: &Request,
) -> Result<Passed, End> {
    let level = answer.level;
    let mut headers = of_the_client(answer, request);
    let sends = level.is_on("uwsgi_pass_request_headers", true, UWSGI_MODULE);
    if !sends.value {
        headers = Headers::default();
    }
    // Unlike a header that is empty, a variable may be there, and then counts as one.
    let empty = || Some(Sent::Unknown("it may be sent empty".to_owned()));
    set(&mut headers, &answer.sent, empty);
    let mut variables = Headers::default();
    for variable in &answer.variables {
        let line = variable.name.map(|_| ());
        variables.push(&variable.name.value, sent(variable), Some(line));
    }
    let (method, target) = asked(&variables)?;
    let line = answer.reply.map(|_| ());
    let to = level.gateway_target(gateway);
    Ok(Passed {
        view,
        to: to.to_string(),
        endpoints: endpoints(level.config(), &line.map(|()| to.clone())),
        line,
        method,
        target,
        headers,
        variables,
        upgrades: Ok(request.is_handshake()),
        speaks: Spoken::Uwsgi,
        bound: level.value("uwsgi_bind"),
        redirects: Redirects::Replaced(Vec::new()),
        intercepts: intercepts(level, ("uwsgi_intercept_errors", UWSGI_MODULE)),
    })
}

/// Method and target of what the application is asked for, as the variables say.
fn asked(variables: &Headers) -> Result<(String, String), End> {
    let said = |name: &str| variables.get(name).map_err(End::Unknown);
    if said("script_name")?.is_some_and(|it| !it.is_empty()) {
        return Err(End::Unknown("a part of the path is `SCRIPT_NAME`".to_owned()));
    }
    let (Some(method), Some(path)) = (said("request_method")?, said("path_info")?) else {
        return Err(End::Unknown("which path the application is given is not known".to_owned()));
    };
    // The path comes decoded here, and anywhere else as it was asked for.
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "/-._~".contains(it);
    if !path.chars().all(is_plain) {
        return Err(End::Unknown("the path has characters that nginx decodes".to_owned()));
    }
    let target = match said("query_string")?.filter(|it| !it.is_empty()) {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    Ok((method, target))
}

/// Whether uWSGI takes so long a request is not known.
pub(super) fn is_long(received: &Received) -> bool {
    received.target.len() + received.headers.len() > SHORT
}

/// `wsgi.url_scheme`: `X-Forwarded-Proto` or else `UWSGI_SCHEME` as it comes, or whether `X-Forwarded-Ssl`
/// or else `HTTPS` is on (uWSGI 2.0, core/protocol.c and plugins/python/wsgi_subhandler.c: of those that
/// tell the same the last counts, and nginx sends headers last).
pub(super) fn scheme(received: &Received) -> Result<Scheme, End> {
    let told = |header: &str, variable: &str| {
        if received.headers.named(header).count() > 1 {
            return Err(End::Unknown(format!("several headers `{header}` are sent")));
        }
        for (from, name) in [(&received.headers, header), (&received.variables, variable)] {
            let value = from.get(name).map_err(End::Unknown)?;
            if let Some(value) = value.filter(|it| !it.is_empty()) {
                return Ok(Some(value));
            }
        }
        Ok(None)
    };
    let is_secure = match told("x-forwarded-proto", "uwsgi_scheme")? {
        Some(scheme) => scheme == "https",
        None => told("x-forwarded-ssl", "https")?.is_some_and(|it| is_on(&it)),
    };
    Ok(if is_secure { Scheme::Https } else { Scheme::Http })
}

/// Whether uWSGI takes a value of `HTTPS` for yes.
fn is_on(value: &str) -> bool {
    value.starts_with('1') || value.get(..2).is_some_and(|it| it.eq_ignore_ascii_case("on"))
}
