//! What `collectstatic` puts together, by the sources that settings name.

use crate::fact::Fact;
use crate::model::journey::Lies;
use crate::model::{Files, django};
use crate::python::{Evaluation, Value};
use crate::source::Tree;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// The files by their paths below `STATIC_ROOT`.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    files: BTreeSet<Utf8PathBuf>,
    /// Whether every source is in view.
    closed: bool,
    /// Some entry of `STATICFILES_DIRS` is not.
    beside: bool,
    /// Folders that installed packages fill: of what is in them nobody can tell all.
    open: Vec<&'static str>,
    /// What every version of those packages has there.
    packaged: Vec<&'static str>,
    /// Names with hashes in them, and compressed copies, are added.
    versioned: bool,
}

/// The folder of the tree at a path of the process.
type Folder<'a> = &'a dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>;

/// Applications without static files, beside the project's own.
const WITHOUT: &[&str] = &[
    "channels",
    "corsheaders",
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "storages",
    "whitenoise.runserver_nostatic",
];

/// Style sheets that each page of the admin links to, since Django 1.0.
const OF_THE_ADMIN: &[&str] = &["admin/css/base.css", "admin/css/forms.css"];

const PLAIN: &str = "django.contrib.staticfiles.storage.StaticFilesStorage";

/// Storages that write to `STATIC_ROOT`.
const LOCAL: &[&str] = &["django.contrib.staticfiles.storage.", "whitenoise.storage."];

/// A file of the admin's by which a folder shows that somebody collected into it.
const MARK: &str = "admin/css/base.css";

/// The folders of the tree that somebody collected static files into, and committed what was made.
pub(super) fn folders(files: &Files) -> BTreeSet<Utf8PathBuf> {
    let sheets = files.files_named("base.css").filter(|it| it.ends_with(MARK));
    let folders = sheets.filter_map(|it| it.ancestors().nth(3));
    folders.filter(|it| !it.as_str().contains("site-packages")).map(Utf8Path::to_owned).collect()
}

/// Whether a file lies in such a folder below what is judged: whatever it is, it is a copy, be it of the
/// project itself.
pub fn lies_collected(tree: &Tree, path: &Utf8Path) -> bool {
    let is_around = |folder: &Utf8Path| tree.roots().iter().any(|root| root.starts_with(folder));
    let folders = path.ancestors().skip(1).take_while(|it| !it.as_str().is_empty());
    let mut inside = folders.take_while(|it| !is_around(it));
    inside.any(|folder| tree.is_file(&folder.join(MARK)))
}

impl Collected {
    /// `root` is where the project's packages lie; `folder` says what of the tree the process has
    /// at a path.
    pub(super) fn find(
        files: &Files,
        root: &Utf8Path,
        settings: &Evaluation,
        folder: Folder,
    ) -> Self {
        let mut found = Self { closed: true, ..Self::default() };
        found.storage(settings);
        match settings.get("STATICFILES_DIRS") {
            None => {}
            Some(dirs) => match dirs.value.items() {
                Some(items) => items.iter().for_each(|it| found.dir(files, it, folder)),
                None => (found.closed, found.beside) = (false, true),
            },
        }
        let apps = settings.get("INSTALLED_APPS");
        match apps.as_ref().and_then(|apps| apps.value.items()) {
            Some(apps) => apps.iter().for_each(|app| match app.value.text() {
                Some(app) => found.app(files, root, app),
                None => found.closed = false,
            }),
            None => found.closed = false,
        }
        found
    }

    /// Those that are in view, and those that Django brings along.
    pub fn files(&self) -> impl Iterator<Item = &Utf8Path> {
        let packaged = self.packaged.iter().map(Utf8Path::new);
        self.files.iter().map(Utf8PathBuf::as_path).chain(packaged)
    }

    /// What lies there once everything is collected; `None` if nothing that is in view does.
    pub fn at(&self, path: &Utf8Path) -> Option<Lies> {
        if self.files.contains(path) || self.packaged.iter().any(|it| path == *it) {
            return Some(Lies::File);
        }
        let first = self.files.range(path.join("")..).next();
        first.is_some_and(|it| it.starts_with(path)).then_some(Lies::Folder)
    }

    /// Whether the project itself has something in a folder, be it a package's.
    pub fn has(&self, folder: &str) -> bool {
        self.files.iter().any(|it| it.starts_with(folder))
    }

    /// Whether it may have: some of its sources may not be in view.
    pub fn may_have(&self, folder: &str) -> bool {
        self.beside || self.has(folder)
    }

    /// Whether a file is surely none of them.
    pub fn lacks(&self, path: &Utf8Path) -> bool {
        let in_open = self.open.iter().any(|it| path.starts_with(it));
        let name = path.file_name().unwrap_or_default();
        let is_hash = |it: &str| it.len() == 12 && it.bytes().all(|it| it.is_ascii_hexdigit());
        let is_made = name.split('.').any(is_hash) || name == "staticfiles.json";
        let is_copy = name.ends_with(".gz") || name.ends_with(".br");
        let made = self.versioned && (is_made || is_copy);
        self.closed && !in_open && !made && self.at(path).is_none()
    }

    fn storage(&mut self, settings: &Evaluation) {
        let old = settings.get("STATICFILES_STORAGE");
        let new = settings.get("STORAGES").map(|it| match it.value.get("staticfiles") {
            Some(it) => it.value.get("BACKEND").cloned(),
            None => Some(it.map(|_| Value::Str(PLAIN.to_owned()))),
        });
        let backend = match (new, old) {
            (Some(backend), _) => backend,
            (None, Some(old)) => Some(old),
            (None, None) => return,
        };
        let backend = backend.as_ref().and_then(|it| it.value.text()).unwrap_or_default();
        self.versioned = backend != PLAIN;
        self.closed &= LOCAL.iter().any(|it| backend.starts_with(it));
    }

    fn dir(&mut self, files: &Files, entry: &Fact<Value>, folder: Folder) {
        let (prefix, dir) = match entry.value.items() {
            Some([prefix, dir]) => (prefix.value.text(), dir.value.text()),
            Some(_) => (None, None),
            None => (Some(""), entry.value.text()),
        };
        let (Some(prefix), Some(dir)) = (prefix, dir) else {
            (self.closed, self.beside) = (false, true);
            return;
        };
        match folder(Utf8Path::new(dir)) {
            Some(folder) => self.fill(files, &folder, prefix),
            None => (self.closed, self.beside) = (false, true),
        }
    }

    fn app(&mut self, files: &Files, root: &Utf8Path, app: &str) {
        if app == "django.contrib.admin" {
            self.open.push("admin");
            self.packaged.extend(OF_THE_ADMIN);
            return;
        }
        if WITHOUT.contains(&app) {
            return;
        }
        let folder = django::base_of(files, root, django::package_of(app));
        if files.tree.is_dir(&folder) {
            self.fill(files, &folder.join("static"), "");
        } else {
            self.closed = false;
        }
    }

    fn fill(&mut self, files: &Files, folder: &Utf8Path, prefix: &str) {
        for (path, _) in files.tree.below(folder) {
            if !files.tree.is_file(path) {
                continue;
            }
            let Ok(below) = path.strip_prefix(folder) else { continue };
            self.files.insert(Utf8Path::new(prefix).join(below));
        }
    }
}
