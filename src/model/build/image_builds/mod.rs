//! Images that something other than compose builds: `docker build -t NAME` in scripts, Makefiles,
//! workflows, comments of Dockerfiles and guides for people, and actions for workflows.
//!
//! A build counts if its Dockerfile is in the tree. Of its arguments the names are asked for, and what
//! they are given is unknown.

mod call;
mod cloud_build;
mod folded;
mod for_servers;
mod former;
mod held;
mod left;
mod name;
mod outputs;
mod play;
mod repeated;
mod workflow;

use crate::model::image::Arguments;
use crate::model::text::Text;
use crate::model::{Files, Kind, Read};
use crate::source::{Place, normalize};
use crate::syntax::Parsed;
use call::Call;
use camino::{Utf8Path, Utf8PathBuf};
use held::with_variables;
pub(super) use name::{Named, assigned, tag_of, with_values};
use name::{OWNER, REPOSITORY, UNKNOWN, filled_in, named};
use std::borrow::Cow;

/// What an image is built from.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    pub(super) context: Utf8PathBuf,
    pub(super) dockerfile: Utf8PathBuf,
    pub(super) target: Option<String>,
    pub(super) arguments: Arguments,
}

impl Recipe {
    /// All of a Dockerfile, built by somebody who is not in view.
    pub(super) fn unseen(dockerfile: &Utf8Path, context: &Utf8Path) -> Self {
        Self {
            context: context.to_owned(),
            dockerfile: dockerfile.to_owned(),
            target: None,
            arguments: Arguments::unseen(),
        }
    }
}

pub(super) fn find(files: &Files) -> Vec<(Named, Recipe)> {
    let mut found = Vec::new();
    for read in guides(files) {
        let told = calls(files, read, &|folder| is_in_tree(files, read.path, folder));
        found.extend(told.into_iter().filter(|(_, it)| !former::is_former(files, it)));
    }
    let kinds = [Kind::Shell, Kind::Makefile, Kind::Workflow, Kind::Dockerfile];
    found.extend(in_files(files, &kinds));
    found.extend(play::built(files));
    found.extend(cloud_build::built(files));
    found
}

/// The same without what people are told to do.
pub(super) fn by_commands(files: &Files) -> Vec<(Named, Recipe)> {
    let kinds = [Kind::Shell, Kind::Makefile, Kind::Workflow];
    let others = play::built(files).into_iter().chain(cloud_build::built(files));
    in_files(files, &kinds).chain(others).collect()
}

/// The same of workflows alone, which build from a fresh clone.
pub(super) fn by_workflows(files: &Files) -> Vec<(Named, Recipe)> {
    in_files(files, &[Kind::Workflow]).collect()
}

/// What some of all scripts and workflows build under whatever name, be it one that is known only where
/// they run: `docker build -t "$REGISTRY/$REPOSITORY:$TAG" .`.
pub(super) fn recipes(files: &Files, which: &dyn Fn(&Read<'_>) -> bool) -> Vec<Recipe> {
    let kinds = [Kind::Shell, Kind::Makefile, Kind::Workflow];
    let mut found = Vec::new();
    for read in kinds.iter().flat_map(|kind| files.of(*kind)).filter(|it| which(it)) {
        let mut calls = each_call(&read, &|_| true);
        if let Parsed::Workflow(file) = read.parsed {
            calls.extend(file.documents.iter().flat_map(workflow::calls));
        }
        found.extend(calls.iter().filter_map(|it| it.recipe(files, read.path)));
    }
    found
}

fn in_files(files: &Files, kinds: &[Kind]) -> impl Iterator<Item = (Named, Recipe)> {
    kinds.iter().flat_map(|kind| files.of(*kind)).flat_map(|read| by(files, read))
}

/// What one file builds.
fn by(files: &Files, read: Read<'_>) -> Vec<(Named, Recipe)> {
    let built = calls(files, read, &|_| true);
    let mut found = also_called(&read, &built);
    found.extend(built);
    if let Parsed::Workflow(file) = read.parsed {
        let roots = file.documents.iter();
        let calls = roots.flat_map(workflow::calls);
        found.extend(calls.flat_map(|call| call.found(files, read.path)));
    }
    found
}

/// What tells people how to set the project up.
pub(super) fn guides<'f>(files: &'f Files) -> Vec<Read<'f>> {
    let names = ["readme", "install", "deploy", "docker", "swarm", "setup"];
    let mut paths = files.ending_in(&["md", "rst", "txt"]);
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_lowercase();
        names.iter().any(|it| name.contains(it))
    });
    paths.into_iter().take(MOST_GUIDES).filter_map(|path| files.find(path).read()).collect()
}

