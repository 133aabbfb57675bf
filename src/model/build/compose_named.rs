//! Compose files that a call names by variables: `-f docker-compose.yml -f docker/compose.$(ENV).yml`.
//!
//! What the script says of a variable is filled in; of the rest, any file of the tree may be meant that
//! the name fits.

use crate::model::Read;
use crate::model::build::compose_calls::resolve;
use crate::model::build::image_builds::{assigned, with_values};
use crate::source::{normalize, path_glob};
use camino::{Utf8Path, Utf8PathBuf};

/// What stands for what nobody knows, as a glob has it: it parts no folders, and no name of a file has it.
const OPEN: char = '*';

/// The files that a call may mean, in the order of `-f`: once for each file that the name with a variable
/// fits.
pub(super) fn resolve_all(
    caller: Read<'_>,
    named: &[String],
    known: &[&Utf8Path],
) -> Vec<Vec<Utf8PathBuf>> {
    if !named.iter().any(|it| it.contains('$')) {
        return resolve(caller.path, named, known).into_iter().collect();
    }
    let named: Vec<String> = named.iter().map(|it| with_gaps(caller.text, it)).collect();
    let mut open = named.iter().filter(|it| it.contains(OPEN));
    let (first, None) = (open.next(), open.next()) else { return Vec::new() };
    let Some(pattern) = first else {
        return resolve(caller.path, &named, known).into_iter().collect();
    };
    if !is_telling(pattern) {
        return Vec::new();
    }
    let folders = caller.path.ancestors().skip(1);
    let mut found = folders.map(|from| {
        let pattern = normalize(&from.join(pattern));
        // What is named beside it is not what it stands for.
        let is_named = |path: &Utf8Path| named.iter().any(|it| normalize(&from.join(it)) == path);
        let glob = path_glob(pattern.as_str());
        let fits =
            |path: &Utf8Path| glob.as_ref().is_some_and(|it| it.is_match(path.as_std_path()));
        let fitting = known.iter().filter(|it| fits(it) && !is_named(it));
        let calls = fitting.filter_map(|fitting| {
            let each = named.iter().map(|name| match name.contains(OPEN) {
                true => Some(fitting.to_path_buf()),
                false => Some(normalize(&from.join(name))).filter(|it| known.contains(&&**it)),
            });
            each.collect::<Option<Vec<_>>>()
        });
        calls.collect::<Vec<_>>()
    });
    found.find(|calls| !calls.is_empty()).unwrap_or_default()
}

/// A name with what the script gives its variables, and a gap for each that is given elsewhere. Where one
/// begins with a folder that nobody knows, it is looked for in those around the script.
fn with_gaps(script: &str, name: &str) -> String {
    let value_of = |variable: &str| {
        let is_open =
            script.contains(&format!("{variable} ?=")) || script.contains(&format!("{variable}?="));
        match assigned(script, variable).as_slice() {
            [only] if !is_open && !only.contains('$') => Some((*only).to_owned()),
            _ => None,
        }
    };
    let mut out = String::new();
    let filled = with_values(name, &value_of);
    let mut rest = filled.as_str();
    while let Some((before, behind)) = rest.split_once('$') {
        let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let end = match behind.chars().next() {
            Some('{') => behind.find('}').map(|it| it + 1),
            Some('(') => behind.find(')').map(|it| it + 1),
            _ => behind.find(|it| !is_name(it)),
        };
        out.push_str(before);
        out.push(OPEN);
        rest = &behind[end.unwrap_or(behind.len())..];
    }
    out.push_str(rest);
    match out.strip_prefix(OPEN).and_then(|it| it.strip_prefix('/')) {
        Some(below) => below.to_owned(),
        None => out,
    }
}

/// Whether more is written of a file's name than how it ends: any file would fit `$BASE` and `$ENV.yml`.
fn is_telling(pattern: &str) -> bool {
    const LEAST: usize = 3;
    let stem = Utf8Path::new(pattern).file_stem().unwrap_or_default();
    stem.bytes().filter(u8::is_ascii_alphanumeric).count() >= LEAST
}
