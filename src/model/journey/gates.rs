//! Django's settings as far as they decide about requests, read once for each process.

use crate::fact::Fact;
use crate::model::journey::headers::Headers;
use crate::model::journey::hop::{At, Trail};
use crate::model::journey::{End, Journeys};
use crate::model::{Process, Scheme, Value};
use fancy_regex::Regex;

/// A setting, or why it is not known.
pub(super) type Known<T> = Result<Fact<T>, String>;

pub(super) struct Gates<'d> {
    pub(super) app: Fact<&'d Process>,
    pub(super) middleware: Known<Vec<Fact<String>>>,
    pub(super) debug: Known<bool>,
    pub(super) ssl_redirect: Known<bool>,
    pub(super) ssl_host: Known<Option<String>>,
    pub(super) exempt: Known<Vec<Regex>>,
    proxy_header: Known<Option<(String, String)>>,
    pub(super) allowed_hosts: Known<Vec<Fact<Value>>>,
    /// DEBUG lets every host pass.
    pub(super) any_host: bool,
    pub(super) forwarded_host: Known<bool>,
    pub(super) prepend_www: Known<bool>,
    pub(super) append_slash: Known<bool>,
    pub(super) checks_origin: bool,
    pub(super) trusted_origins: Known<Vec<Fact<String>>>,
    pub(super) csrf_in_session: Known<bool>,
    pub(super) csrf_cookie: Cookie,
    pub(super) session_cookie: Cookie,
    pub(super) script_name: Known<Option<String>>,
    /// The server has the application below a path, and cuts that off.
    pub(super) is_below: bool,
    pub(super) static_url: Known<Option<String>>,
    pub(super) refused_agents: Known<bool>,
}

pub(super) struct Cookie {
    pub(super) secure: Known<bool>,
    pub(super) domain: Known<Option<String>>,
}

impl<'d> Journeys<'d> {
    pub(super) fn gates(&self, index: usize) -> Option<&Gates<'d>> {
        let process = &self.deployment.processes[index];
        self.gates[index].get_or_init(|| Gates::of(process)).as_ref()
    }
}

impl<'d> Gates<'d> {
    fn of(process: &'d Process) -> Option<Self> {
        process.django.as_ref()?;
        let app = process.fact();
        let cookie = |secure, domain| Cookie {
            secure: known(&app, secure, Value::truth),
            domain: known(&app, domain, text_or_none),
        };
        Some(Self {
            middleware: known(&app, "MIDDLEWARE", texts),
            debug: known(&app, "DEBUG", Value::truth),
            ssl_redirect: match app.redirects_to_https() {
                Some(redirect) => Ok(redirect),
                None => known(&app, "SECURE_SSL_REDIRECT", Value::truth),
            },
            ssl_host: known(&app, "SECURE_SSL_HOST", text_or_none),
            exempt: known(&app, "SECURE_REDIRECT_EXEMPT", expressions),
            proxy_header: known(&app, "SECURE_PROXY_SSL_HEADER", pair_or_none),
            allowed_hosts: known(&app, "ALLOWED_HOSTS", |it| Some(it.items()?.to_vec())),
            any_host: app.debug_takes_any_host(),
            forwarded_host: known(&app, "USE_X_FORWARDED_HOST", Value::truth),
            prepend_www: known(&app, "PREPEND_WWW", Value::truth),
            append_slash: known(&app, "APPEND_SLASH", Value::truth),
            checks_origin: app.checks_origin(),
            trusted_origins: known(&app, "CSRF_TRUSTED_ORIGINS", texts),
            csrf_in_session: known(&app, "CSRF_USE_SESSIONS", Value::truth),
            csrf_cookie: cookie("CSRF_COOKIE_SECURE", "CSRF_COOKIE_DOMAIN"),
            session_cookie: cookie("SESSION_COOKIE_SECURE", "SESSION_COOKIE_DOMAIN"),
            script_name: known(&app, "FORCE_SCRIPT_NAME", text_or_none),
            is_below: app.value.started.as_ref().is_some_and(|it| it.mounted),
            static_url: known(&app, "STATIC_URL", text_or_none),
            refused_agents: known(&app, "DISALLOWED_USER_AGENTS", Value::truth),
            app,
        })
    }

    /// The path of `STATIC_URL`.
    pub(super) fn static_prefix(&self) -> Option<Fact<String>> {
        self.static_url.as_ref().ok()?.try_map(|url| Some(prefix_of(url.as_deref()?)))
    }

