//! Which compose files people use together, as they say it themselves: `-f a.yml -f b.yml` in
//! scripts, Makefiles, workflows, units and READMEs and in comments of the files, or `COMPOSE_FILE`.
//!
//! A call counts if all of its files are in the tree. Whether somebody runs it is not asked.

use crate::model::build::compose_named::resolve_all;
use crate::model::build::named_stage::stage_of;
use crate::model::compose::{Invocation, invocations};
use crate::model::{EnvLine, Files, Kind, Read, Stage};
use crate::source::normalize;
use crate::syntax::Parsed;
use camino::{Utf8Path, Utf8PathBuf};

/// What the calls of a tree say.
#[derive(Default)]
pub(super) struct Calls {
    /// Files in the order of `-f`, of every call that names some.
    named: Vec<Call>,
    /// Some call names none, and no variable does it for that.
    any_plain: bool,
}

struct Call {
    files: Vec<Utf8PathBuf>,
    /// It starts what the files say, and does not ask after what runs.
    starts: bool,
}

const DOCUMENTS: &[&str] = &[
    "README.md",
    "readme.md",
    "README.rst",
    "README",
    "DEPLOYMENT.md",
    "DEPLOY.md",
    "docs/deployment.md",
    "docs/installation.md",
];

impl Calls {
    /// The calls of a tree that use these compose files: of everything that is a list of commands, the
    /// READMEs, and the files themselves, whose comments say how they are used.
    pub(super) fn find(files: &Files<'_>, known: &[&Utf8Path]) -> Self {
        // One file is used with no other.
        if known.len() < 2 {
            return Self::default();
        }
        let mut calls = Self::default();
        let mut by_variable = Vec::new();
        let scripts = scripts(files);
        let callers = scripts.iter().copied().chain(files.of(Kind::Compose));
        for read in callers.chain(documents(files, known)) {
            for call in invocations(read.id, read.text) {
                calls.any_plain |= call.value.files.is_empty();
                let starts = starts(&call.value);
                let found = resolve_all(read, &call.value.files, known).into_iter();
                calls.named.extend(found.map(|files| Call { files, starts }));
            }
        }
        let scripts = scripts.into_iter().map(|read| (read, exported(read.text)));
        let env_files = files.of(Kind::Dotenv).into_iter().map(|read| (read, compose_file(read)));
        for (read, named) in scripts.chain(env_files) {
            let found = named.and_then(|named| resolve(read.path, &named, known));
            by_variable.extend(found.map(|files| Call { files, starts: true }));
        }
        // Where the variable is set, a call that names no file has those.
        calls.any_plain &= by_variable.is_empty();
        calls.named.extend(by_variable);
        calls
    }

    /// Several files that are used together, by the last of them, for a file that nobody starts
    /// alone. Of calls with one last file, the one with the fewest; of one that is laid over
    /// production's as well as over developers', that over production's.
    pub(super) fn together(&self) -> Vec<&[Utf8PathBuf]> {
        let mut found: Vec<&[Utf8PathBuf]> = Vec::new();
        for call in self.named.iter().filter(|call| call.files.len() > 1) {
            let last = call.files.last();
            if last.is_some_and(|it| self.starts_alone(it)) {
                continue;
            }
            match found.iter_mut().find(|it| it.last() == last) {
                Some(known) if order(known) > order(&call.files) => *known = &call.files,
                Some(_) => {}
                None => found.push(&call.files),
            }
        }
        found
    }

    /// Whether some call starts a file with no other.
    pub(super) fn starts_alone(&self, path: &Utf8Path) -> bool {
        let is_alone =
            |it: &Call| it.starts && matches!(it.files.as_slice(), [only] if only == path);
        self.named.iter().any(is_alone)
    }

    /// Whether nothing starts a file that compose finds by its name without others on top, which some
    /// call has.
    pub(super) fn is_never_plain(&self, path: &Utf8Path) -> bool {
        !self.any_plain && self.is_only_below(path)
    }

