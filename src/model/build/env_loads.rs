//! Env files that shell scripts load, and what other readers make of the same files.
//!
//! `. FILE` and `source FILE`, with the variables of the script that are plain assignments filled
//! in. What a script works out any other way stays a symbol.

use crate::fact::secret::is_secret_name;
use crate::fact::{Environment, Fact, Supplied};
use crate::model::compose::Location;
use crate::model::{Deployment, Elsewhere, EnvFile, Files, Kind, ReadDifferently};
use crate::source::Place;
use crate::syntax::dotenv::{self, Comments, Dialect};
use std::collections::BTreeMap;

/// One line of a script that loads a file.
#[derive(Clone, Debug)]
pub(super) struct Load {
    /// Variables that nobody assigns are left as `${NAME}`.
    pub(super) path: String,
    /// What is behind the dot.
    at: Place,
    /// Where the whole path is written, if that is elsewhere.
    written: Option<Place>,
    /// The script runs the project's commands as well.
    manages: bool,
}

pub(super) fn loads(files: &Files) -> Vec<Load> {
    let mut found = Vec::new();
    for read in files.of(Kind::Shell) {
        let mut assigned: BTreeMap<&str, (String, Place)> = BTreeMap::new();
        for line in read.text.lines().map(str::trim) {
            if let Some((name, value)) = assignment(line) {
                let bare = value.trim_matches(['"', '\'']);
                // What is set to nothing, or more than once, is decided as the script runs.
                let once = read.text.matches(&format!("{name}=")).count() == 1;
                if bare.is_empty() || !once {
                    continue;
                }
                let place = Place::of(read.id, read.text, bare);
                let filled = filled_in(bare, &assigned);
                assigned.insert(name, (filled, place));
                continue;
            }
            let word = line.strip_prefix(". ").or_else(|| line.strip_prefix("source "));
            let Some(word) = word.and_then(|word| word.split_whitespace().next()) else { continue };
            let bare = word.trim_end_matches(';').trim_matches(['"', '\'']);
            let path = filled_in(bare, &assigned);
            if !path.ends_with("env") && !path.contains(".env") {
                continue;
            }
            let name = bare.trim_start_matches('$').trim_matches(['{', '}']);
            let written = assigned.get(name).map(|(_, place)| *place);
            let at = Place::of(read.id, read.text, bare);
            let manages = read.has("manage.py");
            found.push(Load { path, at, written, manages });
        }
    }
    found
}

/// `NAME=value` on a line of its own.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let whole = !value.trim_matches(['"', '\'']).contains([' ', '"', '\'', '`', '(']);
    (!name.is_empty() && name.chars().all(is_name) && whole).then_some((name, value))
}

fn filled_in(text: &str, assigned: &BTreeMap<&str, (String, Place)>) -> String {
    let mut text = text.to_owned();
    for (name, (value, _)) in assigned {
        text = text.replace(&format!("${{{name}}}"), value);
        // `$NAME` ends where its name does.
        let plain = format!("${name}");
        if let Some(at) = text.find(&plain) {
            let behind = text[at + plain.len()..].chars().next();
            if behind.is_none_or(|char| !char.is_ascii_alphanumeric() && char != '_') {
                text.replace_range(at..at + plain.len(), value);
            }
        }
    }
    text
}

/// Whether a path with symbols may be another: what is written at both ends has to agree.
fn may_be(pattern: &str, path: &str) -> bool {
    match (pattern.find("${"), pattern.rfind('}')) {
        (Some(from), Some(to)) => {
            from > 1 && path.starts_with(&pattern[..from]) && path.ends_with(&pattern[to + 1..])
        }
        _ => pattern == path,
    }
}

