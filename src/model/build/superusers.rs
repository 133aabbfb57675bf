//! Administrators that the project's own commands make, with a password for everybody to read.
//!
//! Only `create_superuser` is looked for: what makes other users mostly makes up data to show.

use crate::fact::{Certainty, Fact};
use crate::model::build::committed::is_for_tests;
use crate::model::build::named_stage::is_for_few;
use crate::model::scripted;
use crate::model::{Deployment, Files, Found, Kind, Read, Stage};
use crate::python;
use crate::source::{FileId, Place};
use crate::syntax;
use crate::syntax::python::each_expression;
use crate::syntax::{Parsed, is_written_out};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// A project of more scripts is read in part.
const MOST: usize = 100;

/// Words for what fills a database to look at, and for what is no server's.
const FOR_SHOW: &[&str] =
    &["seed", "populate", "fake", "faker", "dummy", "demo", "playground", "notebook"];

/// What may make such users, by its name.
pub(super) fn scripts<'f>(files: &Files<'f>) -> Vec<Found<'f>> {
    let is_script = |path: &&Utf8PathBuf| {
        // The whole path says it as well as what is below the root, and much faster.
        let below = || files.from_root(path).1;
        makes_users(path) && makes_users(below()) && !is_for_show(below())
    };
    let scripts =
        || files.ending_in(&["py"]).into_iter().filter(is_script).take(MOST).cloned().collect();
    files.names.scripts(scripts).iter().map(|path| files.skim(path)).collect()
}

pub(super) fn passwords(files: &Files) -> Vec<Fact<&'static str>> {
    let mut passwords = Vec::new();
    for read in scripts(files) {
        let Found::Read(read) = read else { continue };
        let Parsed::Python(module) = read.parsed else { continue };
        // What asks for DEBUG may make its user on a developer's machine only.
        if read.text.contains("DEBUG") || !read.text.contains("create_superuser") {
            continue;
        }
        let runs = is_run(files, read.path);
        each_expression(&module.body, &mut |expression| {
            let Some(password) = python::superuser_password(expression) else { return };
            if password.as_str().is_some_and(is_written_out) {
                let place = Place { file: read.id, span: password.span };
                let found = Fact::at("create_superuser", place);
                passwords.push(match runs {
                    true => found,
                    false => found.doubt(Certainty::Likely, "nothing in view runs the command"),
                });
            }
        });
    }
    passwords
}

/// Whether a script, a unit or an image names what is run. Who sets up a site by hand may, too.
fn is_run(files: &Files, path: &Utf8Path) -> bool {
    let kinds = [Kind::Dockerfile, Kind::Compose].into_iter().flat_map(|kind| files.of(kind));
    let names = |read: Read<'_>| path.file_stem().is_some_and(|it| read.text.contains(it));
    scripted::lists(files).into_iter().chain(kinds).any(names)
}

/// Those that the start of a container of production makes: there `admin` stands for no password,
/// it is one.
pub(super) fn at_start(files: &Files, deployments: &[Deployment]) -> Vec<Fact<&'static str>> {
    let live = deployments.iter().filter(|it| it.stage.value == Stage::Production);
    let services = live.flat_map(Deployment::services);
    let started = services.filter(|(_, process, _)| !process.is_for_developers());
    let steps = started.flat_map(|(_, _, container)| &container.steps);
    let scripts: BTreeSet<FileId> =
        steps.filter(|it| !it.conditional).map(|it| it.place.file).collect();
    let shells = scripts.into_iter().map(|file| files.read(file)).filter(|read| {
        read.parsed.kind() == Kind::Shell && !is_for_show(files.from_root(read.path).1)
    });
    let of = |read: Read<'_>| syntax::superuser_passwords(read.id, read.text);
    shells.flat_map(of).map(|place| Fact::at("create_superuser", place)).collect()
}

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
    is_for_tests(path) || is_for_few(path) || path.components().any(|it| is_word(it.as_str()))
}
