//! Administrators that the project's own commands make, with a password for everybody to read.
//!
//! Other users are left alone: what makes them mostly makes up data to show.

use crate::fact::{Certainty, Fact, Lookup};
use crate::model::build::named_stage::is_of_no_server;
use crate::model::command::{Program, Step};
use crate::model::scripted;
use crate::model::{Deployment, Files, Found, Kind, Read, Stage};
use crate::python;
use crate::source::{FileId, Place};
use crate::syntax;
use crate::syntax::python::each_expression;
use crate::syntax::{Parsed, is_written_out};
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::LazyCell;
use std::collections::{BTreeSet, HashSet};

/// A project of more scripts is read in part.
const MOST: usize = 100;

/// Words for what fills a database to look at, and for what is no server's.
const FOR_SHOW: &[&str] =
    &["seed", "populate", "fake", "faker", "dummy", "demo", "playground", "notebook"];

/// What may make such users, by its name.
pub(super) fn scripts<'f>(files: &Files<'f>) -> Vec<Found<'f>> {
    // What starts a site may name such a file, which is looked at then whatever it is called.
    let at_start = LazyCell::new(|| {
        named(files, &[Kind::Procfile, Kind::Dockerfile, Kind::Compose, Kind::Shell])
    });
    let is_script = |path: &&Utf8PathBuf| {
        // The whole path says it as well as what is below the root, and much faster.
        let below = || files.from_root(path).1;
        makes_users(path) && makes_users(below()) && !is_for_show(below())
            || is_for_show(path) && at_start.contains(path.file_stem().unwrap_or_default())
    };
    let scripts =
        || files.ending_in(&["py"]).into_iter().filter(is_script).take(MOST).cloned().collect();
    files.names.scripts(scripts).iter().map(|path| files.skim(path)).collect()
}

pub(super) fn passwords(files: &Files, deployments: &[Deployment]) -> Vec<Fact<&'static str>> {
    let mut passwords = Vec::new();
    for read in scripts(files) {
        let Found::Read(read) = read else { continue };
        let Parsed::Python(module) = read.parsed else { continue };
        // What asks for DEBUG may make its user on a developer's machine only.
        let makes = ["create_superuser", "set_password"].iter().any(|it| read.has(it));
        if read.has("DEBUG") || !makes || makes_database_for_tests(read) {
            continue;
        }
        let starts = runs_at_start(files, deployments, read.path);
        if is_for_show(files.from_root(read.path).1) && !starts {
            continue;
        }
        let runs = starts || is_run(files, read.path);
        // Whoever is told to go on with the development server sits at a machine of their own.
        if !runs && read.has("runserver") {
            continue;
        }
        let mut given = Vec::new();
        each_expression(&module.body, &mut |expression| {
            let password = python::superuser_password(expression, &module.body);
            given.extend(password.map(|it| ("create_superuser", it)));
        });
        // Who does not run it may have it for an example.
        let of_staff = python::staff_passwords(&module.body).into_iter().filter(|_| runs);
        given.extend(of_staff.map(|it| ("set_password", it)));
        for (command, password) in given {
            let counts = |it: &str| if starts { !it.is_empty() } else { is_written_out(it) };
            if !password.as_str().is_some_and(counts) {
                continue;
            }
            let place = Place { file: read.id, span: password.span };
            // One constant may be given in several calls.
            if passwords.iter().any(|it: &Fact<_>| it.written_at() == Some(place)) {
                continue;
            }
            let found = Fact::at(command, place);
            passwords.push(match runs {
                true => found,
                false => found.doubt(Certainty::Likely, "nothing in view runs the command"),
            });
        }
    }
    passwords
}

/// Whether a program makes the database anew that it puts users into, and that is called after tests.
fn makes_database_for_tests(read: Read<'_>) -> bool {
    let mut lines = read.text.lines().map(str::to_ascii_lowercase);
    lines.any(|line| {
        let names = line.split_once("create database").map(|it| it.1).unwrap_or_default();
        let mut words = names.split(|it: char| !it.is_ascii_alphanumeric());
        words.any(|it| matches!(it, "test" | "tests" | "testing"))
    })
}

/// Whether each start of a site in production runs a file of Python, be it as a command of manage.py.
fn runs_at_start(files: &Files, deployments: &[Deployment], path: &Utf8Path) -> bool {
    let stem = path.file_stem().unwrap_or_default();
    let is_it = |step: &Step| match &step.started.program.value {
        Program::Manage(command) => command == stem,
        _ => step.started.words.iter().any(|it| of_file(&it.value) == Some(stem)),
    };
    steps_at_start(deployments).any(is_it) || named(files, &[Kind::Procfile]).contains(stem)
}

