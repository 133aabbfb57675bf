//! The env files that a deployment reads and that are not in the tree.

use crate::fact::Fact;
use crate::model::build::provisioned;
use crate::model::compose::Location;
use crate::model::{AbsentFile, Deployment, Files, Found, Process, scripted};
use crate::source::normalize;
use camino::Utf8Path;
use std::collections::BTreeSet;

pub(super) fn absent(files: &Files, deployment: &Deployment) -> Vec<AbsentFile> {
    let mut absent = Vec::new();
    for service in deployment.compose.iter().flat_map(|project| &project.services) {
        for file in service.env_files.iter().filter(|file| file.required.value) {
            let Some(Fact { value: location, .. }) = &file.location else { continue };
            let ignored = match location {
                Location::Tree(path) if matches!(files.find(path), Found::Absent) => {
                    // What somebody calls compose with says which of several it is.
                    !file.path.unguarded().is_empty()
                        || files.tree.ignores(path)
                        || lies_above(files, path, &file.path.to_string())
                        || is_made_like_another(files, path)
                        || is_told_of(files, path)
                }
                Location::Host(_) | Location::Home(_) => true,
                Location::Tree(_) | Location::Remote(_) => continue,
            };
            absent.push(AbsentFile {
                process: service.name.value.clone(),
                path: file.path.to_string(),
                place: match location {
                    Location::Tree(path) => Some(path.clone()),
                    Location::Host(_) | Location::Home(_) | Location::Remote(_) => None,
                },
                at: Fact::at((), file.path.place),
                ignored,
                written: files.scripted().written_to(&file.path.to_string()),
            });
        }
    }
    for process in &deployment.processes {
        let Some(unit) = deployment.unit(process) else { continue };
        let lines: Vec<_> =
            unit.all("Service", "EnvironmentFile").map(|it| it.value.place()).collect();
        // What is named there and opens the environment is not in view.
        let openings = process.environment.openings().iter().filter_map(|open| open.place);
        for place in openings.filter(|place| lines.contains(place)) {
            let mut sources = process.environment.sources().iter();
            let Some(path) = sources.find(|it| it.evidence().place() == Some(place)) else {
                continue;
            };
            let (process, path) = (process.name.clone(), path.value.clone());
            let mut written = files.scripted().written_to(&path);
            written.extend(written_by_role(files, files.read(place.file).path, &path));
            let at = Fact::at((), place);
            absent.push(AbsentFile { process, path, place: None, at, ignored: true, written });
        }
    }
    absent.extend(deployment.processes.iter().flat_map(|it| of_settings(files, it)));
    absent
}

/// The env files that the settings of a process load by themselves where they are, and that git leaves to
/// each machine.
fn of_settings(files: &Files, process: &Process) -> impl Iterator<Item = AbsentFile> {
    let awaited = process.django.iter().flat_map(|it| &it.evaluation.awaited);
    awaited.filter(|it| files.tree.leaves(&it.value)).map(|it| AbsentFile {
        process: process.name.clone(),
        path: it.value.to_string(),
        place: Some(it.value.clone()),
        at: it.map(|_| ()),
        ignored: true,
        written: files.scripted().written_to(it.value.as_str()),
    })
}

/// The names that a task has in the file which it makes for a unit of its role, by a template of the role's.
fn written_by_role(files: &Files, unit: &Utf8Path, path: &str) -> BTreeSet<String> {
    let Some(role) = provisioned::role_of(unit) else { return BTreeSet::new() };
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let puts = provisioned::puts_of_role(files, role);
    let sources = puts.iter().filter(|(_, target)| name(target) == name(path));
    let paths = sources.flat_map(|(source, _)| provisioned::sources(role, source));
    let read: Vec<_> = paths.map(|path| files.skim(&path)).collect();
    let texts = read.into_iter().filter_map(Found::read).map(|it| it.text);
    let names = texts.flat_map(str::lines).filter_map(|line| {
        let name = line.trim_start().trim_start_matches("export ").split_once('=')?.0;
        let is_part = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
        (!name.is_empty() && name.bytes().all(is_part)).then(|| name.to_owned())
    });
    names.collect()
}

/// Whether a folder above has it under the same path: the compose file is started from there with
/// `--project-directory`, or copied to it.
fn lies_above(files: &Files, path: &Utf8Path, named: &str) -> bool {
    let named = normalize(Utf8Path::new(named));
    let folder = path.as_str().strip_suffix(named.as_str()).map(Utf8Path::new);
    let above = folder.into_iter().flat_map(|it| it.ancestors().skip(1));
    above.map(|it| it.join(&named)).any(|it| files.tree.is_file(&it))
}

/// Whether a script writes a file that another folder has one like.
fn is_made_like_another(files: &Files, path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    !files.scripted().written_to(name).is_empty() && files.files_named(name).next().is_some()
}

/// Whether a script, a task of Ansible or a text for people speaks of a file by its name. That a command
/// line is given it says nothing of who makes it.
fn is_told_of(files: &Files, path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let is_part = |it: char| it.is_alphanumeric() || "_-.".contains(it);
    let names_it = |line: &str| {
        line.match_indices(name).any(|(at, _)| {
            let (before, after) = (&line[..at], &line[at + name.len()..]);
            // A full stop may end a sentence.
            let after = after.strip_prefix('.').unwrap_or(after);
            !before.ends_with(is_part) && !after.starts_with(is_part)
        }) && !line.contains("--env-file")
    };
    let mut read = scripted::scripts(files).into_iter().chain(files.documents());
    read.any(|it| it.has(name) && it.text.lines().any(names_it))
        || provisioned::lines(files, name).into_iter().any(names_it)
}
