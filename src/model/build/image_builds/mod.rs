//! Images that something other than compose builds: `docker build -t NAME` in scripts, Makefiles,
//! workflows and comments of Dockerfiles, and Docker's own actions for workflows.
//!
//! A build counts if its Dockerfile is in the tree. What its arguments are is not asked, and so they
//! are unknown.

use crate::model::image::{Arguments, Reference};
use crate::model::{Files, Kind, Read};
use crate::source::normalize;
use crate::syntax::Parsed;
use crate::syntax::yaml::Node;
use camino::{Utf8Path, Utf8PathBuf};

/// What an image is built from.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    pub(super) context: Utf8PathBuf,
    pub(super) dockerfile: Utf8PathBuf,
    pub(super) target: Option<String>,
    pub(super) arguments: Arguments,
}

/// The name that a build gives its image, without the tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Exactly(Reference),
    /// GitHub fills in the repository or its owner: so many segments, of which the end is known.
    Pattern {
        registry: String,
        segments: usize,
        ending: String,
    },
}

impl Named {
    /// How much of the name is known.
    pub(super) fn known(&self) -> usize {
        match self {
            Self::Exactly(_) => usize::MAX,
            Self::Pattern { ending, .. } => ending.len(),
        }
    }

    pub(super) fn fits(&self, image: &Reference) -> bool {
        match self {
            Self::Exactly(name) => {
                name.registry == image.registry && name.repository == image.repository
            }
            Self::Pattern { registry, segments, ending } => {
                *registry == image.registry
                    && !image.repository.contains('$')
                    && image.repository.split('/').count() == *segments
                    && image.repository.ends_with(ending.as_str())
            }
        }
    }
}

pub(super) fn find(files: &Files) -> Vec<(Named, Recipe)> {
    let kinds = [Kind::Shell, Kind::Makefile, Kind::Workflow, Kind::Dockerfile];
    let mut found = Vec::new();
    for read in kinds.into_iter().flat_map(|kind| files.of(kind)) {
        found.extend(calls(files, read));
        if let Parsed::Workflow(file) = read.parsed {
            let roots = file.documents.iter();
            found.extend(roots.flat_map(|root| of_workflow(files, read.path, root)));
        }
    }
    found
}

/// What a call of `docker build` says before it is held against the tree.
#[derive(Default)]
struct Call {
    names: Vec<String>,
    file: Option<String>,
    target: Option<String>,
    context: Option<String>,
}

impl Call {
    /// The images that it builds, seen from the folders above its caller.
    fn found(self, files: &Files, caller: &Utf8Path) -> Vec<(Named, Recipe)> {
        let Some(recipe) = self.recipe(files, caller) else { return Vec::new() };
        let names = self.names.iter().filter_map(|name| named(name));
        names.map(|name| (name, recipe.clone())).collect()
    }

    fn recipe(&self, files: &Files, caller: &Utf8Path) -> Option<Recipe> {
        let is_known = |text: &String| !text.contains(['$', UNKNOWN, REPOSITORY, OWNER]);
        let context = self.context.as_ref().filter(|it| is_known(it))?;
        if self.file.iter().chain(&self.target).any(|it| !is_known(it)) {
            return None;
        }
        caller.parent()?.ancestors().find_map(|from| {
            let context = normalize(&from.join(context));
            let dockerfile = match &self.file {
                Some(file) => normalize(&from.join(file)),
                None => context.join("Dockerfile"),
            };
            files.tree.is_file(&dockerfile).then(|| Recipe {
                context,
                dockerfile,
                target: self.target.clone(),
                arguments: Arguments::unseen(),
            })
        })
    }
}

const COMMANDS: &[&str] = &[
    "docker build",
    "docker buildx build",
    "docker image build",
    "podman build",
    "buildah build",
    "buildah bud",
];

