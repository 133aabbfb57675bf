//! Which files of a tree take part, by their names and by what lies beside them.

use crate::model::lies_collected;
use crate::source::{Tree, file_name, kept_of, sets_aside, words};
use crate::syntax::kind;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// No tree has more projects and copies of them that somebody looks after.
const MOST_PROJECTS: usize = 500;

/// What of a tree takes no part because of where it lies.
pub(super) struct Aside<'t> {
    tree: &'t Tree,
    /// Folders with a copy that somebody kept of a whole project.
    copies: BTreeSet<&'t Utf8Path>,
}

impl<'t> Aside<'t> {
    pub(super) fn of(tree: &'t Tree, files: &[&'t Utf8PathBuf]) -> Self {
        let is_entry = |path: &&&Utf8PathBuf| file_name(path) == Some("manage.py");
        let entries = files.iter().filter(is_entry).map(|it| it.as_path());
        let entries: Vec<&Utf8Path> = entries.take(MOST_PROJECTS).collect();
        let within = |path: &'t Utf8Path| {
            // What is asked for by itself lies in no folder of the tree.
            let below = tree.from_root(path).1.parent();
            let folders = below.map_or(0, |it| it.components().count());
            path.ancestors().skip(1).take(folders)
        };
        let copies = entries.iter().flat_map(|entry| {
            within(entry).filter(|folder| is_copy_of_another(folder, entry, &entries))
        });
        Self { tree, copies: copies.collect() }
    }

    pub(super) fn tree(&self) -> &'t Tree {
        self.tree
    }

    /// Whether configuration lies below what is judged in a folder for what is no longer in use, or
    /// anything in one of copies. It is still read where something that is in use names it.
    pub(super) fn has(&self, path: &Utf8Path) -> bool {
        let tree = self.tree;
        let mut folders =
            tree.from_root(path).1.parent().into_iter().flat_map(Utf8Path::components);
        let mut is_aside = || {
            folders.any(|it| sets_aside(it.as_str()))
                || path.ancestors().skip(1).any(|it| is_legacy(tree, it))
                || path.file_name().is_some_and(|name| has_date(name) || is_duplicate(name))
                || is_numbered(tree, path)
                || path.ancestors().skip(1).any(|it| is_frozen(tree, it) || is_unpacked(tree, it))
        };
        let is_python = kind::by_name(path) == Some(kind::Kind::Python);
        lies_collected(tree, path)
            || self.copies.iter().any(|it| path.starts_with(it))
            || !is_python && is_aside()
    }
}

/// Whether a folder is called `legacy`, and has no code: with code it may be the older half of what runs,
/// without it has the ways in which something was deployed once.
fn is_legacy(tree: &Tree, folder: &Utf8Path) -> bool {
    folder.file_name().is_some_and(|it| it.eq_ignore_ascii_case("legacy"))
        && !tree.below(folder).any(|(path, _)| kind::by_name(path) == Some(kind::Kind::Python))
}

/// Whether a folder is called after a copy that somebody made before a change, and the project in it lies
/// beside it as well: `shop_backup_20260226/backend/manage.py` beside `backend/manage.py`, or
/// `shop_old/manage.py` beside `shop/manage.py`.
fn is_copy_of_another(folder: &Utf8Path, entry: &Utf8Path, entries: &[&Utf8Path]) -> bool {
    let (Some(name), Some(above)) = (folder.file_name(), folder.parent()) else { return false };
    let Some(of) = copied(name) else { return false };
    let Ok(inside) = entry.strip_prefix(folder) else { return false };
    entries.iter().filter_map(|it| it.strip_prefix(above).ok()).any(|other| {
        let mut parts = other.components();
        let beside = parts.next().map(|it| words(it.as_str()));
        other == inside || beside.as_ref() == Some(&of) && parts.as_path() == inside
    })
}

/// What the name of a copy is a copy of, by its words: without the one that says so, and without the day.
fn copied(name: &str) -> Option<Vec<String>> {
    let is_dated = has_date(name);
    let mut said = kept_of(name).or_else(|| is_dated.then(|| words(name)))?;
    if is_dated {
        said.retain(|it| !it.bytes().all(|it| it.is_ascii_digit()));
    }
    Some(said)
}

/// Whether a folder is nginx as it is handed out, with what it shows beside its configuration: nothing
/// that a site is served by.
fn is_unpacked(tree: &Tree, folder: &Utf8Path) -> bool {
    tree.is_file(&folder.join("conf/nginx.conf"))
        && tree.is_dir(&folder.join("contrib"))
        && tree.is_dir(&folder.join("html"))
}