/// Whether a guide leads into a folder of the tree; another is where the checkout is made.
fn is_in_tree(files: &Files, guide: &Utf8Path, folder: &str) -> bool {
    let mut above = guide.ancestors().skip(1);
    above.any(|it| files.tree.is_dir(&normalize(&it.join(folder))))
}

/// More files of such names are of something else.
const MOST_GUIDES: usize = 20;

const COMMANDS: &[&str] = &[
    "docker build",
    "docker buildx build",
    "docker image build",
    "podman build",
    "buildah build",
    "buildah bud",
    KANIKO,
];

/// What builds images where no daemon is to be had, as in GitLab's jobs (its documentation, "Use kaniko to
/// build Docker images").
const KANIKO: &str = "/kaniko/executor";

/// Options with a value of their own word, of all that `docker build` has.
const WITH_VALUE: &[&str] = &[
    "--add-host",
    "--build-context",
    "--builder",
    "--cache-from",
    "--cache-to",
    "--iidfile",
    "--label",
    "--metadata-file",
    "--network",
    "--output",
    "--platform",
    "--progress",
    "--secret",
    "--shm-size",
    "--ssh",
    "-o",
];

/// What the calls in a text build that matter.
fn calls(files: &Files, read: Read<'_>, matters: &dyn Fn(&str) -> bool) -> Vec<(Named, Recipe)> {
    let calls = each_call(&read, matters).into_iter();
    calls.flat_map(|call| call.found(files, read.path)).collect()
}

/// The calls in a text, as far as it is known in which folder it is then, of those that matter.
fn each_call(read: &Read<'_>, matters: &dyn Fn(&str) -> bool) -> Vec<Call> {
    let mut found = Vec::new();
    for (at, command) in COMMANDS.iter().flat_map(|command| read.text.match_indices(command)) {
        if read.has("working-directory") || is_left_out(read, at) {
            continue;
        }
        let Some(folder) = left::folder(read, at, matters) else { continue };
        let behind = &read.text[at + command.len()..];
        // `docker build` is also how `docker buildx build` begins.
        if behind.starts_with(|next: char| next.is_alphanumeric()) {
            continue;
        }
        let line = match folded::behind(read, at + command.len()) {
            Some(line) => line,
            None => command_line(behind),
        };
        let runs = match read.parsed.kind() == Kind::Shell {
            true => repeated::runs(read.text, at),
            false => vec![Vec::new()],
        };
        for names in runs {
            let script: Cow<'_, str> = match names.is_empty() {
                true => read.text.into(),
                false => repeated::filled_in(read.text, &names).into(),
            };
            let line = with_variables(repeated::filled_in(&line, &names), &script);
            let place = Place::of(read.id, read.text, &read.text[at..at + command.len()]);
            let mut call = call(&line, place, *command == *KANIKO);
            call.folder = folder.clone();
            found.push(call);
        }
    }
    found
}

/// Whether a workflow has a place on a line that is commented out, as a job is that is for another day.
fn is_left_out(read: &Read<'_>, at: usize) -> bool {
    let start = read.text[..at].rfind('\n').map_or(0, |it| it + 1);
    read.parsed.kind() == Kind::Workflow && read.text[start..at].trim_start().starts_with('#')
}

/// What is built, under the names that `docker tag` of the same script gives it then.
fn also_called(read: &Read<'_>, built: &[(Named, Recipe)]) -> Vec<(Named, Recipe)> {
    let script = read.text;
    let tags = script.match_indices("docker tag ").filter(|(at, _)| !is_left_out(read, *at));
    let pairs = tags.filter_map(|(at, command)| {
        let line = with_variables(command_line(&script[at + command.len()..]), script);
        let words = words(&line);
        let [of, to, ..] = words.as_slice() else { return None };
        Some((named(of.trim_matches('"'))?, named(to.trim_matches('"'))?))
    });
    let found = pairs.flat_map(|(of, to)| {
        let same = built.iter().filter(move |(name, _)| name.is_like(&of));
        same.map(move |(_, recipe)| (to.clone(), recipe.clone()))
    });
    found.collect()
}

