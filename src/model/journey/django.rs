//! Django's own gates, in the order of `MIDDLEWARE`: what they refuse, redirect or answer.
//!
//! After `django/middleware` and `django/http/request.py` of 4.2 to 5.2.

use crate::fact::{Certainty, Fact};
use crate::model::hosts::{allowed_by_debug, allows};
use crate::model::journey::disk::Seen;
use crate::model::journey::encoding;
use crate::model::journey::gates::{Gates, Known};
use crate::model::journey::headers::Headers;
use crate::model::journey::hop::{At, Trail};
use crate::model::journey::request::Request;
use crate::model::journey::server::Received;
use crate::model::journey::{End, Journeys, csrf};
use crate::model::middleware::{COMMON, CSRF, SECURITY, WHITENOISE};
use crate::model::urls::{Resolved, UrlConf};
use crate::model::{Scheme, percent};

/// A request as Django has it.
pub(super) struct Asked<'a, 'g> {
    pub(super) gates: &'g Gates<'g>,
    pub(super) method: String,
    pub(super) headers: &'a Headers,
    pub(super) scheme: Scheme,
    /// Decoded.
    path: String,
    query: String,
    /// As the client sent it.
    pub(super) request: &'a Request,
}

/// Middleware that lets requests through, or answers only what is not asked here.
const TRANSPARENT: &[&str] = &[
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
    "debug_toolbar.middleware.DebugToolbarMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.BrokenLinkEmailsMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
];

/// `CorsMiddleware` answers preflights, and nothing else.
const CORS: &str = "corsheaders.middleware.CorsMiddleware";

/// The setting's value, or the end of the journey.
fn need<T>(known: &Known<T>) -> Result<&Fact<T>, End> {
    known.as_ref().map_err(|why| End::Unknown(why.clone()))
}

