//! Settings that releases of Django have done away with, after the release notes.

use crate::diagnostic::Severity;
use crate::fact::Fact;
use crate::model::Process;
use crate::model::settings::each_outcome;
use crate::python::django_default;

/// A class of Django's that WhiteNoise imports, and the name it has there (whitenoise/storage.py of 4.1,
/// 5.3 and 6.12): `STATICFILES_STORAGE` is at times set to it.
const ALIAS: (&str, &str) = (
    "whitenoise.storage.StaticFilesStorage",
    "django.contrib.staticfiles.storage.StaticFilesStorage",
);

impl Fact<&Process> {
    /// Whether every Django that may be installed has nothing that reads a setting.
    pub fn reads_no_more(&self, setting: &str) -> bool {
        let removed = REMOVED.iter().find(|it| it.name == setting);
        let in_ = removed.map(|it| [it.in_.0, it.in_.1]);
        let version = self.django_version();
        in_.zip(version).is_some_and(|(in_, it)| it.value.at_least(in_) == Some(true))
    }
}

/// A setting that a release of Django no longer has, after its release notes.
pub struct Removed {
    pub name: &'static str,
    pub in_: (u64, u64),
    /// What is read in its place.
    pub by: Option<&'static str>,
    pub severity: Severity,
    pub help: &'static str,
    /// Apps of others that read it all the same.
    pub readers: &'static [&'static str],
}

impl Removed {
    /// Whether it says what Django did by itself before it was taken out, and does still.
    pub fn says_the_default(&self, app: &Fact<&Process>) -> bool {
        let last = match self.in_ {
            (major, 0) => (major - 1, 2),
            (major, minor) => (major, minor - 1),
        };
        let default = django_default(self.name, Some((last.0 as u32, last.1 as u32)));
        let Some((said, default)) = app.setting(self.name).zip(default) else { return false };
        // What a module that is not in view may say instead is not at the line that is judged.
        let mut seen = Vec::new();
        each_outcome(&said, &mut |it| seen.extend(it.value.is_known().then(|| it.to_string())));
        let (alias, class) = ALIAS;
        !seen.is_empty() && seen.iter().all(|it| it.replace(alias, class) == default.to_string())
    }
}

const fn gone(name: &'static str, in_: (u64, u64), help: &'static str) -> Removed {
    Removed { name, in_, by: None, severity: Severity::Advice, help, readers: &[] }
}

const fn replaced(
    name: &'static str,
    in_: (u64, u64),
    by: &'static str,
    severity: Severity,
    help: &'static str,
) -> Removed {
    Removed { name, in_, by: Some(by), severity, help, readers: &[] }
}

/// A class or module that settings name and a release of Django no longer has, after its release
/// notes: whatever asks for it gets an ImportError.
pub struct RemovedValue {
    pub setting: &'static str,
    /// Where it stands in each entry of a dict; none for a text, or the members of a list.
    pub key: Option<&'static str>,
    pub value: &'static str,
    pub in_: (u64, u64),
    pub stops: &'static str,
    pub help: &'static str,
}

const fn value(
    (setting, key): (&'static str, Option<&'static str>),
    value: &'static str,
    in_: (u64, u64),
    stops: &'static str,
    help: &'static str,
) -> RemovedValue {
    RemovedValue { setting, key, value, in_, stops, help }
}

const HASHERS: (&str, Option<&str>) = ("PASSWORD_HASHERS", None);
const LOGIN: &str = "no password can be checked";
const RESET: &str = "take it out: whoever still has such a password has to set a new one";

