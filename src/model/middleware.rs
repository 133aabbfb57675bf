//! What requests pass on their way to a view, by the classes that `MIDDLEWARE` names.

use crate::fact::Fact;
use crate::model::{MIDDLEWARE, Process};
use fancy_regex::Regex;

pub const COMMON: &str = "django.middleware.common.CommonMiddleware";
pub const CSRF: &str = "django.middleware.csrf.CsrfViewMiddleware";
pub const FRAMES: &str = "django.middleware.clickjacking.XFrameOptionsMiddleware";
pub const SECURITY: &str = "django.middleware.security.SecurityMiddleware";
pub const SESSIONS: &str = "django.contrib.sessions.middleware.SessionMiddleware";
pub const WHITENOISE: &str = "whitenoise.middleware.WhiteNoiseMiddleware";

/// Words in the names of middleware that may answer a health check before others see it.
const ANSWERING: [&str; 8] =
    ["alive", "health", "heartbeat", "host", "ping", "probe", "ready", "status"];

/// Middleware that answers no health check by itself.
const PASSING: [&str; 8] = [
    "django.",
    "whitenoise.",
    "corsheaders.",
    "django_prometheus.",
    "debug_toolbar.",
    "servestatic.",
    "csp.",
    "allauth.",
];

impl Fact<&Process> {
    /// The setting that lists the middleware: before Django 1.10 it was another, which a list under the
    /// new name takes the place of as a whole (release notes of 1.10).
    pub fn setting_of_middleware(&self) -> &'static str {
        const OLD: &str = "MIDDLEWARE_CLASSES";
        let old = self.assignment(OLD).and_then(|it| it.written_at());
        let new = self.assigned(MIDDLEWARE).and_then(|it| it.written_at());
        if old.is_some() && (new.is_none() || new == old) { OLD } else { MIDDLEWARE.name }
    }

    /// That requests surely pass a middleware, at its entry.
    pub fn passes(&self, class: &str) -> Option<Fact<()>> {
        let known = self.members(MIDDLEWARE);
        known.iter().find(|it| it.value == class).map(|it| it.map(|_| ()))
    }

    /// That no middleware has one of these words in its name, at the list, all of which is known:
    /// a project's own `CsrfExemptMiddleware` may well be a kind of Django's.
    pub fn passes_no(&self, words: &[&str]) -> Option<Fact<()>> {
        let lists = self.each_list(MIDDLEWARE)?;
        let has_word = |class: &Fact<String>| {
            let class = class.value.to_ascii_lowercase();
            words.iter().any(|word| class.contains(word))
        };
        if lists.iter().any(|it| it.value.is_empty() || it.value.iter().any(has_word)) {
            return None;
        }
        Some(self.assigned(MIDDLEWARE)?.given(lists.first()?))
    }

    /// Whether the origin of a form is compared, and `CSRF_TRUSTED_ORIGINS` so lists origins. Before
    /// 4.0 it listed hosts without a scheme, asked of the referer of an https request only
    /// (`CsrfViewMiddleware._check_referer`).
    pub fn checks_origin(&self) -> bool {
        let version = self.django_version();
        version.is_none_or(|it| it.value.at_least([4, 0]) != Some(false))
    }

    /// That a request surely comes as far as this middleware: what stands before it is known to
    /// pass on, or not named like one that answers health checks.
    pub fn comes_to(&self, middleware: &str) -> Option<Fact<()>> {
        let lists = self.each_list(MIDDLEWARE)?;
        let passing = |it: &Fact<String>| {
            let name = it.value.to_ascii_lowercase();
            let known = PASSING.iter().any(|known| name.starts_with(known));
            known || !ANSWERING.iter().any(|word| name.contains(word))
        };
        let comes = |all: &Fact<Vec<Fact<String>>>| {
            let at = all.value.iter().position(|it| it.value == middleware);
            at.is_some_and(|at| all.value[..at].iter().all(passing))
        };
        lists.iter().all(comes).then(|| lists[0].map(|_| ()))
    }

    /// Whether a plain request for a path is redirected where SECURE_SSL_REDIRECT is on: no
    /// pattern of SECURE_REDIRECT_EXEMPT is found in it (`SecurityMiddleware.process_request`).
    pub fn redirects(&self, path: &str) -> Option<bool> {
        let other_host = self.setting("SECURE_SSL_HOST")?;
        if other_host.value.truth() != Some(false) {
            return None;
        }
        let exempt = self.setting("SECURE_REDIRECT_EXEMPT")?;
        let path = path.trim_start_matches('/');
        for pattern in exempt.value.items()? {
            let pattern = Regex::new(pattern.value.text()?).ok()?;
            if pattern.is_match(path).ok()? {
                return Some(false);
            }
        }
        Some(true)
    }
}