    /// Whether a file only ever comes with others on top.
    pub(super) fn is_only_below(&self, path: &Utf8Path) -> bool {
        let mut calls = self.named.iter().filter(|call| call.files.iter().any(|it| it == path));
        let is_below = |call: &Call| call.files.last().is_some_and(|last| last != path);
        calls.next().is_some_and(is_below) && calls.all(is_below)
    }
}

/// Which of several calls with one last file tells what belongs together, the least first.
fn order(files: &[Utf8PathBuf]) -> (bool, usize) {
    let stage = |it: &Utf8PathBuf| it.file_name().and_then(stage_of);
    let Some((last, below)) = files.split_last() else { return (false, 0) };
    let is_over_production = below.iter().any(|it| stage(it) == Some(Stage::Production));
    (stage(last).is_none() && !is_over_production, files.len())
}

/// `up`, or the first half of a call that a variable holds.
fn starts(call: &Invocation) -> bool {
    let subcommand = call.subcommand.as_deref();
    subcommand.is_none_or(|it| ["up", "run", "start", "create", "build"].contains(&it))
}

/// What runs commands, by itself or because somebody starts it.
pub(super) fn scripts<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    let kinds = [Kind::Makefile, Kind::Shell, Kind::Workflow, Kind::Systemd, Kind::Crontab];
    kinds.iter().flat_map(|kind| files.of(*kind)).collect()
}

/// The READMEs and the like in the folders above some files.
pub(super) fn documents<'a>(files: &Files<'a>, known: &[&Utf8Path]) -> Vec<Read<'a>> {
    let mut folders: Vec<&Utf8Path> =
        known.iter().flat_map(|path| path.ancestors().skip(1)).collect();
    folders.sort();
    folders.dedup();
    let each = folders.iter().flat_map(|folder| DOCUMENTS.iter().map(|name| folder.join(name)));
    let read = each.filter_map(|path| files.find(&path).read());
    read.collect()
}

/// `COMPOSE_FILE` of an env file, which compose takes apart at `:` (Compose, "Pre-defined
/// environment variables").
fn compose_file(read: Read<'_>) -> Option<Vec<String>> {
    let Parsed::Dotenv(tree) = read.parsed else { return None };
    let named = tree.lines.iter().find_map(|line| match line {
        EnvLine::Assignment(it) if it.key.value == "COMPOSE_FILE" => Some(it.inner()),
        _ => None,
    })?;
    Some(listed(named))
}

/// The same as a script exports it, or a workflow or a unit gives it: `COMPOSE_FILE: a.yml:b.yml`.
fn exported(text: &str) -> Option<Vec<String>> {
    let line = text
        .lines()
        .find(|line| line.contains("COMPOSE_FILE") && !line.trim_start().starts_with('#'))?;
    let (before, behind) = line.split_once("COMPOSE_FILE")?;
    let is_alone = before.is_empty() || before.ends_with([' ', '"', '\t']);
    let value = behind.trim_start().strip_prefix(['=', ':']).filter(|_| is_alone)?.trim_start();
    let quotes = ['"', '\''];
    let value = value.trim_start_matches('=').trim_start_matches(quotes);
    let end = value.find(|it: char| it.is_whitespace() || quotes.contains(&it) || it == ';');
    Some(listed(&value[..end.unwrap_or(value.len())]))
}

fn listed(files: &str) -> Vec<String> {
    files.split(':').map(str::to_owned).collect()
}

/// Scripts are run from anywhere above; most often from the root.
pub(super) fn resolve(
    caller: &Utf8Path,
    named: &[String],
    known: &[&Utf8Path],
) -> Option<Vec<Utf8PathBuf>> {
    let is_there = |path: &Utf8PathBuf| known.iter().any(|it| it == path);
    let folders = caller.parent()?.ancestors();
    let mut resolved = folders.map(|from| {
        let paths = named.iter().map(|file| normalize(&from.join(file)));
        paths.collect::<Vec<_>>()
    });
    resolved.find(|paths| !paths.is_empty() && paths.iter().all(is_there))
}