impl Journeys<'_> {
    pub(super) fn django(
        &self,
        gates: &Gates<'_>,
        received: &Received,
        scheme: Scheme,
        request: &Request,
        trail: &mut Trail,
    ) -> Result<End, End> {
        if need(&gates.script_name)?.value.is_some() {
            return Err(End::Unknown("FORCE_SCRIPT_NAME cuts off a part of the path".to_owned()));
        }
        if gates.is_below {
            return Err(End::Unknown("the server cuts off a part of the path".to_owned()));
        }
        let (path, query) = received.target.split_once('?').unwrap_or((&received.target, ""));
        let Some(path) = percent::decoded(path) else {
            return Err(End::Unknown("the path is no UTF-8".to_owned()));
        };
        let path = if path.is_empty() { "/".to_owned() } else { path };
        let (method, query) = (received.method.clone(), query.to_owned());
        let headers = &received.headers;
        let asked = Asked { gates, method, headers, scheme, path, query, request };
        let middleware = need(&gates.middleware)?;
        let has = |name: &str| middleware.value.iter().any(|it| it.value == name);
        for it in &middleware.value {
            self.gate(it, &asked, trail)?;
        }
        self.view(&asked, has(COMMON), has(CSRF), trail)
    }

    fn gate(&self, it: &Fact<String>, asked: &Asked<'_, '_>, trail: &mut Trail) -> Result<(), End> {
        match it.value.as_str() {
            SECURITY => asked.security(it, trail),
            COMMON => asked.common(it, trail),
            WHITENOISE => self.whitenoise(it, asked, trail),
            CORS if asked.method != "OPTIONS" => Ok(()),
            // Its check comes once the view is known.
            CSRF => Ok(()),
            name if TRANSPARENT.contains(&name) => Ok(()),
            name if name.to_ascii_lowercase().contains("health") => {
                Err(End::Unknown(format!("`{name}` may answer by itself")))
            }
            name => {
                let why = format!("what `{name}` does with requests is not looked at");
                trail.because(&it.clone().doubt(Certainty::Likely, &why));
                Ok(())
            }
        }
    }

    /// Files below `STATIC_ROOT` are sent before anything else is asked.
    fn whitenoise(
        &self,
        it: &Fact<String>,
        asked: &Asked<'_, '_>,
        trail: &mut Trail,
    ) -> Result<(), End> {
        need(&asked.gates.static_url)?;
        let Some(prefix) = asked.gates.static_prefix() else { return Ok(()) };
        let Some(below) = asked.path.strip_prefix(&prefix.value) else { return Ok(()) };
        // WhiteNoise knows its files by their plain paths.
        if below.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Ok(());
        }
        let root = asked.gates.app.get(crate::model::STATIC_ROOT);
        let view = asked.gates.app.value.view;
        let dir = root.and_then(|it| asked.gates.app.dir(self.deployment.view(view), &it));
        let Some(dir) = dir else {
            return Err(End::Unknown("where WhiteNoise looks for files is not known".to_owned()));
        };
        let seen = self.look(view, dir.value.path.join(below).as_str());
        match &seen.value {
            Seen::File => {
                let status =
                    if matches!(asked.method.as_str(), "GET" | "HEAD") { 200 } else { 405 };
                let text = format!("{status}: WhiteNoise has `{below}`");
                trail.hop(At::Django, text).shows(it, "here").shows(&dir, "from STATIC_ROOT");
                Err(End::answered(status))
            }
            Seen::Folder | Seen::Nothing => {
                trail.because(&seen);
                Ok(())
            }
            Seen::Unknown(why) => Err(End::Unknown(why.clone())),
        }
    }

    /// The URLconf, then what stands around the view that it has.
    fn view(
        &self,
        asked: &Asked<'_, '_>,
        common: bool,
        checks: bool,
        trail: &mut Trail,
    ) -> Result<End, End> {
        if asked.request.has_page {
            if checks {
                csrf::check(asked, trail)?;
            }
            trail.hop(At::View, "a page of the project answers");
            return Ok(End::Answered(super::Response::default()));
        }
        match asked.urls()?.resolve(&asked.path) {
            Resolved::View(line, view) => {
                let safe = matches!(asked.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE");
                if checks && view.is_checked != Some(false) {
                    let refused = csrf::check(asked, trail);
                    if view.is_checked.is_none() && !safe && refused.is_err() {
                        let why = format!(
                            "whether `{}` is exempt from CSRF checks is not known",
                            view.name
                        );
                        return Err(End::Unknown(why));
                    }
                    refused?;
                }
                let hop = trail.hop(At::View, format!("`{}` answers", view.name));
                hop.shows(line, "its pattern");
                Ok(End::Answered(super::Response::default()))
            }
            Resolved::Nothing => {
                if common {
                    asked.slash(trail)?;
                }
                if need(&asked.gates.debug)?.value {
                    // The page that a developer is shown tells the request's address.
                    asked.allowed_host(need(&asked.gates.debug)?, trail)?;
                }
                trail.hop(At::Django, "404: no pattern of the URLconf is for it");
                Ok(End::answered(404))
            }
            Resolved::Unknown(why) => Err(End::Unknown(why)),
        }
    }
}

impl Asked<'_, '_> {
    /// `HttpRequest.get_host()`: the host, or the one that is not allowed.
    pub(super) fn host(&self) -> Result<Result<String, String>, End> {
        let forwarded = match need(&self.gates.forwarded_host)?.value {
            true => self.header("x-forwarded-host")?,
            false => None,
        };
        let Some(host) = forwarded.map_or_else(|| self.header("host"), |it| Ok(Some(it)))? else {
            return Err(End::Unknown(
                "no host is sent on, so the server's own name counts".to_owned(),
            ));
        };
        let Some(domain) = domain_of(&host) else { return Ok(Err(host)) };
        if self.gates.any_host {
            return Ok(Ok(host));
        }
        let allowed = need(&self.gates.allowed_hosts)?;
        let known = || allowed.value.iter().filter_map(|it| it.value.text());
        let is_allowed = match allowed.value.is_empty() && need(&self.gates.debug)?.value {
            true => allowed_by_debug(&domain),
            false => known().any(|it| allows(it, &domain)),
        };
        if !is_allowed && allowed.value.iter().any(|it| it.value.text().is_none()) {
            return Err(End::Unknown("some of ALLOWED_HOSTS is not known".to_owned()));
        }
        Ok(if is_allowed { Ok(host) } else { Err(host) })
    }