/// Options with a value of their own word, of all that `docker build` has.
const WITH_VALUE: &[&str] = &[
    "--add-host",
    "--build-arg",
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

fn calls(files: &Files, read: Read<'_>) -> Vec<(Named, Recipe)> {
    let mut found = Vec::new();
    for (at, command) in COMMANDS.iter().flat_map(|command| read.text.match_indices(command)) {
        // Nobody can tell where a script is that went elsewhere before.
        let moved = read.text[..at].lines().any(|line| {
            let line = line.trim_start();
            (line.starts_with("cd ") || line.contains("& cd ") || line.starts_with("pushd "))
                && !line.contains("dirname")
        });
        if moved || read.text.contains("working-directory") {
            continue;
        }
        let behind = &read.text[at + command.len()..];
        // `docker build` is also how `docker buildx build` begins.
        if behind.starts_with(|next: char| next.is_alphanumeric()) {
            continue;
        }
        let call = call(behind);
        found.extend(call.found(files, read.path));
    }
    found
}

/// The words behind the command, up to the end of the line.
fn call(text: &str) -> Call {
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
    let line = filled_in(&line, &|_| None);
    let trimmed = |word: &str| word.trim_matches(['"', '\'', '`', '(', ')']).to_owned();
    let mut call = Call::default();
    let mut words = words(&line).into_iter();
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
            "-t" | "--tag" => call.names.extend(value()),
            "-f" | "--file" => call.file = value(),
            "--target" => call.target = value(),
            _ if WITH_VALUE.contains(&name) => _ = value(),
            _ if name.starts_with('-') => {}
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

/// The folder that a script runs in.
fn here(context: &str) -> String {
    match context {
        "$PWD" | "${PWD}" | "$(pwd" | "$(pwd)" => ".".to_owned(),
        other => other.to_owned(),
    }
}

/// What stands for an expression of a workflow.
const UNKNOWN: char = '\u{e010}';
const REPOSITORY: char = '\u{e011}';
const OWNER: char = '\u{e012}';

/// A text with what a workflow's `${{ … }}` come to.
fn filled_in(text: &str, env: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${{") {
        let Some((inner, after)) = behind.split_once("}}") else { break };
        out.push_str(before);
        let inner = inner.trim();
        match inner {
            "github.repository" => out.push(REPOSITORY),
            "github.repository_owner" => out.push(OWNER),
            _ => match inner.strip_prefix("env.").and_then(env) {
                Some(value) if !value.contains("${{") => out.push_str(&value),
                Some(value) => out.push_str(&filled_in(&value, &|_| None)),
                None => out.push(UNKNOWN),
            },
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A name as far as it is known, its tag cut off. An owner that is not known may be anybody.
fn named(text: &str) -> Option<Named> {
    let last = text.rfind('/').map_or(0, |at| at + 1);
    let end = text[last..].find([':', '@']).map_or(text.len(), |at| last + at);
    let segments = text[..end].split('/').map(|segment| match segment.starts_with('$') {
        true => UNKNOWN.to_string(),
        false => segment.to_owned(),
    });
    let name = segments.collect::<Vec<_>>().join("/");
    if name.contains('$') || name.is_empty() {
        return None;
    }
    let Some(at) = name.find([REPOSITORY, OWNER, UNKNOWN]) else {
        return Reference::parse(&name).map(Named::Exactly);
    };
    let registry = name[..at].strip_suffix('/').unwrap_or(&name[..at]);
    let registry = if registry.is_empty() { "docker.io" } else { registry };
    let filled = name[at..].chars().next()?;
    let ending = &name[at + filled.len_utf8()..];
    let own = if filled == REPOSITORY { 2 } else { 1 };
    let is_whole = filled == REPOSITORY || ending.starts_with('/');
    let is_plain = !registry.contains('/') && !ending.contains([REPOSITORY, OWNER, UNKNOWN]);
    (is_whole && is_plain).then(|| Named::Pattern {
        registry: registry.to_owned(),
        segments: own + ending.matches('/').count(),
        ending: ending.to_owned(),
    })
}

/// What the steps of a workflow build with Docker's action.
fn of_workflow(files: &Files, path: &Utf8Path, root: &Node) -> Vec<(Named, Recipe)> {
    let jobs = root.get("jobs").map(Node::pairs).unwrap_or_default();
    let mut found = Vec::new();
    for job in jobs {
        let steps = job.value.get("steps").map(Node::items).unwrap_or_default();
        for step in steps.iter().filter(|step| uses(step, "docker/build-push-action")) {
            let env = |name: &str| {
                let levels = [step, &job.value, root];
                let text = levels.iter().find_map(|it| it.get("env")?.get(name)?.text());
                text.map(str::to_owned)
            };
            let with = |key: &str| Some(filled_in(step.get("with")?.get(key)?.text()?, &env));
            let call = Call {
                names: names(step, steps, &env),
                file: with("file").or_else(|| with("dockerfile")),
                target: with("target"),
                context: with("context").or_else(|| with("path")).or_else(|| Some(".".to_owned())),
            };
            found.extend(call.found(files, path));
        }
    }
    found
}

fn uses(step: &Node, action: &str) -> bool {
    let used = step.get("uses").and_then(Node::text);
    used.is_some_and(|used| used.split('@').next() == Some(action))
}

/// `tags`, or the images that an earlier step made them of.
fn names(step: &Node, steps: &[Node], env: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let Some(with) = step.get("with") else { return Vec::new() };
    let tags = with.get("tags").or_else(|| with.get("repository")).and_then(Node::text);
    let Some(tags) = tags else { return Vec::new() };
    let made = tags.split_once("steps.").and_then(|(_, rest)| rest.split_once(".outputs."));
    let text = match made {
        None => filled_in(tags, env),
        Some((id, _)) => {
            let is_it = |it: &&Node| it.get("id").and_then(Node::text) == Some(id);
            let meta = steps.iter().filter(|it| uses(it, "docker/metadata-action")).find(is_it);
            let images = meta.and_then(|it| it.get("with")?.get("images")?.text());
            images.map(|images| filled_in(images, env)).unwrap_or_default()
        }
    };
    let names = text.split(['\n', ',']).map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}