/// The steps of each start of a container in production.
fn steps_at_start(deployments: &[Deployment]) -> impl Iterator<Item = &Step> {
    let live = deployments.iter().filter(|it| it.stage.value == Stage::Production);
    let begun = live.flat_map(Deployment::contained);
    let started = begun.filter(|(process, _)| !process.is_for_developers());
    let steps = started.flat_map(|(_, container)| &container.steps);
    steps.filter(|it| !it.conditional)
}

/// What files of some kinds may name as a command, or as the file that has it.
fn named<'f>(files: &Files<'f>, kinds: &[Kind]) -> HashSet<&'f str> {
    let texts = kinds.iter().flat_map(|kind| files.of(*kind)).map(|read| read.text);
    let lines = texts.flat_map(str::lines).filter(|line| !line.trim_start().starts_with('#'));
    let words = lines.flat_map(|it| it.split([' ', '\t', '"', '\'', ',', ';', '&', '|']));
    words.flat_map(|word| [Some(word), of_file(word)]).flatten().collect()
}

/// The name of a command, by a path of the file that has it.
fn of_file(word: &str) -> Option<&str> {
    word.rsplit('/').next()?.strip_suffix(".py")
}

/// Whether a script, a unit or an image names what is run. Who sets up a site by hand may, too.
fn is_run(files: &Files, path: &Utf8Path) -> bool {
    let kinds = [Kind::Dockerfile, Kind::Compose].into_iter().flat_map(|kind| files.of(kind));
    let names = |read: Read<'_>| path.file_stem().is_some_and(|it| read.has(it));
    scripted::lists(files).into_iter().chain(kinds).any(names)
}

/// Those that the start of a container of production makes: there `admin` stands for no password,
/// it is one.
pub(super) fn at_start(files: &Files, deployments: &[Deployment]) -> Vec<Fact<&'static str>> {
    let scripts: BTreeSet<FileId> = steps_at_start(deployments).map(|it| it.place.file).collect();
    let shown = scripts.into_iter().map(|file| files.read(file)).filter(|read| {
        let is_of_start = matches!(read.parsed.kind(), Kind::Shell | Kind::Compose);
        is_of_start && !is_for_show(files.from_root(read.path).1)
    });
    let of = |read: Read<'_>| syntax::superuser_passwords(read.id, read.text);
    // A compose file may have further commands, which somebody runs by hand.
    let starts = |place: &Place| {
        files.read(place.file).parsed.kind() == Kind::Shell
            || steps_at_start(deployments).any(|step| is_written_in(step, *place))
    };
    let mut found: Vec<_> = shown
        .flat_map(of)
        .filter(starts)
        .map(|place| Fact::at("create_superuser", place))
        .collect();
    found.extend(exported_at_start(files, deployments));
    found
}

/// Whether a place lies within the words of a step.
fn is_written_in(step: &Step, place: Place) -> bool {
    let mut words = step.started.words.iter().filter_map(|it| it.evidence().place());
    words.any(|it| it.contains(place))
}

/// What a script exports for `createsuperuser --noinput` (django-admin, "createsuperuser"), where each
/// start makes an administrator with it.
fn exported_at_start(files: &Files, deployments: &[Deployment]) -> Vec<Fact<&'static str>> {
    let made = steps_at_start(deployments).filter(|it| it.is_manage("createsuperuser"));
    let exported = made.filter_map(|step| match step.environment.get(PASSWORD_OF_SUPERUSER) {
        Lookup::Set(password) if !password.value.is_empty() => password.evidence().place(),
        Lookup::Set(_) | Lookup::Unknown(_) | Lookup::Absent => None,
    });
    let of_scripts: BTreeSet<Place> =
        exported.filter(|it| files.read(it.file).parsed.kind() == Kind::Shell).collect();
    of_scripts.into_iter().map(|place| Fact::at("createsuperuser", place)).collect()
}

const PASSWORD_OF_SUPERUSER: &str = "DJANGO_SUPERUSER_PASSWORD";

/// Commands of manage.py, and scripts that are called after what they do.
fn makes_users(path: &Utf8Path) -> bool {
    let (folders, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    folders.ends_with("management/commands")
        || folders.split('/').any(|it| it == "scripts")
        || ["superuser", "admin_user", "create_admin", "createadmin"]
            .iter()
            .any(|it| stem.contains(it))
}

fn is_for_show(path: &Utf8Path) -> bool {
    let is_word = |part: &str| {
        let lower = part.to_ascii_lowercase();
        FOR_SHOW.iter().any(|it| lower.contains(it))
    };
    is_of_no_server(path) || path.components().any(|it| is_word(it.as_str()))
}
