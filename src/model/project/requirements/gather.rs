//! Which files of a tree say what one project installs.

use super::Declared;
use super::Install;
use super::chosen::installed;
use super::ways;
use crate::model::scripted::step_files;
use crate::model::{Files, Found, Kind, Read};
use crate::source::FileId;
use crate::syntax::Parsed;
use crate::syntax::requirements::{Format, Manifest, parse};
use camino::{Utf8Path, Utf8PathBuf};
use std::borrow::Cow;
use std::collections::BTreeSet;

type Gathered<'a> = (&'a Utf8Path, FileId, Cow<'a, Manifest>);

pub(super) fn around<'a>(
    files: &Files<'a>,
    folder: &Utf8Path,
    installs: &[Install],
) -> Vec<Gathered<'a>> {
    let by_name = files.of(Kind::Requirements);
    let all = by_name.iter().filter_map(read).chain(called_otherwise(files));
    let mut all: Vec<Gathered<'a>> = all.collect();
    // Beside a list of the whole, what a package below the project brought along says what that needs by
    // itself.
    let is_above = |path: &Utf8Path| path.parent().is_some_and(|it| folder.starts_with(it));
    if all.iter().any(|(path, ..)| is_above(path)) {
        let is_named = |path: &Utf8Path| paths(installs).any(|it| it == path);
        all.retain(|(path, ..)| is_named(path) || !is_of_a_part(files, folder, path));
    }
    let mut near: Vec<Gathered<'a>> = Vec::new();
    for folder in folder.ancestors() {
        near = all.iter().filter(|(path, ..)| path.starts_with(folder)).cloned().collect();
        if says_what_to_install(&near, installs) {
            break;
        }
    }
    if installs.is_empty() && !says_what_to_install(&near, &[]) {
        near.extend(folder.ancestors().find_map(|folder| of_setup(files, folder)));
    }
    // The members of a workspace share a lock file above them.
    let beside = |path: &Utf8Path| path.parent().is_some_and(|it| folder.starts_with(it));
    let above = all.into_iter().filter(|(path, ..)| beside(path));
    let above: Vec<_> = above.filter(|it| near.iter().all(|near| near.0 != it.0)).collect();
    let by_builds = installed_above(files, folder);
    near.extend(above.into_iter().filter(|(path, _, manifest)| {
        manifest.format.is_lock() || by_builds.iter().any(|it| it == path)
    }));
    near.retain(|(path, _, manifest)| match manifest.format {
        Format::PoetryLock => !is_left_behind(files, path),
        Format::PipfileLock => !is_passed_over(files, path),
        _ => true,
    });
    include(files, &mut near, installs);
    near
}

/// Whether a list lies among the code of a package far below a project, which has it from elsewhere.
fn is_of_a_part(files: &Files<'_>, project: &Utf8Path, list: &Utf8Path) -> bool {
    let Some(home) = list.parent() else { return false };
    let is_far = home.strip_prefix(project).is_ok_and(|it| it.components().count() > 1);
    let is_code = |path: &&Utf8PathBuf| path.parent() == Some(home);
    is_far && files.ending_in(&["py"]).iter().any(is_code)
}

/// Whether each image that is built beside a lock file of pipenv's takes the newest that the Pipfile admits
/// (pipenv's manual, `--skip-lock`).
fn is_passed_over(files: &Files<'_>, lock: &Utf8Path) -> bool {
    let calls = built_beside(files, lock)
        .flat_map(|it| it.text.lines().filter(|line| line.contains("pipenv install")));
    let mut calls = calls.peekable();
    calls.peek().is_some() && calls.all(|it| it.contains("--skip-lock"))
}

/// The Dockerfiles in the folder of a lock file, and below it.
fn built_beside<'f>(files: &Files<'f>, lock: &Utf8Path) -> impl Iterator<Item = Read<'f>> {
    let folder = lock.parent().unwrap_or("".into());
    files.of(Kind::Dockerfile).into_iter().filter(move |it| it.path.starts_with(folder))
}

/// Whether no image that is built beside a lock file of poetry's has it by the time that it installs: after
/// `COPY pyproject.toml .`, poetry resolves anew, and `poetry update` always does.
fn is_left_behind(files: &Files<'_>, lock: &Utf8Path) -> bool {
    let name = lock.file_name().unwrap_or_default();
    let installs =
        |it: &Read<'_>| ["poetry install", "poetry update"].iter().any(|command| it.has(command));
    let mut installing = built_beside(files, lock).filter(installs).peekable();
    // All but what is written out may bring it: `.`, `./`, `poetry.lock*`, `$SOURCE`, a folder.
    let may_be = |source: &str| {
        source.contains(name)
            || source.contains(['*', '$', '[', '\\'])
            || !source.trim_start_matches('.').contains('.')
    };
    let brings = |line: &str| {
        let mut words = line.split_whitespace().filter(|it| !it.starts_with("--"));
        let copies = matches!(words.next(), Some("COPY" | "ADD"));
        let words: Vec<&str> = words.collect();
        let sources = words.split_last().map(|(_, sources)| sources).unwrap_or_default();
        copies && sources.iter().any(|it| may_be(it))
            || line.contains("--mount=")
            || line.contains("poetry lock")
    };
    let lacks = |it: Read<'_>| {
        let before = it.text.split_once("poetry install").map(|(before, _)| before);
        it.has("poetry update") || before.is_some_and(|it| !it.lines().any(brings))
    };
    installing.peek().is_some() && installing.all(lacks)
}

