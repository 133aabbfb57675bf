//! What requests pass on their way to a view, by the classes that `MIDDLEWARE` names.

use crate::fact::{Certainty, Fact};
use crate::model::{MIDDLEWARE, Process};
use fancy_regex::Regex;

pub const COMMON: &str = "django.middleware.common.CommonMiddleware";
pub const CSRF: &str = "django.middleware.csrf.CsrfViewMiddleware";
pub const FRAMES: &str = "django.middleware.clickjacking.XFrameOptionsMiddleware";
pub const SECURITY: &str = "django.middleware.security.SecurityMiddleware";
pub const SESSIONS: &str = "django.contrib.sessions.middleware.SessionMiddleware";
pub const WHITENOISE: &str = "whitenoise.middleware.WhiteNoiseMiddleware";

/// Words in the names of middleware that may answer a health check before others see it, or look at the
/// host in Django's place: dockerflow answers `/__heartbeat__` itself, and django-allow-cidr lets addresses
/// of its networks past ALLOWED_HOSTS (their READMEs).
const ANSWERING: [&str; 10] = [
    "alive",
    "allowcidr",
    "dockerflow",
    "health",
    "heartbeat",
    "host",
    "ping",
    "probe",
    "ready",
    "status",
];

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
        let comes = |all: &Fact<Vec<Fact<String>>>| {
            let at = all.value.iter().position(|it| it.value == middleware);
            at.is_some_and(|at| all.value[..at].iter().all(|it| !may_answer(&it.value)))
        };
        lists.iter().all(comes).then(|| lists[0].map(|_| ()))
    }

    /// That a request comes through all of the middleware to the URLconf: likely so past what is the
    /// project's own.
    pub fn comes_to_views(&self) -> Option<Fact<()>> {
        let lists = self.each_list(MIDDLEWARE)?;
        let all = || lists.iter().flat_map(|it| &it.value);
        if all().any(|it| may_answer(&it.value)) {
            return None;
        }
        let through = lists.first()?.map(|_| ());
        Some(match all().find(|it| !is_passing(&it.value)) {
            Some(own) => {
                let why = format!("`{}` may answer by itself", own.value);
                through.doubt(Certainty::Likely, &why)
            }
            None => through,
        })
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

/// Whether middleware is known to answer no health check by itself.
fn is_passing(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    PASSING.iter().any(|known| class.starts_with(known))
}

/// Whether middleware has the name of one that may answer a health check.
fn may_answer(class: &str) -> bool {
    let lower = class.to_ascii_lowercase();
    !is_passing(class) && ANSWERING.iter().any(|word| lower.contains(word))
}
