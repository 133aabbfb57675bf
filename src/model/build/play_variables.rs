//! Variables that Ansible has of files of the repository: `group_vars/`, `host_vars/`, the `vars/` of
//! roles and what a play names under `vars_files` (Ansible's documentation, "Using Variables", "Where to
//! set variables"). The `defaults/` of a role are there to be given others.

use crate::fact::Fact;
use crate::model::build::committed::tracked;
use crate::model::build::named_stage::is_of_no_server;
use crate::model::{CommittedVariables, Files, Found, Kind, Read};
use crate::source::Place;
use camino::{Utf8Path, Utf8PathBuf};

pub(super) fn play_variables(files: &Files) -> Vec<CommittedVariables> {
    let lists = files.ending_in(&["yml", "yaml"]);
    let has_variables = |path: &&&Utf8PathBuf| {
        let below = files.from_root(path).1;
        is_for_servers(below) && (is_of_ansible(below) || is_named_by_play(files, &lists, path))
    };
    let paths: Vec<_> = lists.iter().filter(has_variables).collect();
    // All that are to be read are asked for in one round.
    let read: Vec<_> = paths.into_iter().map(|path| files.find(path)).collect();
    let found = read.into_iter().filter_map(|it| of_file(files, it.read()?));
    found.collect()
}

/// Whether a server gets what stands at this path, as far as its name tells.
fn is_for_servers(path: &Utf8Path) -> bool {
    let is_said_otherwise = |part: &str| {
        ["vagrant", "molecule", "template", "devserver"].iter().any(|it| part.contains(it))
    };
    !is_of_no_server(path) && !path.components().any(|it| is_said_otherwise(it.as_str()))
}

fn is_of_ansible(path: &Utf8Path) -> bool {
    let mut parts = path.components().map(|it| it.as_str());
    if path.parent().and_then(Utf8Path::file_name) == Some("vars") {
        return parts.any(|it| it == "roles" || it.contains("ansible"));
    }
    parts.any(|it| matches!(it, "group_vars" | "host_vars"))
}

/// Whether a play beside it, or above its folder, takes variables of a file called like this.
fn is_named_by_play(files: &Files, lists: &[&Utf8PathBuf], path: &Utf8Path) -> bool {
    let stem = path.file_stem().unwrap_or_default();
    let folder = path.parent().unwrap_or(Utf8Path::new(""));
    let in_vars = folder.file_name().is_some_and(|it| it.contains("vars"));
    let is_named_so = ["vars", "variables", "secrets"].iter().any(|it| stem.contains(it));
    let Some(name) = path.file_name().filter(|_| in_vars || is_named_so) else { return false };
    let is_play = |text: &str| {
        let behind = text.split_once("vars_files:").map(|(_, behind)| behind);
        behind.is_some_and(|it| it.contains(name))
    };
    let is_near = |it: &&&Utf8PathBuf| {
        let own = it.parent().unwrap_or(Utf8Path::new(""));
        ***it != *path && (own == folder || Some(own) == folder.parent())
    };
    // Not lazily: all that are to be read are asked for in one round.
    let near: Vec<_> = lists.iter().filter(is_near).map(|it| files.skim(it)).collect();
    near.into_iter().filter_map(Found::read).any(|it| is_play(it.text))
}

fn of_file(files: &Files, read: Read<'_>) -> Option<CommittedVariables> {
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
    (!variables.is_empty()).then_some(CommittedVariables { path, committed, variables })
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