pub const REMOVED_VALUES: &[RemovedValue] = &[
    value(
        ("MIDDLEWARE", None),
        "django.contrib.auth.middleware.SessionAuthenticationMiddleware",
        (2, 0),
        "no request is answered",
        "take it out: AuthenticationMiddleware does it",
    ),
    value(
        ("STATICFILES_STORAGE", None),
        "django.contrib.staticfiles.storage.CachedStaticFilesStorage",
        (3, 1),
        "no page can link a static file",
        "name it `django.contrib.staticfiles.storage.ManifestStaticFilesStorage`",
    ),
    value(
        ("CACHES", Some("BACKEND")),
        "django.core.cache.backends.memcached.MemcachedCache",
        (4, 1),
        "whatever asks for the cache fails",
        "name it `django.core.cache.backends.memcached.PyMemcacheCache`, and install `pymemcache`",
    ),
    value(
        ("SESSION_SERIALIZER", None),
        "django.contrib.sessions.serializers.PickleSerializer",
        (5, 0),
        "no request with a session is answered",
        "take it out: sessions are JSON",
    ),
    value(HASHERS, "django.contrib.auth.hashers.CryptPasswordHasher", (5, 0), LOGIN, RESET),
    value(HASHERS, "django.contrib.auth.hashers.SHA1PasswordHasher", (5, 1), LOGIN, RESET),
    value(HASHERS, "django.contrib.auth.hashers.UnsaltedSHA1PasswordHasher", (5, 1), LOGIN, RESET),
    value(HASHERS, "django.contrib.auth.hashers.UnsaltedMD5PasswordHasher", (5, 1), LOGIN, RESET),
];

const TEMPLATES: &str = "say it in TEMPLATES";

pub const REMOVED: &[Removed] = &[
    replaced("TEMPLATE_DIRS", (1, 10), "TEMPLATES", Severity::Warning, TEMPLATES),
    replaced("TEMPLATE_LOADERS", (1, 10), "TEMPLATES", Severity::Warning, TEMPLATES),
    replaced("TEMPLATE_CONTEXT_PROCESSORS", (1, 10), "TEMPLATES", Severity::Warning, TEMPLATES),
    gone("TEMPLATE_DEBUG", (1, 10), "take it out, or say it in TEMPLATES"),
    gone("TEMPLATE_STRING_IF_INVALID", (1, 10), "take it out, or say it in TEMPLATES"),
    gone("ALLOWED_INCLUDE_ROOTS", (1, 10), "take it out"),
    gone("CACHE_MIDDLEWARE_ANONYMOUS_ONLY", (1, 8), "take it out"),
    gone("TRANSACTIONS_MANAGED", (1, 8), "take it out, or say it as AUTOCOMMIT of a database"),
    Removed {
        // `userena.utils.get_profile_model` stops without it.
        readers: &["userena"],
        ..gone(
            "AUTH_PROFILE_MODULE",
            (1, 7),
            "take it out: a model that links to the user one to one holds profiles",
        )
    },
    gone("SEND_BROKEN_LINK_EMAILS", (1, 8), "take it out: BrokenLinkEmailsMiddleware sends them"),
    replaced("CACHE_BACKEND", (1, 5), "CACHES", Severity::Warning, "say it in CACHES"),
    gone("ADMIN_MEDIA_PREFIX", (1, 6), "take it out: the admin's files are below STATIC_URL"),
    replaced("MIDDLEWARE_CLASSES", (2, 0), "MIDDLEWARE", Severity::Error, "rename it MIDDLEWARE"),
    gone("USE_ETAGS", (2, 1), "take it out, and add ConditionalGetMiddleware"),
    gone("DEFAULT_CONTENT_TYPE", (3, 0), "take it out"),
    gone("FILE_CHARSET", (3, 1), "take it out: files are read as UTF-8"),
    replaced(
        "PASSWORD_RESET_TIMEOUT_DAYS",
        (4, 0),
        "PASSWORD_RESET_TIMEOUT",
        Severity::Warning,
        "say it in seconds in PASSWORD_RESET_TIMEOUT",
    ),
    gone("DEFAULT_HASHING_ALGORITHM", (4, 0), "take it out"),
    gone("SECURE_BROWSER_XSS_FILTER", (4, 0), "take it out: browsers have no such filter any more"),
    gone("USE_L10N", (5, 0), "take it out: formats are always those of the language"),
    gone("USE_DEPRECATED_PYTZ", (5, 0), "take it out"),
    gone("CSRF_COOKIE_MASKED", (5, 0), "take it out"),
    replaced(
        "DEFAULT_FILE_STORAGE",
        (5, 1),
        "STORAGES",
        Severity::Error,
        "name the storage as `default` in STORAGES",
    ),
    replaced(
        "STATICFILES_STORAGE",
        (5, 1),
        "STORAGES",
        Severity::Error,
        "name the storage as `staticfiles` in STORAGES",
    ),
    gone("FORMS_URLFIELD_ASSUME_HTTPS", (6, 0), "take it out: https is assumed"),
];
