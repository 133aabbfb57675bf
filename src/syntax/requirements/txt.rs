//! requirements.txt as pip reads it (its reference, "Requirements File Format").

use super::Group;
use super::Include;
use super::Included;
use super::Reading;
use super::Requirement;
use super::Wanted;
use super::decoded::decode;
use super::normalise;
use super::place_in;
use super::requirement;
use crate::fact::version::Range;
use crate::source::{Place, Spanned};
use crate::syntax::Problem;
use crate::syntax::spliced::Spliced;
use std::collections::BTreeMap;
use std::mem;

/// Options for the whole file that take a value.
const VALUED: [&str; 10] = [
    "-i",
    "--index-url",
    "--pypi-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--no-binary",
    "--only-binary",
    "--trusted-host",
    "--use-feature",
];

/// Those of them that name another place for packages (pip's manual, "pip install").
const INDEXES: [&str; 6] =
    ["-i", "--index-url", "--pypi-url", "--extra-index-url", "-f", "--find-links"];

const BARE: [&str; 6] =
    ["--no-index", "--pre", "--require-hashes", "--prefer-binary", "--no-use-wheel", "--use-wheel"];

pub(super) fn read(reading: &mut Reading, text: &str) {
    let decoded = decode(reading.file, text);
    let mut joined = decoded.empty();
    for line in decoded.text.lines() {
        // A comment ends a continued line and never continues.
        if line.trim_start().starts_with('#') {
            logical_line(reading, &mem::replace(&mut joined, decoded.empty()));
            continue;
        }
        let continued = line.strip_suffix('\\');
        decoded.push(&mut joined, continued.unwrap_or(line));
        if continued.is_none() {
            logical_line(reading, &mem::replace(&mut joined, decoded.empty()));
        }
    }
    logical_line(reading, &joined);
    contradictions(reading);
}

/// Refuses what is asked for twice in versions that none is both: "Double requirement given" before pip
/// 20.3, "ResolutionImpossible" since (measured with 23.2). Which of two lines with markers counts, the
/// interpreter decides.
fn contradictions(reading: &mut Reading) {
    let mut before: BTreeMap<String, (&Range, Place)> = BTreeMap::new();
    for requirement in reading.manifest.requirements.iter().filter(|it| it.marker.is_none()) {
        let Wanted::Versions(range) = &requirement.wanted else { continue };
        let Spanned { value: name, place } = &requirement.name;
        let first = before.entry(normalise(name)).or_insert((range, *place));
        if range.is_empty() || first.0.is_empty() || !range.and(first.0).is_empty() {
            continue;
        }
        let message = format!("`{name}` is to be {range}, and {} by a line above", first.0);
        let problem = Problem::new(*place, message).also(first.1, "asked for in another version");
        reading.problems.push(Problem { help: Some("keep one of the two lines"), ..problem });
    }
}

fn logical_line(reading: &mut Reading, written: &Spliced) {
    let line = without_comment(written.as_str()).trim();
    if line.is_empty() {
        return;
    }
    if line.starts_with('-') {
        option(reading, written, line);
        return;
    }
    let options = line.find(" -").unwrap_or(line.len());
    let (requirement, options) = line.split_at(options);
    let before = reading.manifest.requirements.len();
    requirement_line(reading, written, requirement.trim_end());
    if let Some(read) = reading.manifest.requirements[before..].last_mut() {
        read.hashed = options.contains("--hash");
    }
}

/// A comment starts the line or follows a blank.
fn without_comment(line: &str) -> &str {
    let starts = line.match_indices('#').map(|(at, _)| at);
    let mut starts =
        starts.filter(|at| line[..*at].chars().next_back().is_none_or(char::is_whitespace));
    starts.next().map_or(line, |at| &line[..at])
}

fn option(reading: &mut Reading, written: &Spliced, line: &str) {
    let (name, value) = name_and_value(line);
    let place = place_in(written, line);
    let mut include = |what| {
        reading.manifest.includes.push(Include { what, group: Group::Main, place });
    };
    match name {
        "-r" | "--requirement" => include(Included::Requirements(value.to_owned())),
        "-c" | "--constraint" => include(Included::Constraints(value.to_owned())),
        "-e" | "--editable" => elsewhere(reading, written, value),
        name if INDEXES.contains(&name) || name == "--no-index" => {
            if !is_pypi(value) {
                reading.manifest.index.get_or_insert(place);
            }
        }
        name if VALUED.contains(&name) || BARE.contains(&name) => {}
        _ => reading.refuse(place_in(written, name), format!("pip knows no option `{name}` here")),
    }
}

