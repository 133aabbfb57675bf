//! Where the checkout of a file is that a command of the machine names: beside
//! `WorkingDirectory=/srv/shop`, `ExecStart=/srv/shop/deploy/run.sh` is `deploy/run.sh` of the tree, and so
//! is what `uwsgi --ini /srv/shop/deploy/uwsgi.ini` reads.

use crate::fact::{Environment, Fact};
use crate::model::build::apps;
use crate::model::build::host::{Checkout, Host};
use crate::model::build::main_step;
use crate::model::build::uwsgi_vassals;
use crate::model::command::{Program, Started};
use crate::model::django::Project;
use crate::model::{Files, Found, Kind};
use crate::source::Place;
use crate::syntax::shell::evaluate::Argument;
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::Cell;
use std::sync::Arc;

pub(super) const SHELLS: &[&str] = &["sh", "bash", "dash"];

/// The folder of the tree that stands for one of the machine's, if a command is a script of which
/// the tree has just one, or reads such a file, in or around a project: the working directory, if
/// it lies below that, and else the folder from which on the path is the one that it has in the tree.
pub(super) fn checkout<'w>(
    files: &Files,
    projects: &[Arc<Project>],
    mut words: impl Iterator<Item = &'w str>,
    directory: Option<Fact<Utf8PathBuf>>,
    command: Place,
) -> Option<Checkout> {
    let directory = directory.filter(|it| it.value.is_absolute());
    let program = words.next()?;
    let is_shell = SHELLS.contains(&program.rsplit('/').next().unwrap_or_default());
    let script = if is_shell { words.next()? } else { program };
    let script = Some(script).filter(|it| it.ends_with(".sh"));
    // A value may be glued to its option: `--ini=deploy/uwsgi.ini`.
    let values = words.filter_map(|word| word.rsplit('=').next());
    let mut named = script.into_iter().chain(values.filter(|it| it.ends_with(".ini")));
    let found = named.find_map(|named| {
        let named = Utf8Path::new(named);
        match &directory {
            Some(at) => Some(Checkout { folder: below(files, named, &at.value)?, at: at.clone() }),
            None => whole(files, named, command),
        }
    })?;
    let folder = &found.folder;
    let of_project =
        |it: &Arc<Project>| it.root.starts_with(folder) || folder.starts_with(&it.root);
    projects.iter().any(of_project).then_some(found)
}

/// The folder of the tree that a working directory stands for by a file below it.
fn below(files: &Files, named: &Utf8Path, directory: &Utf8Path) -> Option<Utf8PathBuf> {
    let below = match named.is_absolute() {
        true => named.strip_prefix(directory).ok()?,
        false => named.strip_prefix("./").unwrap_or(named),
    };
    let only = only(files, below)?;
    Some(only.ancestors().nth(below.components().count())?.to_owned())
}

/// The root of the tree, which a file has the same path below there and here. What lies where the
/// machine's own configuration does was copied there by itself.
fn whole(files: &Files, named: &Utf8Path, command: Place) -> Option<Checkout> {
    let is_copy = ["/etc", "/usr", "/bin", "/tmp"].iter().any(|it| named.starts_with(it));
    let only = only(files, Utf8Path::new(named.file_name()?)).filter(|_| !is_copy)?;
    let (root, below) = files.from_root(&only);
    let at = named.as_str().strip_suffix(below.as_str())?.strip_suffix('/')?;
    let is_folder = named.is_absolute() && !at.is_empty();
    is_folder.then(|| Checkout { folder: root.to_owned(), at: Fact::at(at.into(), command) })
}

/// The only file of the tree with a path that ends so.
fn only(files: &Files, end: &Utf8Path) -> Option<Utf8PathBuf> {
    let alike = files.named(end.file_name()?).iter();
    let mut found = alike.filter(|it| it.ends_with(end) && files.tree.is_file(it));
    let (only, None) = (found.next()?, found.next()) else { return None };
    Some((**only).clone())
}

/// The script that a path of the host stands for that lies in no known checkout: the only one of its
/// name in the tree, which no image has. Whoever installs it may take its ending off, but calls it by
/// no other program's name: `scripts/gunicorn.sh` is not what a virtualenv has in `bin/gunicorn`.
pub(super) fn script(files: &Files, path: &Utf8Path) -> Option<Utf8PathBuf> {
    let name = path.file_name().filter(|_| path.is_absolute())?;
    if Program::has_name(name) {
        return None;
    }
    let only = |name: &str| {
        let mut named = files.files_named(name);
        named.next().filter(|_| named.next().is_none())
    };
    let found = only(name).or_else(|| only(&format!("{name}.sh")))?;
    let is_script = match files.find(found) {
        Found::Read(read) => read.text.starts_with("#!") || found.extension() == Some("sh"),
        Found::Wanted => true,
        Found::Folder | Found::Absent => false,
    };
    let called = found.file_name().unwrap_or_default();
    let in_image = files.of(Kind::Dockerfile).iter().any(|it| it.has(called));
    (is_script && !in_image).then(|| found.to_owned())
}

/// The file of the tree that a server of the machine reads its configuration from: what lies in a
/// checkout, or else the only one that it can be. `is_guess` becomes true where no more than that says so.
pub(super) fn configuration(
    files: &Files,
    host: &Host,
    path: &Utf8Path,
    is_guess: &Cell<bool>,
) -> Option<Utf8PathBuf> {
    host.in_tree(path).or_else(|| only_file(files, path)).or_else(|| {
        let guessed = only_ini(files, path);
        is_guess.set(is_guess.get() || guessed.is_some());
        guessed
    })
}