/// Tools that install what the file of their own asks for which lies where they are called.
const BY_FILE: [(&str, &str); 5] = [
    ("poetry install", "pyproject.toml"),
    ("uv sync", "pyproject.toml"),
    ("pdm install", "pyproject.toml"),
    ("pipenv install", "Pipfile"),
    ("pipenv sync", "Pipfile"),
];

/// The lists that builds and scripts above a project install, each that of its own folder: they count
/// beside whatever lies by the project itself. So does the file of a tool that a build there calls.
fn installed_above(files: &Files<'_>, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut steps = step_files(files);
    steps.retain(|it| it.parsed.kind() != Kind::Workflow);
    let home = |it: &Read<'_>| it.path.parent().unwrap_or(Utf8Path::new("")).to_owned();
    let above = steps.into_iter().filter(|it| folder.starts_with(home(it)) && folder != home(it));
    above
        .flat_map(|it| {
            let is_build = it.parsed.kind() == Kind::Dockerfile;
            let tools = BY_FILE.iter().filter(move |(tool, _)| is_build && it.has(tool));
            let named = installed(it.text).into_iter().chain(tools.map(|(_, file)| *file));
            named.map(move |named| home(&it).join(named))
        })
        .collect()
}

/// The lists that nothing in their names tells of, and that a build or a script has pip read:
/// `RUN pip install -r base.txt`.
fn called_otherwise<'a>(files: &Files<'a>) -> Vec<Gathered<'a>> {
    let steps = step_files(files);
    let named = steps.iter().flat_map(|step| installed(step.text)).map(Utf8Path::new);
    let unknown = named.filter(|path| {
        matches!(path.extension(), Some("txt" | "in" | "pip")) && Format::of(path).is_none()
    });
    let names: BTreeSet<&str> = unknown.filter_map(Utf8Path::file_name).collect();
    let only = |name: &str| {
        let mut paths = files.files_named(name);
        paths.next().filter(|_| paths.next().is_none())
    };
    let found = names.into_iter().filter_map(only).filter_map(|path| files.find(path).read());
    found.filter_map(|read| read_as_list(&read)).collect()
}

pub(super) fn declared<'g>(found: &'g [Gathered<'_>]) -> Vec<Declared<'g>> {
    let declared = found.iter().map(|(path, file, manifest)| Declared {
        path,
        file: *file,
        manifest: manifest.as_ref(),
    });
    declared.collect()
}

fn says_what_to_install(found: &[Gathered<'_>], installs: &[Install]) -> bool {
    match installs {
        // A list for developers says what they add to another, wherever that lies.
        [] => ways::guess(&declared(found)).iter().flatten().any(|it| match it {
            Install::File { path, .. } => !ways::is_for_developers(path),
            Install::Named(_) => true,
        }),
        installs => paths(installs).all(|it| found.iter().any(|(path, ..)| *path == it)),
    }
}

/// Adds what is included, and included there.
fn include<'a>(files: &Files<'a>, found: &mut Vec<Gathered<'a>>, installs: &[Install]) {
    let mut next: Vec<Utf8PathBuf> = paths(installs).cloned().collect();
    next.extend(found.iter().flat_map(|(path, _, it)| ways::included_paths(path, it)));
    while let Some(path) = next.pop() {
        if found.iter().any(|(it, ..)| *it == path) {
            continue;
        }
        if let Found::Read(file) = files.find(&path)
            && let Some(new) = read(&file).or_else(|| read_as_list(&file))
            && found.iter().all(|(path, ..)| *path != new.0)
        {
            next.extend(ways::included_paths(new.0, &new.2));
            found.push(new);
        }
    }
}

fn read<'a>(file: &Read<'a>) -> Option<Gathered<'a>> {
    let Parsed::Requirements(manifest) = file.parsed else { return None };
    Some((file.path, file.id, Cow::Borrowed(manifest)))
}

/// `-r deps.pip`: whatever its name, pip reads it as a requirements.txt.
fn read_as_list<'a>(file: &Read<'a>) -> Option<Gathered<'a>> {
    let (manifest, _) = parse(Format::Requirements, file.id, file.text);
    Some((file.path, file.id, Cow::Owned(manifest)))
}

/// What the setup.py of a folder has installed, where that is written out in it.
fn of_setup<'a>(files: &Files<'a>, folder: &Utf8Path) -> Option<Gathered<'a>> {
    let path = folder.join("setup.py");
    let file = files.tree.is_file(&path).then(|| files.find(&path).read())??;
    let (manifest, _) = parse(Format::SetupPy, file.id, file.text);
    manifest.declares.then_some((file.path, file.id, Cow::Owned(manifest)))
}

fn paths(installs: &[Install]) -> impl Iterator<Item = &Utf8PathBuf> {
    installs.iter().filter_map(|it| match it {
        Install::File { path, .. } => Some(path),
        Install::Named(_) => None,
    })
}
