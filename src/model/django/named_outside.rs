//! Projects without a `manage.py` whose entry points leave it to the environment to name their settings:
//! `django-admin` is told by DJANGO_SETTINGS_MODULE and PYTHONPATH (Django's documentation, "django-admin and
//! manage.py"), and images, units and env files say both.

use crate::model::django::{EntryPoint, SAMPLES, VARIABLE, find_module};
use crate::model::{Files, Kind, Read};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// What may name the settings of a process.
const NAMING: [Kind; 6] =
    [Kind::Compose, Kind::Dockerfile, Kind::Dotenv, Kind::Shell, Kind::Supervisor, Kind::Systemd];

/// Adds the roots of entry points that no root has so far: the folder around each from which settings are
/// found that something names. A server may start with a module of any name.
pub(super) fn complete(
    files: &Files,
    entries: &mut Vec<EntryPoint>,
    others: &[EntryPoint],
    roots: &mut BTreeSet<Utf8PathBuf>,
) {
    let is_left = |entry: &EntryPoint, roots: &BTreeSet<Utf8PathBuf>| {
        entry.hints.is_empty() && !roots.iter().any(|root| entry.path.starts_with(root))
    };
    let is_known = |it: &EntryPoint, all: &[EntryPoint]| all.iter().any(|own| own.path == it.path);
    let more = others.iter().filter(|it| it.kind.serves() && !is_known(it, entries));
    let more: Vec<EntryPoint> = more.cloned().collect();
    let is_any_left = entries.iter().chain(&more).any(|it| is_left(it, roots));
    if !is_any_left && !roots.is_empty() {
        return;
    }
    let named = named(files);
    if !is_any_left {
        return ask_beside(files, &named);
    }
    let mut found = BTreeSet::new();
    let mut complete = |entry: &mut EntryPoint| {
        let folder = entry.path.parent()?;
        let of = |root: &&Utf8Path| named.iter().any(|it| find_module(files, root, it).is_some());
        let root = folder.ancestors().take(4).find(of)?;
        let is_there = |it: &&String| find_module(files, root, it).is_some();
        found.insert(root.to_owned());
        entry.hints = named.iter().filter(is_there).cloned().collect();
        Some(())
    };
    for entry in entries.iter_mut().filter(|it| is_left(it, roots)) {
        let _ = complete(entry);
    }
    for mut entry in more.into_iter().filter(|it| is_left(it, roots)) {
        if complete(&mut entry).is_some() {
            entries.push(entry);
        }
    }
    roots.extend(found);
}

/// Asks for what lies beside settings that are no package's, in a tree where nothing is called as entry
/// points are: a server may start with any of it.
fn ask_beside(files: &Files, named: &BTreeSet<String>) {
    let plain = named.iter().filter(|it| !it.contains('.')).map(|it| format!("{it}.py"));
    for name in plain {
        let folders = files.files_named(&name).filter_map(|it| it.parent());
        for folder in folders.take(MOST_FOLDERS) {
            let beside = files.tree.children(folder).map(|(path, _)| path);
            let beside = beside.filter(|it| it.extension() == Some("py")).take(MOST_BESIDE);
            beside.for_each(|path| _ = files.find(path));
        }
    }
}

/// More settings of one name are copies.
const MOST_FOLDERS: usize = 4;

/// Folders with more files are no place for a server's.
const MOST_BESIDE: usize = 20;

/// The settings that something outside of Python names.
fn named(files: &Files) -> BTreeSet<String> {
    let read = NAMING.iter().flat_map(|kind| files.of(*kind));
    let names = read.filter(|it| it.has(VARIABLE)).flat_map(|it| named_in(&it));
    names.filter(|it| !it.split(['.', '_']).any(|word| SAMPLES.contains(&word))).collect()
}

fn named_in(read: &Read<'_>) -> Vec<String> {
    let behind = read.text.split(VARIABLE).skip(1);
    let names = behind.filter_map(|text| {
        let line = text.lines().next()?;
        let value = line.trim_start_matches(['=', ':', ' ', '"', '\'']);
        let is_part = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.');
        let end = value.find(|it| !is_part(it)).unwrap_or(value.len());
        let starts = value.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
        starts.then(|| value[..end].trim_end_matches('.').to_owned())
    });
    names.collect()
}
