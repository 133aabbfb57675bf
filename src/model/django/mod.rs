//! Django projects in the tree: where they lie, what starts them, which settings they name.
//!
//! Read from the entry points that `startproject` writes and people edit. Which of them a process
//! uses, and what the settings evaluate to, is decided elsewhere.

use crate::fact::Fact;
use crate::model::project::Requirements;
use crate::model::shadow::Shadowed;
use crate::model::{Code, Files};
use crate::source::{FileId, Place};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

mod entry;
mod find;
mod modules;
mod named_outside;
mod plain_names;
mod python;
mod removed;
mod root_package;
mod schedule;

pub use find::{prefetch, projects};
pub(super) use modules::absolute;
pub use modules::{
    find_module, is_below, lacks_module, may_be_another, misspelt, package_of, role,
};
pub use python::Narrowing;
pub use removed::{REMOVED, REMOVED_VALUES, RemovedValue};
pub(super) use root_package::base_of;

#[derive(Clone, Debug)]
pub struct Project {
    /// The folder that Python imports the project's packages from.
    pub root: Utf8PathBuf,
    /// The same from where the tree begins, which says nothing of where that lies.
    pub below: Utf8PathBuf,
    /// The name of the package that this folder is itself.
    pub package: Option<String>,
    pub entries: Vec<EntryPoint>,
    /// Modules of other names that make an application: of those that somebody asked for.
    pub others: Vec<EntryPoint>,
    /// It has modules of the name that Celery looks for tasks in.
    pub has_tasks: bool,
    /// An application of its own has migrations, and so tables in the database.
    pub has_migrations: bool,
    /// Every module that is or may be the settings, by name.
    pub modules: Vec<SettingsModule>,
    /// Settings files that a package of their name hides.
    pub shadowed: Vec<Shadowed>,
    pub code: Code,
    pub requirements: Arc<Requirements>,
}

/// A file that a server, a worker or a person starts the project with.
#[derive(Clone, Debug)]
pub struct EntryPoint {
    pub kind: Entry,
    pub path: Utf8PathBuf,
    pub file: FileId,
    /// The settings module that it names if the environment names none, and it is written there; or
    /// that its package has named by then.
    pub default: Option<Fact<String>>,
    /// Where it names another, which its package came before with.
    pub late: Option<Fact<String>>,
    /// Modules and packages that it may put together the name of: `config.settings` of
    /// `"config.settings." + stage`.
    pub hints: Vec<String>,
    /// It sets the variable whatever the environment says: `os.environ["…"] = "…"`.
    pub forced: bool,
    /// Where it has Celery send tasks at certain times.
    pub schedule: Option<Place>,
    /// Where it takes settings for Celery without `CELERY_` before their names.
    pub plain_names: Option<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    Wsgi,
    Asgi,
    Celery,
    Manage,
    /// What Passenger runs where nothing else says what it is to run, as on the hosts of cPanel
    /// (Passenger Library, "Python: startup file").
    Passenger,
}

impl Entry {
    /// Whether a server or a worker starts with it, rather than a person.
    pub fn serves(self) -> bool {
        matches!(self, Self::Wsgi | Self::Asgi)
    }
}

#[derive(Clone, Debug)]
pub struct SettingsModule {
    /// As Python imports it: `config.settings.prod`.
    pub name: String,
    pub path: Utf8PathBuf,
    pub role: Role,
    /// What a package is under another name: `from .base import *` in its `__init__`.
    pub star: Option<Fact<String>>,
    /// The modules of the project that it takes all names of.
    pub imports: Vec<String>,
    /// Whatever it imports, by dotted names: modules, and what it takes of them.
    pub uses: Vec<String>,
    /// It assigns nothing and imports nothing.
    pub empty: bool,
    /// No process can have it for its settings, which it is put over on a server, if anything.
    pub partial: bool,
}

/// What a settings module is for, as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Production,
    Development,
    Test,
    /// What the others import: `base`, `common`.
    Base,
    /// The name says nothing: `settings`.
    Plain,
}

/// Distributions that serve an application of ASGI, or bring what does.
const ASGI: &[&str] = &["uvicorn", "uvicorn-worker", "daphne", "hypercorn", "granian", "channels"];

/// What names the settings module of a process.
pub const VARIABLE: &str = "DJANGO_SETTINGS_MODULE";

