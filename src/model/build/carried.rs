//! Where people and scripts put copies of files on a machine.

use crate::model::build::provisioned;
use crate::model::carried::Carried;
use crate::model::{Files, Found, Kind, Read, scripted};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::cell::LazyCell;
use std::collections::HashMap;

/// The verbs of commands, and of sentences in guides.
const VERBS: &[&str] = &[
    "cp",
    "rsync",
    "scp",
    "mv",
    "ln",
    "copy",
    "copies",
    "move",
    "link",
    // With the root in front: `STATIC_ROOT=/srv/static manage.py collectstatic`.
    "collectstatic",
];

/// The lines of scripts and documents that copy, move or link something by an absolute path. A comment
/// counts as well: it may be the only word on what is done by hand.
pub(super) fn carried(files: &Files) -> Carried {
    let scripts = scripted::scripts(files).into_iter();
    let texts = scripts.chain(files.documents()).chain(fabfiles(files)).map(|read| read.text);
    let texts: Vec<_> = texts.collect();
    let lines = texts.into_par_iter().flat_map_iter(|text| {
        let lines = lines_with_slashes(text).filter(|it| carries(it));
        let variables = LazyCell::new(|| assigned(text));
        lines.map(move |line| match line.contains('$') {
            true => filled(line.trim(), &variables),
            false => line.trim().to_owned(),
        })
    });
    let mut lines: Vec<String> = lines.collect();
    let plays = provisioned::plays(files);
    lines.extend(plays.iter().flat_map(|read| provisioned::moves(read.text)));
    lines.extend(files.of(Kind::Workflow).iter().flat_map(|read| uploads(read.text)));
    lines.extend(files.of(Kind::Systemd).iter().flat_map(|read| bound(read.text)));
    Carried(lines)
}

/// Asks for what [`carried`] looks at for its name.
pub(super) fn want(files: &Files) {
    let _ = fabfiles(files);
}

/// Scripts of Fabric and Invoke, whose commands are texts of Python.
fn fabfiles<'f>(files: &Files<'f>) -> Vec<Read<'f>> {
    let paths = ["fabfile.py", "tasks.py"].iter().flat_map(|name| files.files_named(name));
    let paths: Vec<_> = paths.collect();
    // All that are to be read are asked for in one round.
    let found: Vec<_> = paths.into_iter().map(|path| files.skim(path)).collect();
    found.into_iter().filter_map(Found::read).collect()
}

/// Where actions of a job put files on a server: `remote_path: /srv/static/` of rsync-deployments, `target:`
/// of scp-action.
fn uploads(text: &str) -> impl Iterator<Item = String> {
    const TARGETS: [&str; 6] =
        ["remote_path", "remote-path", "remote_target", "target", "destination", "server-dir"];
    text.lines().filter_map(|line| {
        let (key, value) = line.trim().trim_start_matches("- ").split_once(':')?;
        let is_target = TARGETS.iter().any(|it| it.eq_ignore_ascii_case(key));
        (is_target && value.contains('/')).then(|| format!("copy{value}"))
    })
}

/// What units mount for their own service alone (systemd.exec(5), `BindPaths=`).
fn bound(text: &str) -> impl Iterator<Item = String> {
    let binds =
        |line: &&str| line.starts_with("BindPaths") || line.starts_with("BindReadOnlyPaths");
    text.lines().map(str::trim).filter(binds).map(|it| it.replacen("ReadOnly", "", 1))
}

/// What a text sets variables to first, as it is written.
fn assigned(text: &str) -> HashMap<&str, &str> {
    let mut found = HashMap::new();
    for (name, value) in text.lines().filter_map(|line| line.trim_start().split_once('=')) {
        found.entry(name).or_insert_with(|| value.trim().trim_matches(['"', '\'']));
    }
    found
}

/// A line with what variables hold in their places.
fn filled(line: &str, variables: &HashMap<&str, &str>) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('$') {
        out.push_str(before);
        let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let bare = behind.strip_prefix('{').unwrap_or(behind);
        let name = &bare[..bare.find(|it| !is_name(it)).unwrap_or(bare.len())];
        let after = &bare[name.len()..];
        let after = if bare.len() < behind.len() { after.strip_prefix('}') } else { Some(after) };
        match after.zip(variables.get(name)) {
            Some((after, value)) => {
                out.push_str(value);
                rest = after;
            }
            None => {
                out.push('$');
                rest = behind;
            }
        }
    }
    out + rest
}

/// Most lines have none, and are not even taken apart.
fn lines_with_slashes(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let slash = rest.find('/')?;
        let start = rest[..slash].rfind('\n').map_or(0, |it| it + 1);
        let end = rest[slash..].find('\n').map_or(rest.len(), |it| slash + it);
        let line = &rest[start..end];
        rest = &rest[end..];
        Some(line)
    })
}

fn carries(line: &str) -> bool {
    let mut words = line.split(|it: char| !it.is_alphanumeric());
    words.any(|word| VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(word)))
}