/// Whether the address of an index is that of PyPI itself.
pub fn is_pypi(url: &str) -> bool {
    let host = url.split("://").nth(1).and_then(|it| it.split(['/', ':']).next());
    host.is_some_and(|it| ["pypi.org", "pypi.python.org"].contains(&it))
}

/// `-r x`, `-rx`, `--requirement x` and `--requirement=x`, quoted or not.
fn name_and_value(line: &str) -> (&str, &str) {
    let split = match line.strip_prefix("--") {
        Some(_) => line.find(['=', ' ', '\t']).unwrap_or(line.len()),
        None => line.char_indices().nth(2).map_or(line.len(), |(at, _)| at),
    };
    let (name, value) = line.split_at(split);
    let value = value.trim_start_matches('=').trim();
    let quoted = |quote| value.strip_prefix(quote).and_then(|it| it.strip_suffix(quote));
    (name, quoted('"').or_else(|| quoted('\'')).unwrap_or(value))
}

pub(super) fn requirement_line(reading: &mut Reading, written: &Spliced, text: &str) {
    let path = text.starts_with('.') || text.starts_with('/') || text.starts_with("file:");
    let url = text.find("://").is_some_and(|at| {
        text[..at].bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    let file = text.split(';').next().is_some_and(is_archive) && !text.contains('@');
    if path || url || file {
        elsewhere(reading, written, text);
    } else {
        requirement::read(reading, written, text, &Group::Main);
    }
}

fn is_archive(path: &str) -> bool {
    [".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2"].iter().any(|end| path.trim().ends_with(end))
}

/// A folder, an archive or a repository. Its name shows in the fragment or in the name of the
/// file; without either, nobody can tell what it installs.
fn elsewhere(reading: &mut Reading, written: &Spliced, text: &str) {
    let (target, marker) = text.split_once("; ").map_or((text, None), |(it, m)| (it, Some(m)));
    let target = target.trim();
    let marker = marker.and_then(|it| requirement::marker(reading, written, it));
    if let Some((path, extras)) = folder(target) {
        let what = Included::Project { path: path.to_owned(), extras };
        let place = place_in(written, text);
        reading.manifest.includes.push(Include { what, group: Group::Main, place });
        return;
    }
    let Some((name, named)) = egg(target).or_else(|| archive_name(target)) else {
        reading.opaque("what it installs is written elsewhere", place_in(written, text));
        return;
    };
    let (extras, _) = requirement::extras(named);
    reading.release(name, target, &Group::Main, place_in(written, text));
    reading.manifest.requirements.push(Requirement {
        name: Spanned::new(name.to_owned(), place_in(written, name)),
        extras: extras.unwrap_or_default(),
        wanted: Wanted::Elsewhere,
        marker,
        group: Group::Main,
        hashed: false,
    });
}

/// A folder of this machine, with the extras that are asked of it.
fn folder(target: &str) -> Option<(&str, Vec<String>)> {
    let target = target.strip_prefix("file:").unwrap_or(target);
    let path = target.split(['#', '[']).next()?;
    let is_local = path.starts_with('.') || !path.contains(':');
    if !is_local || path.starts_with('/') || is_archive(path) || target.contains("egg=") {
        return None;
    }
    Some((path, requirement::extras(&target[path.len()..]).0.unwrap_or_default()))
}

/// `#egg=name[extra]`, among other parts of a fragment; and what follows the name.
fn egg(target: &str) -> Option<(&str, &str)> {
    let (_, fragment) = target.split_once('#')?;
    let egg = fragment.split('&').find_map(|part| part.strip_prefix("egg="))?;
    let name = requirement::name(egg)?;
    Some((name, &egg[name.len()..]))
}

/// `name-1.0-py3-none-any.whl`; a source archive's name ends where the version begins.
fn archive_name(target: &str) -> Option<(&str, &str)> {
    let path = target.split(['#', '?']).next()?;
    let file = path.rsplit('/').next()?;
    if !is_archive(file) {
        return None;
    }
    let ends = file
        .match_indices('-')
        .find(|(at, _)| file[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    let (end, _) = ends?;
    Some((requirement::name(&file[..end])?, ""))
}
