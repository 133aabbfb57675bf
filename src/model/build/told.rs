//! What people are told to run, or machines do, beside what starts by itself: deploy scripts,
//! workflows, Makefiles.

use crate::model::{Files, Found, Kind, Read, Told};
use crate::syntax::kind;
use camino::{Utf8Path, Utf8PathBuf};
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

/// Whether a script puts another file in the place of this one on the server, as
/// `cp conf/prod_settings.py shop/settings.py` does.
pub(super) fn is_replaced(files: &Files, path: &Utf8Path) -> bool {
    let texts = lists(files).into_iter().chain(files.of(Kind::Dockerfile));
    let mut commands = texts
        .flat_map(|read| read.text.lines())
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(|line| line.split(['&', ';', '|']));
    commands.any(|command| puts_over(command, path))
}

/// Whether a command copies a file of another name over this one: none of an example, with which
/// people begin, and none for developers.
fn puts_over(command: &str, path: &Utf8Path) -> bool {
    let mut words = command.split_whitespace().map(|it| it.trim_matches(['"', '\'']));
    let verbs = ["cp", "mv", "ln", "install"];
    if !words.by_ref().any(|word| verbs.contains(&word)) {
        return false;
    }
    let files: Vec<&Utf8Path> =
        words.filter(|it| !it.starts_with('-')).map(Utf8Path::new).collect();
    let [source, target] = files[..] else { return false };
    let (Some(name), Some(from)) = (target.file_name(), source.file_name()) else { return false };
    // The folder counts where it is written out; a variable in front of it may be any.
    let folder = |it: &Utf8Path| it.parent().and_then(Utf8Path::file_name).map(str::to_owned);
    let same_folder = folder(target).is_none_or(|of| folder(path).is_some_and(|it| it == of));
    let others = ["dev", "development", "local", "test", "tests", "testing", "ci", "travis"];
    let mut parts = source.as_str().split(['/', '.', '-', '_']);
    let is_for_others = kind::is_example(source) || parts.any(|part| others.contains(&part));
    path.file_name() == Some(name)
        && same_folder
        && from.ends_with(".py")
        && from != name
        && !is_for_others
}

fn says(text: &str, command: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.any(|line| line.contains(command))
}
