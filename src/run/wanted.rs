//! Which files of a tree take part, by their names and by what lies beside them.

use crate::model::lies_collected;
use crate::source::{Tree, file_name, sets_aside};
use crate::syntax::kind;
use camino::Utf8Path;

/// Whether configuration lies below what is judged in a folder for what is no longer in use, or anything
/// in one of copies. It is still read where something that is in use names it.
pub(super) fn is_set_aside(tree: &Tree, path: &Utf8Path) -> bool {
    let mut folders = tree.from_root(path).1.parent().into_iter().flat_map(Utf8Path::components);
    let mut is_aside = || {
        folders.any(|it| sets_aside(it.as_str()))
            || path.file_name().is_some_and(|name| has_date(name) || is_duplicate(name))
            || is_numbered(tree, path)
            || path.ancestors().skip(1).any(|it| is_frozen(tree, it) || is_unpacked(tree, it))
    };
    let is_python = kind::by_name(path) == Some(kind::Kind::Python);
    lies_collected(tree, path) || !is_python && is_aside()
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
            | Kind::Procfile
            | Kind::Supervisor
            | Kind::Upstart
            | Kind::Crontab
            | Kind::Makefile
            | Kind::Workflow
            | Kind::Traefik
            | Kind::Redis
            | Kind::Postgres
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
