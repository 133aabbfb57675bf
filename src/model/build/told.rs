//! What people are told to run, or machines do, beside what starts by itself: deploy scripts,
//! workflows, Makefiles.

use crate::model::{Files, Found, Kind, Read, Told};
use camino::Utf8PathBuf;
use std::collections::BTreeSet;

/// Where commands stand that somebody or something runs.
const LISTS: [Kind; 9] = [
    Kind::Shell,
    Kind::Makefile,
    Kind::Workflow,
    Kind::Systemd,
    Kind::Procfile,
    Kind::Supervisor,
    Kind::Crontab,
    Kind::Compose,
    Kind::Toml,
];

/// What the tree tells of, builds of images aside.
pub(super) fn told(files: &Files) -> Told {
    let read = lists(files);
    let tells = |command: &str| read.iter().any(|read| says(read.text, command));
    let creates = |text: &str| text.to_ascii_uppercase().contains("CREATE DATABASE");
    Told {
        collects: tells("collectstatic"),
        migrates: tells("migrate"),
        creates_databases: tells("createdb")
            || read.iter().any(|read| creates(read.text))
            || guides(files).iter().any(|read| creates(read.text)),
    }
}

/// What somebody reads first who sets the project up.
fn guides<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    let names = ["README.md", "readme.md", "README.rst", "README"];
    let paths = files.tree.roots().iter().flat_map(|root| names.map(|name| root.join(name)));
    let found = paths.map(|path| files.find(&path)).collect::<Vec<_>>().into_iter();
    found
        .filter_map(|found| match found {
            Found::Read(read) => Some(read),
            Found::Wanted | Found::Folder | Found::Absent => None,
        })
        .collect()
}

/// Everything that lists commands.
pub(super) fn lists<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    LISTS.iter().flat_map(|kind| files.of(*kind)).collect()
}

/// The settings that a deploy script writes into the settings module itself, as
/// `sed -i 's/DEBUG = True/DEBUG = False/' settings.py` does: what the tree has of them is not what
/// runs.
pub(super) fn rewritten(files: &Files) -> BTreeSet<String> {
    let is_deploy = |path: &&Utf8PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.ends_with(".py") && (name.starts_with("fab") || name.contains("deploy"))
    };
    let tasks = files.tree.files().filter(is_deploy).filter_map(|path| match files.find(path) {
        Found::Read(read) => Some(read),
        Found::Wanted | Found::Folder | Found::Absent => None,
    });
    let texts = lists(files).into_iter().chain(files.of(Kind::Dockerfile)).chain(tasks);
    let lines = texts.flat_map(|read| read.text.lines());
    let writes = |line: &&str| {
        let line = line.trim_start();
        let verbs = ["sed ", "sed(", "append(", ">>", "tee "];
        !line.starts_with('#')
            && line.contains("settings")
            && verbs.iter().any(|verb| line.contains(verb))
    };
    let is_part = |it: char| it.is_ascii_uppercase() || it == '_';
    let words = lines.filter(writes).flat_map(|line| line.split(move |it| !is_part(it)));
    words.filter(|word| word.len() > 3).map(str::to_owned).collect()
}

fn says(text: &str, command: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.any(|line| line.contains(command))
}