    fn header(&self, name: &str) -> Result<Option<String>, End> {
        if self.headers.has_underscore(name) {
            return Err(End::Unknown(format!("{name} is sent with underscores")));
        }
        self.headers.get(name).map_err(End::Unknown)
    }

    /// The host, or 400 (`DisallowedHost`).
    fn allowed_host<T>(&self, asking: &Fact<T>, trail: &mut Trail) -> Result<String, End> {
        let host = match self.host()? {
            Ok(host) => {
                trail.because(need(&self.gates.allowed_hosts)?);
                return Ok(host);
            }
            Err(host) => host,
        };
        let hop = trail.hop(At::Django, format!("400: `{host}` is not in ALLOWED_HOSTS"));
        hop.shows(need(&self.gates.allowed_hosts)?, "it is none of these");
        if let Some(line) = self.headers.line("x-forwarded-host").or(self.headers.line("host")) {
            hop.shows(line, "sent here");
        }
        hop.shows(asking, "asked for here");
        Err(End::answered(400))
    }

    /// Whether the host is refused by what comes later, whatever is decided before: then nothing
    /// rests on the redirect. WhiteNoise may answer in between.
    fn is_refused_anyway(&self) -> Result<bool, End> {
        let middleware = need(&self.gates.middleware)?;
        let has = |name: &str| middleware.value.iter().any(|it| it.value == name);
        let prefix = self.gates.static_prefix();
        let is_file = prefix.is_none_or(|prefix| self.path.starts_with(&prefix.value));
        let asks = need(&self.gates.ssl_host)?.value.is_none();
        Ok(asks && has(COMMON) && !(has(WHITENOISE) && is_file) && self.host()?.is_err())
    }

    /// `SecurityMiddleware.process_request`.
    fn security(&self, it: &Fact<String>, trail: &mut Trail) -> Result<(), End> {
        if self.scheme == Scheme::Https || self.is_refused_anyway()? {
            return Ok(());
        }
        let redirect = need(&self.gates.ssl_redirect)?;
        trail.because(redirect);
        if !redirect.value {
            return Ok(());
        }
        let exempt = need(&self.gates.exempt)?;
        let path = self.path.trim_start_matches('/');
        if exempt.value.iter().any(|it| it.is_match(path).unwrap_or(false)) {
            trail
                .hop(At::Django, "exempt from the redirect to https")
                .shows(exempt, "SECURE_REDIRECT_EXEMPT");
            return Ok(());
        }
        let host = match &need(&self.gates.ssl_host)?.value {
            Some(host) => host.clone(),
            None => self.allowed_host(it, trail)?,
        };
        let to = encoding::iri(&format!("https://{host}{}", self.full_path(false)));
        let hop = trail.hop(At::Django, format!("301 to `{to}`: http for Django"));
        hop.shows(redirect, "SECURE_SSL_REDIRECT is on");
        Err(End::redirected(301, to))
    }

    /// `CommonMiddleware.process_request`.
    fn common(&self, it: &Fact<String>, trail: &mut Trail) -> Result<(), End> {
        if need(&self.gates.refused_agents)?.value {
            return Err(End::Unknown("DISALLOWED_USER_AGENTS decides".to_owned()));
        }
        let host = self.allowed_host(it, trail)?;
        let www = need(&self.gates.prepend_www)?;
        if !www.value || host.starts_with("www.") {
            return Ok(());
        }
        // The slash is added along with it, if one is missing.
        let path = match need(&self.gates.append_slash)?.value && !self.path.ends_with('/') {
            true => self.path_with_slash()?.unwrap_or_else(|| self.full_path(false)),
            false => self.full_path(false),
        };
        let to = format!("{}://www.{host}{path}", self.scheme.name());
        let to = encoding::iri(&to);
        trail.hop(At::Django, format!("301 to `{to}`")).shows(www, "PREPEND_WWW is on");
        Err(End::redirected(301, to))
    }

