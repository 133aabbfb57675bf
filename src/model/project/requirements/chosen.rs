//! Which of the lists that could be installed are, where builds, scripts or a README say so.
//!
//! A list that nobody installs, as one that a tool wrote down or one for another program of the tree,
//! must not loosen what the installed one pins. What only a name tells is kept: a list that is named
//! for servers, and whatever is no plain list, since other tools install that.

use super::Install;
use super::ways::has_word;
use crate::model::scripted::step_files;
use crate::model::{Files, Found, Kind, Read};
use crate::source::normalize;
use crate::syntax::requirements::Format;
use camino::{Utf8Path, Utf8PathBuf};
use memchr::memmem;
use std::collections::BTreeSet;

/// Words in the names of files that servers install.
const FOR_SERVERS: [&str; 5] = ["prod", "production", "deploy", "deployment", "server"];

/// Those of the guessed ways of installing the project of this folder that hold.
pub(super) fn narrow(
    files: &Files<'_>,
    folder: &Utf8Path,
    ways: Vec<Vec<Install>>,
) -> Vec<Vec<Install>> {
    let lists: Vec<&Utf8Path> = ways.iter().filter_map(|way| list(way)).collect();
    if lists.len() < ways.len() && deploys_by_pip(files, folder, &lists) {
        return ways.into_iter().filter(|way| list(way).is_some()).collect();
    }
    if !lists.is_empty() && lists.len() < ways.len() && deploys_by_lock(files, folder, &lists) {
        return ways.into_iter().filter(|way| list(way).is_none()).collect();
    }
    if lists.len() < 2 {
        return ways;
    }
    let Some(mut chosen) = told(files, folder, &lists).or_else(|| nearest(folder, &lists)) else {
        return ways;
    };
    chosen.extend(lists.iter().filter(|it| has_word(it, &FOR_SERVERS)).map(|it| (*it).to_owned()));
    let holds = |way: &Vec<Install>| list(way).is_none_or(|it| chosen.contains(it));
    ways.into_iter().filter(holds).collect()
}

/// Ways to install what a `pyproject.toml` or a `Pipfile` asks for.
const OTHER_TOOLS: &[&str] = &[
    "poetry",
    "pipenv",
    "pdm",
    "uv sync",
    "uv run",
    "uv lock",
    "hatch",
    "setup.py",
    "install .",
    "install -e",
    "install --editable",
    "install \".",
    "install '.",
    "install $",
    "install -U .",
];

/// Whether what builds and deploys installs one of these lists, and nothing else but such, or a
/// README does where nothing else is told. How a workflow prepares its tests says nothing of the
/// server.
fn deploys_by_pip(files: &Files<'_>, folder: &Utf8Path, lists: &[&Utf8Path]) -> bool {
    let mut steps = step_files(files);
    steps.retain(|it| it.parsed.kind() != Kind::Workflow);
    let others = |of: &[Read<'_>]| of.iter().any(|it| OTHER_TOOLS.iter().any(|tool| it.has(tool)));
    let is_told = |of: &[Read<'_>]| of_steps(of, folder, lists).is_some_and(|it| !it.is_empty());
    if others(&steps) {
        return false;
    }
    is_told(&steps) || {
        let readmes = readmes(files, folder);
        !others(&readmes) && is_told(&readmes)
    }
}

/// What installs by a lock file, or by what that is made of.
const BY_LOCK: &[&str] =
    &["poetry install", "pipenv install", "pipenv sync", "uv sync", "pdm install", "pdm sync"];

/// Whether what builds and deploys installs by such a tool, and nobody is told to install one of these
/// lists: somebody wrote it down beside the lock file.
fn deploys_by_lock(files: &Files<'_>, folder: &Utf8Path, lists: &[&Utf8Path]) -> bool {
    let mut steps = step_files(files);
    steps.retain(|it| it.parsed.kind() != Kind::Workflow);
    let runs = |read: &Read<'_>, tool: &str| {
        let mut lines = read.text.lines().filter(|it| !it.trim_start().starts_with('#'));
        read.has(tool) && lines.any(|it| it.contains(tool))
    };
    let locks = steps.iter().any(|it| BY_LOCK.iter().any(|tool| runs(it, tool)));
    let is_told_none =
        |of: &[Read<'_>]| of_steps(of, folder, lists).is_some_and(|it| it.is_empty());
    locks && is_told_none(&steps) && is_told_none(&readmes(files, folder))
}

/// The plain list that a way consists of.
fn list(way: &[Install]) -> Option<&Utf8Path> {
    let [Install::File { path, .. }] = way else { return None };
    // What has a name of its own is a list as well, if it was included by one.
    let is_plain = Format::of(path).is_none_or(|it| it == Format::Requirements);
    is_plain.then_some(path.as_path())
}

/// The `requirements.txt` in the folder of the project, or in the next one above that has one.
fn nearest(folder: &Utf8Path, lists: &[&Utf8Path]) -> Option<BTreeSet<Utf8PathBuf>> {
    let named = |it: &&&Utf8Path| {
        it.file_name() == Some("requirements.txt")
            && it.parent().is_some_and(|it| folder.starts_with(it))
    };
    let nearest = lists.iter().filter(named).max_by_key(|it| it.components().count())?;
    Some(BTreeSet::from([(*nearest).to_owned()]))
}

/// What is installed by name: by what builds and deploys, or else as a README tells people to.
fn told(
    files: &Files<'_>,
    folder: &Utf8Path,
    lists: &[&Utf8Path],
) -> Option<BTreeSet<Utf8PathBuf>> {
    let by_steps = of_steps(&step_files(files), folder, lists)?;
    if !by_steps.is_empty() {
        return Some(by_steps);
    }
    let meant = readmes(files, folder).into_iter();
    let meant = meant.filter_map(|it| meant_by(&it, folder, lists));
    let by_readmes: BTreeSet<Utf8PathBuf> = meant.flatten().collect();
    (!by_readmes.is_empty()).then_some(by_readmes)
}

/// Those of the folder of the project, and of the ones above it.
fn readmes<'f>(files: &Files<'f>, folder: &Utf8Path) -> Vec<Read<'f>> {
    let is_readme = |path: &&Utf8PathBuf| {
        let stem = path.file_stem().unwrap_or_default().to_ascii_lowercase();
        stem.ends_with("readme") && path.parent().is_some_and(|it| folder.starts_with(it))
    };
    let found = files.tree.files().filter(is_readme).filter_map(|path| match files.find(path) {
        Found::Read(read) => Some(read),
        Found::Folder | Found::Absent | Found::Wanted => None,
    });
    found.collect()
}