/// The variables of an env file of which its readers do not get the same value.
pub(super) fn read_differently(
    files: &Files,
    env_files: &[EnvFile],
    deployments: &[Deployment],
    loads: &[Load],
) -> Vec<ReadDifferently> {
    let mut found = Vec::new();
    for file in env_files.iter().filter(|file| !file.documents) {
        let readers = readers(file, env_files, deployments, loads);
        let Some(source) = file.start.evidence().place() else { continue };
        let text = files.read(source.file).text;
        let read = |dialect| dotenv::read(dialect, source.file, text, &Environment::default());
        let readings: Vec<_> = readers.iter().map(|it| (it, read(it.0))).collect();
        let [(first, reading), others @ ..] = readings.as_slice() else { continue };
        for (name, value) in &reading.variables {
            let Supplied::Value(text) = &value.value else { continue };
            let differs = others.iter().find(|(_, other)| {
                let value = other.get(name).map(|it| &it.value);
                matches!(value, Some(Supplied::Value(other)) if other != text)
            });
            let Some((other, _)) = differs else { continue };
            let reader = |it: &Reader| (it.1, Fact::at((), it.2));
            let asks = |deployment: &Deployment| deployment.asks_for(name);
            found.push(ReadDifferently {
                name: name.clone(),
                at: value.map(|_| ()),
                readers: vec![reader(first), reader(other)],
                matters: is_secret_name(name) || deployments.iter().any(asks),
            });
        }
    }
    found
}

/// A dialect, what people call its reader, and the line that has the file read.
type Reader = (Dialect, &'static str, Place);

fn readers(
    file: &EnvFile,
    all: &[EnvFile],
    deployments: &[Deployment],
    loads: &[Load],
) -> Vec<Reader> {
    let name = file.name();
    // Without the host's own paths a name has to do, and has to be the only one.
    let only = all.iter().filter(|it| !it.documents && it.name() == name).count() == 1;
    let mut readers: Vec<Reader> = Vec::new();
    let mut paths = Vec::new();
    for deployment in deployments {
        let units = deployment.processes.iter().filter(|it| deployment.unit(it).is_some());
        let mut units: Vec<_> = units.collect();
        // What answers requests is what people look at first.
        units.sort_by_key(|process| !process.kind.is_web());
        for source in units.into_iter().flat_map(|process| process.environment.sources()) {
            let is_it = source.value.ends_with(&format!("/{}", file.path))
                || (only && source.value.rsplit('/').next() == Some(name));
            if let Some(place) = source.evidence().place().filter(|_| is_it) {
                readers.push((Dialect::Systemd(Comments::Either), "systemd", place));
                paths.push(source.value.clone());
            }
        }
        let services = deployment.compose.iter().flat_map(|project| &project.services);
        for named in services.flat_map(|service| &service.env_files) {
            let is_it = matches!(&named.location, Some(Fact { value: Location::Tree(path), .. }) if *path == file.path);
            if is_it {
                readers.push((Dialect::ComposeEnvFile, "docker compose", named.path.place));
            }
        }
    }
    for load in loads {
        if paths.iter().any(|path| may_be(&load.path, path)) {
            readers.push((Dialect::Bash, "bash", load.at));
        }
    }
    readers.sort_by_key(|it| it.0);
    readers.dedup_by_key(|it| it.0);
    readers
}

/// Scripts for the project's commands that load another env file than its units.
pub(super) fn elsewhere(deployment: &Deployment, loads: &[Load]) -> Vec<Elsewhere> {
    let units = deployment.processes.iter().filter(|it| deployment.unit(it).is_some());
    let apps = units.filter(|process| process.kind.is_app());
    let sources: Vec<&Fact<String>> = apps.flat_map(|it| it.environment.sources()).collect();
    let home = |path: &str| path.split('/').take(3).collect::<Vec<_>>().join("/");
    let of_app =
        |load: &&Load| load.manages && load.path.starts_with('/') && !load.path.contains('$');
    let mut found = Vec::new();
    for load in loads.iter().filter(of_app) {
        if sources.iter().any(|source| source.value == load.path) {
            continue;
        }
        let Some(source) = sources.iter().find(|it| home(&it.value) == home(&load.path)) else {
            continue;
        };
        let at = load.written.unwrap_or(load.at);
        found.push(Elsewhere { at: Fact::at(load.path.clone(), at), units: (*source).clone() });
    }
    found
}