    /// `CommonMiddleware.process_response`: 404 becomes a redirect if there is a view with a slash.
    fn slash(&self, trail: &mut Trail) -> Result<(), End> {
        let append = need(&self.gates.append_slash)?;
        if !append.value || self.path.ends_with('/') {
            return Ok(());
        }
        let Some(to) = self.path_with_slash()? else { return Ok(()) };
        let to = encoding::iri(&to);
        let hop = trail.hop(At::Django, format!("301 to `{to}`: a slash is appended"));
        if let Resolved::View(line, _) = self.urls()?.resolve(&format!("{}/", self.path)) {
            hop.shows(line, "this pattern is for it then");
        }
        hop.shows(append, "APPEND_SLASH is on");
        Err(End::redirected(301, to))
    }

    /// `get_full_path_with_slash`, if only with a slash there is a view.
    fn path_with_slash(&self) -> Result<Option<String>, End> {
        let urls = self.urls()?;
        match urls.resolve(&self.path) {
            Resolved::Nothing => {}
            Resolved::View(..) => return Ok(None),
            Resolved::Unknown(why) => return Err(End::Unknown(why)),
        }
        match urls.resolve(&format!("{}/", self.path)) {
            Resolved::View(_, view) if view.appends_slash => {}
            Resolved::View(..) | Resolved::Nothing => return Ok(None),
            Resolved::Unknown(why) => return Err(End::Unknown(why)),
        }
        // What was posted would be lost, and a developer is to know.
        let posts = matches!(self.method.as_str(), "DELETE" | "PATCH" | "POST" | "PUT");
        if posts && need(&self.gates.debug)?.value {
            return Err(End::answered(500));
        }
        let to = self.full_path(true);
        // `escape_leading_slashes`: `//host` would be another site.
        Ok(Some(match to.strip_prefix("//") {
            Some(rest) => format!("/%2F{rest}"),
            None => to,
        }))
    }

    fn urls(&self) -> Result<&UrlConf, End> {
        let django = self.gates.app.value.django.as_ref();
        let urls = django.and_then(|django| django.urls.as_deref());
        urls.ok_or_else(|| End::Unknown("the URLconf is not in view".to_owned()))
    }

    /// `HttpRequest.get_full_path()`.
    fn full_path(&self, with_slash: bool) -> String {
        let path = encoding::path(&self.path);
        let slash = if with_slash && !path.ends_with('/') { "/" } else { "" };
        match self.query.as_str() {
            "" => format!("{path}{slash}"),
            query => format!("{path}{slash}?{}", encoding::iri(query)),
        }
    }
}

/// `split_domain_port`: the host without its port and final dot. `None` if it is no host at all.
fn domain_of(host: &str) -> Option<String> {
    let host = host.to_ascii_lowercase();
    let split = if host.ends_with(']') { None } else { host.rsplit_once(':') };
    let (domain, port) = split.unwrap_or((&host, "0"));
    let is_port = !port.is_empty() && port.bytes().all(|it| it.is_ascii_digit());
    let bare = domain.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let is_host = match bare {
        Some(address) => {
            address.contains(':')
                && address.bytes().all(|it| it.is_ascii_hexdigit() || b":.".contains(&it))
        }
        None => {
            let is_part = |it: u8| it.is_ascii_alphanumeric() || b".-".contains(&it);
            !domain.is_empty() && domain.bytes().all(is_part)
        }
    };
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    (is_port && is_host && !domain.is_empty()).then(|| domain.to_owned())
}