/// The lists that some of what builds and deploys installs; none if a variable says which.
fn of_steps(
    steps: &[Read<'_>],
    folder: &Utf8Path,
    lists: &[&Utf8Path],
) -> Option<BTreeSet<Utf8PathBuf>> {
    let meant = steps.iter().map(|it| meant_by(it, folder, lists));
    Some(meant.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The lists that a file installs; none if a variable says which.
fn meant_by(by: &Read<'_>, folder: &Utf8Path, lists: &[&Utf8Path]) -> Option<Vec<Utf8PathBuf>> {
    let text = by.text;
    let home = by.path.parent().unwrap_or(Utf8Path::new(""));
    let mut found = Vec::new();
    for named in installed(text) {
        let own = normalize(&home.join(named));
        if lists.contains(&own.as_path()) && !folder.starts_with(home) {
            // It may be another program of the tree, that is made from its own folder.
            return None;
        }
        if lists.contains(&own.as_path()) {
            found.push(own);
            continue;
        }
        let named = &defaulted(text, named);
        let name = Utf8Path::new(named).file_name()?;
        if name.contains(['$', '{', '<', '*', '%']) {
            return None;
        }
        found.extend(same_end(copied(text, name).unwrap_or(named), lists));
    }
    Some(found)
}

/// A path with what a Dockerfile's arguments are if nobody gives others: `${STAGE}.txt` is `prod.txt`
/// where it says `ARG STAGE=prod`.
fn defaulted(text: &str, path: &str) -> String {
    let arguments = text.lines().filter_map(|line| line.trim_start().strip_prefix("ARG "));
    let defaults = arguments.filter_map(|it| it.trim().split_once('='));
    defaults.fold(path.to_owned(), |path, (name, value)| {
        path.replace(&format!("${{{name}}}"), value.trim_matches('"'))
    })
}

/// What a Dockerfile copies under this name, where it comes from another: `COPY reqs/prod.txt
/// /requirements.txt`.
fn copied<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let copies = text.lines().filter_map(|line| line.trim_start().strip_prefix("COPY "));
    copies.into_iter().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().filter(|it| !it.starts_with("--")).collect();
        let [source, target] = words[..] else { return None };
        (Utf8Path::new(target).file_name() == Some(name)).then_some(source)
    })
}

/// The lists whose paths end as this one does, by as much of it as any does.
fn same_end(named: &str, lists: &[&Utf8Path]) -> Vec<Utf8PathBuf> {
    let mut rest = Utf8Path::new(named.trim_start_matches(['.', '/']));
    loop {
        let same: Vec<&&Utf8Path> = lists.iter().filter(|it| it.ends_with(rest)).collect();
        let least = same.iter().map(|it| it.components().count()).min();
        if least.is_some() {
            let outer = same.into_iter().filter(|it| Some(it.components().count()) == least);
            return outer.map(|it| (*it).to_owned()).collect();
        }
        let mut components = rest.components();
        if components.next().is_none() {
            return Vec::new();
        }
        rest = components.as_path();
    }
}

/// What stands behind `-r` where pip installs, or makes what will be installed.
pub(super) fn installed(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut read = 0;
    // Of all lines of a tree few install anything, and each project of it asks.
    for at in memmem::find_iter(text.as_bytes(), "pip") {
        if at < read {
            continue;
        }
        let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let mut installs = false;
        for line in text[start..].split_inclusive('\n') {
            read = line.as_ptr() as usize - text.as_ptr() as usize + line.len();
            if line.trim_start().starts_with('#') {
                match installs {
                    // A comment may stand between the lines of one command.
                    true => continue,
                    false => break,
                }
            }
            installs |=
                line.contains("pip") && (line.contains("install") || line.contains("pip wheel"));
            if !installs {
                break;
            }
            found.extend(lists_in(line));
            if !line.trim_end().ends_with('\\') {
                break;
            }
        }
    }
    found
}

/// What stands behind `-r` in a line.
fn lists_in(line: &str) -> Vec<&str> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | ')');
    let mut words = line.split(ends).filter(|it| !it.is_empty());
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        match word.strip_prefix("-r").or_else(|| word.strip_prefix("--requirement")) {
            Some("") => found.extend(words.next()),
            Some(path) if path.ends_with(".txt") => found.push(path.trim_start_matches('=')),
            Some(_) | None => {}
        }
    }
    found
}