/// The text behind a command, up to the end of its line.
fn command_line(text: &str) -> String {
    let mut line = String::new();
    for part in text.lines() {
        let part = part.trim_end();
        let goes_on = part.strip_suffix('\\');
        line.push_str(goes_on.unwrap_or(part));
        if goes_on.is_none() {
            break;
        }
        line.push(' ');
    }
    line
}

/// `NAME=value` of a build whose command stands at a place. Without a value it has that of the shell.
fn argument(given: &str, place: Place) -> (String, Option<Text>) {
    let (name, value) = given.split_once('=').map_or((given, None), |(it, to)| (it, Some(to)));
    let is_known = |it: &&str| !it.contains(['$', '`', UNKNOWN, REPOSITORY, OWNER]);
    let value = value.map(|it| it.trim_matches(['"', '\''])).filter(is_known);
    (name.to_owned(), value.map(|it| Text::literal(it, place)))
}

/// What the words of a line ask for, whose command stands at a place.
fn call(line: &str, place: Place, is_kaniko: bool) -> Call {
    call_of_words(&words(&filled_in(line, &|_| None)), place, is_kaniko)
}

/// The same of words that are told apart already.
fn call_of_words(words: &[&str], place: Place, is_kaniko: bool) -> Call {
    let trimmed = |word: &str| word.trim_matches(['"', '\'', '`', '(', ')']).to_owned();
    let mut call = Call::default();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        if ["&&", "||", "|", ";", ">"].contains(&word) {
            break;
        }
        let (word, ends) = (word.trim_end_matches(';'), word.ends_with(';'));
        let (name, value) = match word.split_once('=') {
            Some((name, value)) if name.starts_with('-') => (name, Some(trimmed(value))),
            Some(_) | None => (word, None),
        };
        let mut value = || value.clone().or_else(|| words.next().map(trimmed));
        match name {
            "--destination" | "-d" if is_kaniko => call.names.extend(value()),
            "--context" | "-c" if is_kaniko => {
                call.context = value().map(|it| here(it.trim_start_matches("dir://")));
            }
            "--dockerfile" if is_kaniko => call.file = value().map(|it| here(&it)),
            "-t" | "--tag" => call.names.extend(value()),
            "-f" | "--file" => call.file = value().map(|it| here(&it)),
            "--target" => call.target = value(),
            "--build-arg" => {
                call.arguments.extend(value().map(|given| argument(&given, place)));
            }
            _ if WITH_VALUE.contains(&name) => _ = value(),
            _ if name.starts_with('-') => {}
            // What a variable comes to may be options as well as the folder.
            _ if here(&trimmed(name)).contains(['$', UNKNOWN, '`']) => {
                call.is_open = true;
                call.context = call.context.or_else(|| Some(trimmed(name)));
            }
            _ if call.context.is_none() => call.context = Some(here(&trimmed(name))),
            _ => {}
        }
        if ends {
            break;
        }
    }
    call
}

/// The words of a line, those with blanks inside of `$( … )` whole.
fn words(line: &str) -> Vec<&str> {
    let (mut words, mut start, mut open) = (Vec::new(), None, 0_usize);
    let mut before = ' ';
    for (at, letter) in line.char_indices() {
        match letter {
            '(' if before == '$' || open > 0 => open += 1,
            ')' => open = open.saturating_sub(1),
            _ => {}
        }
        before = letter;
        match start {
            Some(from) if letter.is_whitespace() && open == 0 => {
                words.push(&line[from..at]);
                start = None;
            }
            None if !letter.is_whitespace() => start = Some(at),
            Some(_) | None => {}
        }
    }
    words.extend(start.map(|from| &line[from..]));
    words
}

/// A path from the folder that a script runs in, or a workflow has its checkout in.
fn here(path: &str) -> String {
    let here = ["$PWD", "${PWD}", "$(pwd)", "$(pwd"];
    let checkout =
        ["$CI_PROJECT_DIR", "${CI_PROJECT_DIR}", "$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}"];
    if here.contains(&path) {
        return ".".to_owned();
    }
    let behind = checkout.iter().find_map(|it| path.strip_prefix(it));
    match behind {
        Some("" | "/") => ".".to_owned(),
        Some(inner) if inner.starts_with('/') => inner.trim_start_matches('/').to_owned(),
        Some(_) | None => path.to_owned(),
    }
}