    /// Whether the process comes up at all under its settings.
    pub(super) fn starts(&self) -> Result<(), End> {
        let Some(django) = &self.app.value.django else { return Ok(()) };
        if let Some(missing) = django.missing.first() {
            let why = format!("the settings stop for want of `{}`", missing.read.name);
            return Err(End::Unknown(why));
        }
        match &django.evaluation.outcome {
            Ok(_) => Ok(()),
            Err(raise) => Err(End::Unknown(format!("the settings stop with {}", raise.kind))),
        }
    }

    /// The scheme that `SECURE_PROXY_SSL_HEADER` says; `None` if it leaves that to the server
    /// (`HttpRequest.scheme`).
    pub(super) fn scheme(
        &self,
        headers: &Headers,
        trail: &mut Trail,
    ) -> Result<Option<Scheme>, End> {
        let setting = self.proxy_header.as_ref().map_err(|why| End::Unknown(why.clone()))?;
        let Some((name, secure)) = &setting.value else { return Ok(None) };
        // Only what comes from a request has this prefix.
        let Some(header) = name.strip_prefix("HTTP_") else {
            let text =
                format!("{name} is no header of a request, so SECURE_PROXY_SSL_HEADER never holds");
            trail.hop(At::Django, text).shows(setting, "set here");
            return Ok(None);
        };
        let header = header.to_ascii_lowercase().replace('_', "-");
        if headers.has_underscore(&header) {
            return Err(End::Unknown(format!("{header} is sent with underscores")));
        }
        let value = headers.get(&header).map_err(End::Unknown)?;
        let Some(value) = value else {
            let text =
                format!("`{header}` is not sent, so SECURE_PROXY_SSL_HEADER does not decide");
            trail.hop(At::Django, text).shows(setting, "set here");
            return Ok(None);
        };
        // Since 4.1 the first of several counts.
        if value.contains(',') {
            return Err(End::Unknown(format!("{header} is sent with several values")));
        }
        let is_secure = value.trim() == secure;
        let scheme = if is_secure { Scheme::Https } else { Scheme::Http };
        // The value may be one that only the proxy knows, so it is not shown.
        let says = if is_secure { "has the value" } else { "has another value than the one" };
        let scheme_name = scheme.name();
        let text = format!("{scheme_name} for Django: `{header}` {says} that tells of https");
        let hop = trail.hop(At::Django, text);
        hop.shows(setting, "SECURE_PROXY_SSL_HEADER names it");
        if let Some(line) = headers.line(&header) {
            hop.shows(line, "sent here");
        }
        Ok(Some(scheme))
    }
}

fn known<T>(app: &Fact<&Process>, name: &str, read: impl Fn(&Value) -> Option<T>) -> Known<T> {
    let Some(value) = app.setting(name) else { return Err(format!("{name} is not known")) };
    value.try_map(read).ok_or_else(|| match &value.value {
        Value::Unknown(why) => format!("{name} is not known: {why}"),
        _ => format!("{name} is not known"),
    })
}

fn texts(value: &Value) -> Option<Vec<Fact<String>>> {
    let text = |item: &Fact<Value>| item.try_map(|item| item.text().map(str::to_owned));
    value.items()?.iter().map(text).collect()
}

fn text_or_none(value: &Value) -> Option<Option<String>> {
    match value {
        Value::None => Some(None),
        Value::Str(text) | Value::Path(text) => Some(Some(text.clone())),
        _ => None,
    }
}

fn pair_or_none(value: &Value) -> Option<Option<(String, String)>> {
    if matches!(value, Value::None) || value.items().is_some_and(<[_]>::is_empty) {
        return Some(None);
    }
    let [name, secure] = value.items()? else { return None };
    Some(Some((name.value.text()?.to_owned(), secure.value.text()?.to_owned())))
}

fn expressions(value: &Value) -> Option<Vec<Regex>> {
    let texts = texts(value)?;
    texts.iter().map(|it| Regex::new(&it.value.replace("(?P<", "(?<")).ok()).collect()
}

/// A URL's path, with slashes around it, as Django makes it.
fn prefix_of(url: &str) -> String {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => url,
    };
    let path = path.trim_matches('/');
    if path.is_empty() { "/".to_owned() } else { format!("/{path}/") }
}
