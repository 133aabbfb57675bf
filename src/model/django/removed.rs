//! Settings that releases of Django have done away with, after the release notes.

use crate::diagnostic::Severity;
use crate::fact::Fact;
use crate::model::Process;

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
}

const fn gone(name: &'static str, in_: (u64, u64), help: &'static str) -> Removed {
    Removed { name, in_, by: None, severity: Severity::Advice, help }
}

const fn replaced(
    name: &'static str,
    in_: (u64, u64),
    by: &'static str,
    severity: Severity,
    help: &'static str,
) -> Removed {
    Removed { name, in_, by: Some(by), severity, help }
}

const TEMPLATES: &str = "say it in TEMPLATES";

pub const REMOVED: &[Removed] = &[
    replaced("TEMPLATE_DIRS", (1, 10), "TEMPLATES", Severity::Warning, TEMPLATES),
    replaced("TEMPLATE_LOADERS", (1, 10), "TEMPLATES", Severity::Warning, TEMPLATES),
    replaced("TEMPLATE_CONTEXT_PROCESSORS", (1, 10), "TEMPLATES", Severity::Warning, TEMPLATES),
    gone("TEMPLATE_DEBUG", (1, 10), "take it out, or say it in TEMPLATES"),
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