/// Whether a file is a further copy of the one beside it: `Dockerfile.1`.
fn is_numbered(tree: &Tree, path: &Utf8Path) -> bool {
    let stem = path.extension().filter(|it| it.bytes().all(|it| it.is_ascii_digit()));
    stem.is_some() && tree.is_file(&path.with_extension(""))
}

/// Whether a folder is what PyInstaller leaves behind, with copies of what lay around the program
/// (its manual, "What PyInstaller Does and How It Does It").
fn is_frozen(tree: &Tree, folder: &Utf8Path) -> bool {
    ["Analysis-00.toc", "PYZ-00.toc"].iter().any(|it| tree.is_file(&folder.join(it)))
}

/// Whether a name has a day in it, as copies have that people keep: `nginx-2020-8-24.conf`,
/// `default.20200824`.
fn has_date(name: &str) -> bool {
    let numbers = name.split(|c: char| !c.is_ascii_digit()).filter(|it| !it.is_empty());
    let numbers: Vec<Option<u32>> = numbers.map(|it| it.parse().ok()).collect();
    let is_day = |year: u32, month: u32, day: u32| {
        (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
    };
    let written_out = |it: &[Option<u32>]| match it {
        [Some(year), Some(month), Some(day)] => is_day(*year, *month, *day),
        _ => false,
    };
    let in_one =
        |it: &Option<u32>| it.is_some_and(|it| is_day(it / 10_000, it / 100 % 100, it % 100));
    numbers.windows(3).any(written_out) || numbers.iter().any(in_one)
}

/// Whether a name is one that editors and file managers give to a second copy: `app copy.service`,
/// `compose copy 2.yml` (Visual Studio Code, Finder), `app - Copy.conf`, `app (1).conf` (Windows).
fn is_duplicate(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let bare = stem.trim_end_matches(|it: char| it.is_ascii_digit()).trim_end();
    let is_numbered = stem.rsplit_once(" (").is_some_and(|(_, it)| {
        it.strip_suffix(')').is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()))
    });
    is_numbered || bare.ends_with(" copy") || bare.ends_with(" - Copy")
}

/// What decides how a site runs, by its name. Other Python is read when something imports it.
pub(super) fn is_wanted_at_once(path: &Utf8Path) -> bool {
    match kind::by_name(path) {
        Some(kind::Kind::Python) => is_entry_point(path),
        Some(_) => true,
        None => kind::may_be(path) || is_ignore_file(path),
    }
}

/// What a project's folder holds for web servers and supervisors is a copy: the machine has its own.
pub(super) fn is_of_the_application(path: &Utf8Path) -> bool {
    use kind::Kind;
    match kind::by_name(path) {
        Some(Kind::Python | Kind::Dotenv | Kind::Requirements | Kind::Toml) => true,
        Some(
            Kind::Nginx
            | Kind::Caddy
            | Kind::Systemd
            | Kind::Compose
            | Kind::Dockerfile
            | Kind::Shell
            | Kind::Pm2
            | Kind::Procfile
            | Kind::Supervisor
            | Kind::Upstart
            | Kind::Crontab
            | Kind::Makefile
            | Kind::Workflow
            | Kind::Traefik
            | Kind::Redis
            | Kind::Postgres
            | Kind::Beanstalk
            | Kind::Text,
        )
        | None => false,
    }
}

fn is_entry_point(path: &Utf8Path) -> bool {
    let name = file_name(path).unwrap_or_default();
    let folder = path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
    let of_projects = ["manage.py", "wsgi.py", "asgi.py", "celery.py", "celeryapp.py", "urls.py"];
    of_projects.contains(&name)
        || name == "passenger_wsgi.py"
        || name.contains("settings")
        || folder.contains("settings")
        || (name.contains("gunicorn") && name.contains("conf"))
}

/// Whether a file says what images or git leave out, which is asked of nearly every tree.
fn is_ignore_file(path: &Utf8Path) -> bool {
    file_name(path).is_some_and(|name| {
        name.ends_with(".dockerignore") || [".containerignore", ".gitignore"].contains(&name)
    })
}

/// Whether Python runs a file before the settings or an entry point: that of the package they are in.
pub(super) fn is_of_settings(tree: &Tree, path: &Utf8Path) -> bool {
    let has = |name: &str| tree.is_file(&path.with_file_name(name));
    file_name(path) == Some("__init__.py")
        && (["settings.py", "wsgi.py", "asgi.py"].into_iter().any(has)
            || tree.is_dir(&path.with_file_name("settings")))
}
