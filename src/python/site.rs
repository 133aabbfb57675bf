//! Modules of settings that each machine has for itself: which they are, and what they leave alone.

use crate::fact::Fact;
use crate::python::machine::Machine;
use crate::python::machine::locate::clean;
use crate::python::{Found, OfMachine};
use camino::Utf8PathBuf;
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

/// Words in the names of modules that each machine has for itself, or those of one stage: what a project
/// goes on without is then put on its servers by hand, whatever git ignores.
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
    "prod",
    "production",
    "live",
    "staging",
];

impl<'a> Machine<'a> {
    /// Whether a module that is not in the tree has the settings of one machine, as its name says.
    pub(crate) fn is_of_site(&self, dotted: &str) -> bool {
        let top = dotted.split('.').next().unwrap_or(dotted);
        let name = dotted.rsplit('.').next().unwrap_or(dotted);
        let words: BTreeSet<&str> = name.split('_').collect();
        // Libraries have settings of their own, whose names those of a project build upon.
        self.is_installed(top) != Some(true)
            && (name.starts_with("local") || OF_MACHINES.iter().any(|it| words.contains(it)))
    }

    /// The same of one beside the packages, which a library could bring: none is called as settings of a
    /// machine are, and has anything that a project would take all names of.
    pub(crate) fn is_settings_of_site(&self, dotted: &str) -> bool {
        let is_about_settings =
            |word: &str| matches!(word, "settings" | "setting" | "conf" | "config");
        !dotted.contains('.')
            && dotted.split('_').any(is_about_settings)
            && self.is_tried_anywhere()
            && self.is_of_site(dotted)
    }

    /// Takes note of a module that settings go on without.
    pub(crate) fn may_be_missing(&mut self, dotted: &str) {
        let noted = self.of_machine_here(dotted);
        self.of_machine.extend(noted);
    }

    /// Takes note of a module that settings stop without.
    pub(crate) fn is_demanded(&mut self, dotted: &str) {
        let noted = self.of_machine_here(dotted);
        self.demanded.extend(noted);
    }

    fn of_machine_here(&mut self, dotted: &str) -> Option<OfMachine> {
        let module = Fact::at(dotted.to_owned(), self.place()?);
        Some(OfMachine { module, shown: self.examples(dotted).names() })
    }

    /// What the tree shows of a module that is made where the site is set up.
    pub(crate) fn examples(&mut self, dotted: &str) -> Examples<'a> {
        let path = Utf8PathBuf::from(format!("{}.py", self.relative(dotted)));
        let files = self.request.files;
        let mut texts = Vec::new();
        for root in self.request.roots {
            for example in files.examples(&clean(&root.join(&path))) {
                match files.find(&example) {
                    Found::Module { text, .. } | Found::Text { text, .. } => texts.push(text),
                    Found::Unread => {
                        self.wants.insert(example);
                    }
                    Found::Directory(_) | Found::Absent => {}
                }
            }
        }
        texts.retain(|it| it.lines().any(assigns));
        Examples(texts)
    }
}

/// The texts of the examples of a module, as far as they set anything.
pub(crate) struct Examples<'a>(Vec<&'a str>);

impl Examples<'_> {
    /// Whether a setting is not what the examples ask to set: they don't so much as name it.
    pub(crate) fn leave(&self, name: &str) -> bool {
        !self.0.is_empty() && !self.words().any(|word| word == name)
    }

    /// Every setting that they name.
    fn names(&self) -> BTreeSet<String> {
        let is_setting = |it: &&str| {
            it.starts_with(|first: char| first.is_ascii_uppercase())
                && !it.bytes().any(|byte| byte.is_ascii_lowercase())
        };
        self.words().filter(is_setting).map(str::to_owned).collect()
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
        self.0.iter().flat_map(move |text| text.split(move |it| !is_part(it)))
    }
}

/// Whether a line gives a value to a setting, be it in a comment.
fn assigns(line: &str) -> bool {
    let name =
        line.split_once('=').map(|(name, _)| name.trim().trim_start_matches('#').trim_start());
    let is_setting =
        |it: &str| it.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    name.is_some_and(|it| !it.is_empty() && is_setting(it))
}