/// Folders that show, test or keep something, and are deployed nowhere.
const SAMPLES: &[&str] = &[
    "archive",
    "archived",
    "backup",
    "backups",
    "bak",
    "demo",
    "example",
    "examples",
    "loadtest",
    "loadtests",
    "sample",
    "samples",
    "sandbox",
    "skeleton",
    "smoke",
    "stress",
    "test",
    "tests",
    "testing",
];

impl Project {
    /// Whether it lies where projects lie that nobody deploys.
    pub fn is_a_sample(&self) -> bool {
        let words = self.below.as_str().split(['/', '_', '-']);
        words.into_iter().any(|word| SAMPLES.contains(&word.to_ascii_lowercase().as_str()))
    }

    /// How Python names a file of the project: `config.wsgi`.
    pub fn dotted(&self, path: &Utf8Path) -> Option<String> {
        let inside = path.strip_prefix(&self.root).ok()?.as_str();
        Some(inside.strip_suffix(".py")?.replace('/', "."))
    }

    /// The name of a module below the root, where that is a package itself.
    fn inside<'m>(&self, module: &'m str) -> &'m str {
        root_package::inside(self.package.as_deref(), module)
    }

    pub fn has(&self, kind: Entry) -> bool {
        self.entries.iter().any(|entry| entry.kind == kind)
    }

    /// Whether a server may start with an entry point: that of ASGI needs a server which speaks it.
    pub fn may_serve(&self, entry: &EntryPoint) -> bool {
        let is_listed = |it: &&str| self.requirements.of(it).is_some();
        let is_spare = entry.kind == Entry::Asgi && self.has(Entry::Wsgi);
        let is_known = !self.requirements.is_empty();
        entry.kind.serves() && !(is_spare && is_known && !ASGI.iter().any(is_listed))
    }

    /// Whether one of its entry points is this module: `config.wsgi`; for Celery, `config` too.
    pub fn finds(&self, module: &str) -> bool {
        self.home_of(module).is_some()
    }

    /// The folder that one of its entry points is imported from as this module.
    pub fn home_of(&self, module: &str) -> Option<&Utf8Path> {
        let below = self.inside(module).replace('.', "/");
        let file = format!("{below}.py");
        let has = |folder: &&Utf8Path| {
            let is = |entry: &EntryPoint| {
                let Ok(inside) = entry.path.strip_prefix(folder) else { return false };
                inside == file
                    || entry.kind == Entry::Celery && inside.parent() == Some(below.as_str().into())
            };
            self.entries.iter().any(is)
        };
        let of_other = || self.other(module).map(|_| self.root.as_path());
        self.folders().find(has).or_else(of_other)
    }

    /// The package that a server starts in itself, where its own folder has the entry point which it
    /// names and the path has the rest: `wsgi` in `shop/`.
    pub fn started_within(
        &self,
        module: &str,
        starts_in: impl Fn(&Utf8Path) -> bool,
    ) -> Option<&Utf8Path> {
        let of_servers = self.entries.iter().filter(|it| it.kind.serves());
        let named = of_servers.filter(|it| it.path.file_stem() == Some(module));
        let mut packages = named.filter_map(|it| it.path.parent());
        packages.find(|package| *package != self.root && starts_in(package))
    }

    /// The folders that its entry points may be imported from: its own first, then those that lie
    /// between that and a package. With `src.shop.settings` in `src/shop/wsgi.py`, whoever has
    /// both on the path may start `shop.wsgi` as well.
    fn folders(&self) -> impl Iterator<Item = &Utf8Path> {
        let between = self.entries.iter().flat_map(|entry| {
            let above = entry.path.ancestors().skip(2);
            above.take_while(|folder| *folder != self.root)
        });
        std::iter::once(self.root.as_path()).chain(between)
    }

    fn other(&self, module: &str) -> Option<&EntryPoint> {
        let base = self.root.join(self.inside(module).replace('.', "/"));
        let paths = [base.join("__init__.py"), Utf8PathBuf::from(format!("{base}.py"))];
        self.others.iter().find(|it| paths.contains(&it.path))
    }

    /// Asks for a module that a command names, which may make an application under any name.
    pub fn ask_for(&self, files: &Files, module: &str) {
        if let Some(path) = find_module(files, &self.root, module) {
            files.find(&path);
        }
    }

    /// The production module that stands beside another of this name. One that the other takes all
    /// names of, on whatever condition, is a part of it.
    pub fn production_beside(&self, name: &str) -> Option<&str> {
        self.beside(name, self.for_production().next()?)
    }

    /// The same of one that can be named in the place of the other.
    pub fn production_instead(&self, name: &str) -> Option<&str> {
        self.beside(name, self.for_production().find(|it| !it.partial)?)
    }

    fn beside<'m>(&self, name: &str, production: &'m SettingsModule) -> Option<&'m str> {
        let is_part = self.module(name).is_some_and(|it| it.imports.contains(&production.name));
        (production.name != name && !is_part).then_some(production.name.as_str())
    }

    /// The module that a settings package is under another name: one that all share, or that is for
    /// development.
    pub fn star_import(&self, name: &str) -> Option<&Fact<String>> {
        self.module(name)?.star.as_ref()
    }

    /// What that module is for.
    pub fn stands_for(&self, name: &str) -> Option<Role> {
        self.star_import(name).map(|it| modules::role(&it.value))
    }

    /// Whether a module for production is made of this one.
    pub fn is_imported_by_production(&self, name: &str) -> bool {
        let production = self.modules.iter().filter(|it| it.role == Role::Production);
        production.into_iter().any(|it| it.imports.iter().any(|import| import == name))
    }

    /// Whether the module is there and assigns nothing.
    pub fn is_empty(&self, name: &str) -> bool {
        self.module(name).is_some_and(|module| module.empty)
    }

    pub fn module(&self, name: &str) -> Option<&SettingsModule> {
        self.modules.iter().find(|module| module.name == name)
    }

    /// The modules that are named for production and say something: one that was only begun is none.
    fn for_production(&self) -> impl Iterator<Item = &SettingsModule> {
        self.modules.iter().filter(|it| it.role == Role::Production && !it.empty)
    }

    /// The module for production, if exactly one has such a name, or exactly one beside those for
    /// staging.
    pub fn production(&self) -> Option<&SettingsModule> {
        let named = || self.for_production();
        let only = |mut found: Vec<_>| if found.len() == 1 { found.pop() } else { None };
        let is_staging = |it: &&SettingsModule| {
            it.name.split(['.', '_']).any(|word| matches!(word, "staging" | "stage" | "stg"))
        };
        only(named().collect()).or_else(|| only(named().filter(|it| !is_staging(it)).collect()))
    }

    /// What a module for production is a part of: it takes nothing of what others share, and the module
    /// that an entry point names takes all names of it, on whatever condition. One for developers is built on it.
    pub fn whole_of<'m>(&'m self, part: &'m SettingsModule) -> &'m SettingsModule {
        let named = self.entries.iter().filter_map(|entry| entry.default.as_ref());
        let mut wholes = named.filter_map(|it| self.module(&it.value));
        let whole = wholes.find(|it| it.imports.contains(&part.name));
        let whole = whole.filter(|it| !matches!(it.role, Role::Test | Role::Development));
        whole.filter(|_| part.imports.is_empty()).unwrap_or(part)
    }

    /// The module that no other competes with: tests and developers have one of their own, and what it
    /// takes all names of is a part of it, as is what such a part is copied from.
    pub fn only_module(&self) -> Option<&SettingsModule> {
        let named = || self.entries.iter().filter_map(|it| it.default.as_ref());
        let first = named().next().filter(|first| named().all(|it| it.value == first.value));
        let module = match (self.modules.as_slice(), first) {
            ([only], _) => only,
            (_, Some(first)) => self.module(&first.value)?,
            (_, None) => return None,
        };
        let is_other = |it: &SettingsModule| {
            it.name != module.name
                && !matches!(it.role, Role::Test | Role::Development)
                && !module.imports.contains(&it.name)
                && !module.uses.contains(&it.name)
                && !it.name.split(['.', '_']).any(|word| word == "template" || word == "example")
        };
        let is_plain = matches!(module.role, Role::Plain | Role::Base);
        (is_plain && !self.modules.iter().any(is_other)).then_some(module)
    }

    /// The entry point that a process of this kind starts with, by the dotted name it was given.
    pub fn entry(&self, kind: Entry, module: Option<&str>) -> Option<&EntryPoint> {
        let of_kind = || self.entries.iter().filter(move |entry| entry.kind == kind);
        let Some(module) = module else { return of_kind().next() };
        let module = self.inside(module);
        let file = format!("{}.py", module.replace('.', "/"));
        let mut paths = self.folders().map(|folder| folder.join(&file));
        let other = || self.other(module).filter(|it| it.kind == kind);
        let found = paths.find_map(|path| of_kind().find(|entry| entry.path == path));
        // Where nothing else is called so, the server starts in the package itself.
        let is_own = |it: &&EntryPoint| kind.serves() && it.path.file_stem() == Some(module);
        found.or_else(other).or_else(|| of_kind().find(is_own))
    }
}
