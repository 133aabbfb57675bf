//! Which forms `CsrfViewMiddleware` refuses (`django/middleware/csrf.py`).

use crate::fact::Fact;
use crate::model::Scheme;
use crate::model::hosts::allows;
use crate::model::journey::End;
use crate::model::journey::django::Asked;
use crate::model::journey::gates::{Cookie, Gates};
use crate::model::journey::hop::{At, Trail};
use crate::model::journey::request::Request;

const SAFE: &[&str] = &["GET", "HEAD", "OPTIONS", "TRACE"];

/// Why a form is refused.
enum Refused<'g> {
    Origin(&'g Fact<Vec<Fact<String>>>),
    Referer(&'static str),
    Token(&'g Fact<bool>),
}

/// Refuses a request that the middleware would refuse with 403, or goes on.
pub(super) fn check(asked: &Asked<'_, '_>, trail: &mut Trail) -> Result<(), End> {
    if SAFE.contains(&asked.method.as_str()) {
        return Ok(());
    }
    let Some(refused) = refusal(asked)? else {
        trail.hop(At::Django, "the CSRF check is passed");
        return Ok(());
    };
    let hop = match refused {
        Refused::Origin(trusted) => {
            let origin = asked.headers.get("origin").ok().flatten().unwrap_or_default();
            let text =
                format!("403: the origin `{origin}` is not that of the request, nor trusted");
            let hop = trail.hop(At::Django, text);
            hop.shows(trusted, "CSRF_TRUSTED_ORIGINS")
        }
        Refused::Referer(why) => trail.hop(At::Django, format!("403: {why}")),
        Refused::Token(secure) => {
            let text = "403: the browser keeps no cookie of CSRF from a page that came by http";
            trail.hop(At::Django, text).shows(secure, "the cookie is for https only")
        }
    };
    if let Some(line) = asked.headers.line("host") {
        hop.shows(line, "the host is sent here");
    }
    Err(End::answered(403))
}

fn refusal<'g>(asked: &Asked<'_, 'g>) -> Result<Option<Refused<'g>>, End> {
    let gates = asked.gates;
    let trusted = gates.trusted_origins.as_ref().map_err(|why| End::Unknown(why.clone()))?;
    let origin = asked.headers.get("origin").map_err(End::Unknown)?;
    match origin.filter(|_| gates.checks_origin) {
        Some(origin) if !is_verified(asked, &origin, &trusted.value)? => {
            return Ok(Some(Refused::Origin(trusted)));
        }
        Some(_) => {}
        None if asked.scheme == Scheme::Https => {
            if let Some(why) = referer(asked, &trusted.value)? {
                return Ok(Some(Refused::Referer(why)));
            }
        }
        None => {}
    }
    token(gates, asked.request)
}

/// `_origin_verified`.
fn is_verified(asked: &Asked<'_, '_>, origin: &str, trusted: &[Fact<String>]) -> Result<bool, End> {
    if let Ok(host) = asked.host()?
        && origin == format!("{}://{host}", asked.scheme.name())
    {
        return Ok(true);
    }
    let (scheme, netloc) = origin.split_once("://").unwrap_or(("", origin));
    let netloc = netloc.split('/').next().unwrap_or_default();
    Ok(trusted.iter().any(|it| match it.value.contains('*') {
        false => it.value == origin,
        true => {
            let (own, domain) = it.value.split_once("://").unwrap_or(("", &it.value));
            own == scheme && allows(domain.trim_start_matches('*'), netloc)
        }
    }))
}

/// `_check_referer`, which is asked where a browser sends no origin. Says what is wrong.
fn referer(asked: &Asked<'_, '_>, trusted: &[Fact<String>]) -> Result<Option<&'static str>, End> {
    let Some(referer) = asked.headers.get("referer").map_err(End::Unknown)? else {
        return Ok(Some("neither an origin nor a referer is sent"));
    };
    let Some((scheme, rest)) = referer.split_once("://") else {
        return Ok(Some("the referer is no URL"));
    };
    let netloc = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if scheme.is_empty() || netloc.is_empty() {
        return Ok(Some("the referer is no URL"));
    }
    if scheme != "https" {
        return Ok(Some("the referer is not of https"));
    }
    let of = |it: &Fact<String>| {
        if !asked.gates.checks_origin {
            return Some(it.value.clone());
        }
        it.value.split_once("://").map(|(_, host)| host.trim_start_matches('*').to_owned())
    };
    if trusted.iter().filter_map(of).any(|host| allows(&host, netloc)) {
        return Ok(None);
    }
    let cookie = cookie(asked.gates)?;
    let domain = cookie.domain.as_ref().map_err(|why| End::Unknown(why.clone()))?;
    let good = match &domain.value {
        None => match asked.host()? {
            Ok(host) => host,
            Err(_) => return Ok(Some("the referer is compared with a host that is not allowed")),
        },
        Some(_) => {
            return Err(End::Unknown(
                "the port of the request decides about the referer".to_owned(),
            ));
        }
    };
    Ok((!allows(&good, netloc)).then_some("the referer is of another host"))
}

/// The cookie that the token is compared with.
fn cookie<'g>(gates: &'g Gates<'_>) -> Result<&'g Cookie, End> {
    match &gates.csrf_in_session {
        Ok(it) if it.value => Ok(&gates.session_cookie),
        Ok(_) => Ok(&gates.csrf_cookie),
        Err(why) => Err(End::Unknown(why.clone())),
    }
}

/// The browser's form has a token; whether it has the cookie too depends on what the browser kept.
fn token<'g>(gates: &'g Gates<'_>, request: &Request) -> Result<Option<Refused<'g>>, End> {
    if !request.has_token {
        return Err(End::Unknown("whether the form has a token is not known".to_owned()));
    }
    let cookie = cookie(gates)?;
    let unknown = |why: &String| End::Unknown(why.clone());
    let secure = cookie.secure.as_ref().map_err(unknown)?;
    if secure.value && request.scheme == Scheme::Http {
        return Ok(Some(Refused::Token(secure)));
    }
    let domain = cookie.domain.as_ref().map_err(unknown)?;
    match &domain.value {
        Some(domain) if !is_within(&request.host, domain) => Err(End::Unknown(format!(
            "browsers keep no cookie of `{domain}` from `{}`",
            request.host
        ))),
        Some(_) | None => Ok(None),
    }
}

/// Whether a browser takes a cookie of a domain from a host (RFC 6265, 5.1.3).
fn is_within(host: &str, domain: &str) -> bool {
    let domain = domain.trim_start_matches('.').to_ascii_lowercase();
    host == domain || host.ends_with(&format!(".{domain}"))
}