/// Why what a server does is doubted then.
pub(super) const GUESSED: &str = "the file is taken for the only one of uWSGI's that the tree has";

/// The only file of the tree with the name and the folder's name that a path of the host ends
/// with, for a server of which nobody can tell where it is checked out. Below `/etc` lies a copy, and
/// its folder says nothing of the tree's.
fn only_file(files: &Files, path: &Utf8Path) -> Option<Utf8PathBuf> {
    let folder = path.parent()?.file_name().filter(|_| !path.starts_with("/etc"));
    let end: Utf8PathBuf = folder.into_iter().chain([path.file_name()?]).collect();
    only(files, &end)
}

/// The only file of uWSGI's in the tree, of a name that says no more than that, where a server is
/// told one below `/etc`: it is copied there under the site's name.
fn only_ini(files: &Files, path: &Utf8Path) -> Option<Utf8PathBuf> {
    if path.extension() != Some("ini") || !path.starts_with("/etc/uwsgi") {
        return None;
    }
    let is_of_uwsgi = |it: &&Utf8Path| {
        let read = files.find(it).read();
        read.is_some_and(|it| it.text.lines().any(|line| line.trim() == "[uwsgi]"))
    };
    let mut inis = uwsgi_vassals::inis(files).filter(is_of_uwsgi);
    let only = inis.next().filter(|_| inis.next().is_none())?;
    (only.file_name() == Some("uwsgi.ini")).then(|| only.to_owned())
}

/// The project that a command of the machine runs, and the folder that it is imported from there.
pub(super) fn home<'p>(
    files: &Files,
    projects: &'p [Arc<Project>],
    started: &Started,
    working: Option<Fact<Utf8PathBuf>>,
    settings: Option<&str>,
) -> Option<(&'p Arc<Project>, Fact<Utf8PathBuf>)> {
    let folder = import_root(started, working)?;
    let mut started = started.clone();
    started.see_application_from(&folder.value);
    let started = &started;
    let from = |project: &Project, at: &Utf8Path| is_folder_of(files, &folder.value, project, at);
    let named = apps::project(files, projects, started, settings, &from);
    let project = named.or_else(|| configured(files, projects, started, &folder.value))?;
    let app = started.app.as_ref().filter(|it| !project.finds(&it.value.module));
    let package = app.and_then(|it| {
        let within = project.started_within(&it.value.module, |package| from(project, package))?;
        within.strip_prefix(&project.root).ok()
    });
    let depth = package.map_or(0, |it| it.components().count());
    let root = folder.value.ancestors().nth(depth)?.to_owned();
    Some((project, folder.map(|_| root.clone())))
}

/// The same of a command that is a script of the tree, where the script says it: `cd /webapps/shop` in a
/// `bin/gunicorn_start`, which may lie outside of the folder that the command starts in.
pub(super) fn home_by_script<'p>(
    files: &Files,
    projects: &'p [Arc<Project>],
    words: &[Argument],
    (environment, working): (&Environment, Option<Fact<Utf8PathBuf>>),
) -> Option<(&'p Arc<Project>, Fact<Utf8PathBuf>)> {
    let scripts = |path: &Utf8Path| script(files, path);
    let run = main_step::run(files, words, environment, working.as_ref(), &scripts)?;
    let (step, _) = run.into_main().filter(|(it, _)| it.script.is_some())?;
    let directory = step.directory.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str())));
    let settings = apps::settings_of(&step.environment);
    home(files, projects, &step.started, directory, settings.as_deref())
}

/// Whether a folder of the host can be one of a project that is checked out there: it ends as that
/// one's path does in the tree. Of a package alone the name is not enough, as the checkout may be called
/// so as well.
pub(super) fn is_folder_of(
    files: &Files,
    folder: &Utf8Path,
    project: &Project,
    at: &Utf8Path,
) -> bool {
    let (_, below) = files.from_root(at);
    let says_enough = at == project.root || below.components().count() > 1;
    says_enough && folder.ends_with(below)
}

/// Where a command imports from: the folder of `manage.py`, `--chdir`, or the working directory.
pub(super) fn import_root(
    started: &Started,
    working: Option<Fact<Utf8PathBuf>>,
) -> Option<Fact<Utf8PathBuf>> {
    if !matches!(started.program.value, Program::Manage(_)) {
        let chdir = started.chdir.as_ref();
        return chdir.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str()))).or(working);
    }
    let script = started.script.as_ref()?;
    let folder = script.map(|it| Utf8Path::new(it).parent().unwrap_or("".into()).to_owned());
    match folder.value.is_absolute() {
        true => Some(folder),
        false => Some(working?.zip(&folder).map(|(cwd, below)| cwd.join(below))),
    }
}

/// The only project that has gunicorn's configuration where the command has it. It is there that the
/// application is named (`wsgi_app`).
fn configured<'p>(
    files: &Files,
    projects: &'p [Arc<Project>],
    started: &Started,
    folder: &Utf8Path,
) -> Option<&'p Arc<Project>> {
    let config = started.config_file.as_ref().filter(|_| started.app.is_none())?;
    let path = Utf8Path::new(&config.value);
    let below = path.strip_prefix(folder).unwrap_or(path);
    let mut found = projects.iter().filter(|it| files.tree.is_file(&it.root.join(below)));
    found.next().filter(|_| below.is_relative() && found.next().is_none())
}
