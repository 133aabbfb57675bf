//! Modules of settings that each machine has for itself: which they are, and what they leave alone.

use crate::python::machine::Machine;
use std::collections::BTreeSet;

/// Settings that say what a project is made of. Its own modules and templates hang on them, so that
/// they are the same wherever it runs; what a machine's own settings change is its switches, hosts,
/// paths, secrets, databases, caches and mail.
const STRUCTURE: &[&str] = &[
    "ASGI_APPLICATION",
    "AUTHENTICATION_BACKENDS",
    "AUTH_USER_MODEL",
    "FORM_RENDERER",
    "INSTALLED_APPS",
    "MIDDLEWARE",
    "MIDDLEWARE_CLASSES",
    "ROOT_URLCONF",
    "STATICFILES_FINDERS",
    "TEMPLATES",
    "WSGI_APPLICATION",
];

/// And those that say how it is written: what templates are, and how times and texts are kept.
const BEGINNINGS: &[&str] = &["TEMPLATE_", "USE_I18N", "USE_L10N", "USE_TZ"];

pub(crate) fn is_of_structure(name: &str) -> bool {
    STRUCTURE.contains(&name) || BEGINNINGS.iter().any(|it| name.starts_with(it))
}

/// Words in the names of modules that each machine has for itself.
const OF_MACHINES: &[&str] = &[
    "local",
    "secret",
    "secrets",
    "private",
    "site",
    "host",
    "server",
    "machine",
    "override",
    "overrides",
    "custom",
    "deploy",
    "credentials",
];

impl Machine<'_> {
    /// Whether a module that is not in the tree has the settings of one machine, as its name says.
    pub(crate) fn is_of_site(&self, dotted: &str) -> bool {
        let top = dotted.split('.').next().unwrap_or(dotted);
        let name = dotted.rsplit('.').next().unwrap_or(dotted);
        let words: BTreeSet<&str> = name.split('_').collect();
        // Libraries have settings of their own, whose names those of a project build upon.
        self.is_installed(top) != Some(true)
            && (name.starts_with("local") || OF_MACHINES.iter().any(|it| words.contains(it)))
    }
}
