//! Variables that Ansible has of files of the repository: `group_vars/`, `host_vars/` and the `vars/` of
//! roles (Ansible's documentation, "Using Variables", "Where to set variables"). The `defaults/` of a
//! role are there to be given others.

use crate::fact::Fact;
use crate::model::build::committed::{is_for_tests, tracked};
use crate::model::build::named_stage::stage_of;
use crate::model::{Files, Kind, PlayVariables, Read, Stage};
use crate::source::Place;
use camino::Utf8Path;

pub(super) fn play_variables(files: &Files) -> Vec<PlayVariables> {
    let paths = files.ending_in(&["yml", "yaml"]).into_iter();
    let paths: Vec<_> = paths.filter(|path| has_variables(files.from_root(path).1)).collect();
    // All that are to be read are asked for in one round.
    let read: Vec<_> = paths.into_iter().map(|path| files.find(path)).collect();
    let found = read.into_iter().filter_map(|it| of_file(files, it.read()?));
    found.collect()
}

/// Whether a server gets what stands at this path, as far as its name tells.
fn has_variables(path: &Utf8Path) -> bool {
    let parts = || path.components().map(|it| it.as_str());
    let is_said_otherwise = |part: &str| {
        matches!(stage_of(part), Some(Stage::Development | Stage::Test))
            || ["vagrant", "molecule", "template", "devserver"].iter().any(|it| part.contains(it))
    };
    let of_role = || {
        let folder = path.parent().and_then(Utf8Path::file_name) == Some("vars");
        folder && parts().any(|it| it == "roles" || it.contains("ansible"))
    };
    (parts().any(|it| matches!(it, "group_vars" | "host_vars")) || of_role())
        && !parts().any(is_said_otherwise)
        && !is_for_tests(path)
}

fn of_file(files: &Files, read: Read<'_>) -> Option<PlayVariables> {
    if read.parsed.kind() != Kind::Text {
        return None;
    }
    let committed = tracked(files, read.path)?.at(Place::new(read.id, 0, 0));
    let variables = read.text.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        let name = name.trim_start_matches([' ', '-']);
        let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let value = plain(value)?;
        let is_variable = !name.is_empty() && name.chars().all(is_name);
        let value = || Fact::at(value.to_owned(), Place::of(read.id, read.text, value));
        is_variable.then(|| (name.to_owned(), value()))
    });
    let variables: Vec<_> = variables.collect();
    let path = read.path.to_owned();
    (!variables.is_empty()).then_some(PlayVariables { path, committed, variables })
}

/// A scalar that YAML has as it is written, and Ansible does not fill in: no block, alias or tag
/// (`!vault`), nothing with `{{`.
fn plain(value: &str) -> Option<&str> {
    let value = value.strip_prefix([' ', '\t'])?.trim();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        '|' | '>' | '&' | '*' | '!' | '{' | '[' | '#' | '%' | '@' | '`' => return None,
        _ => value.split(" #").next()?.trim_end(),
    };
    (!value.is_empty() && !value.contains("{{") && !value.contains("{%")).then_some(value)
}
