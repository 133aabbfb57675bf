//! How people call compose: `docker compose -f a.yml -f b.yml up` in scripts, Makefiles,
//! workflows and READMEs.
//!
//! Text is searched, whatever its format, for what such a call looks like everywhere. Who runs
//! it, and whether at all, is not asked.

use crate::fact::Fact;
use crate::model::compose::held_options::{self, Held};
use crate::source::{FileId, Place};
use memchr::memmem;

/// One call, with the options before its subcommand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    /// As written. Empty if compose is to find its files by itself.
    pub files: Vec<String>,
    pub env_files: Vec<String>,
    pub profiles: Vec<String>,
    pub project_directory: Option<String>,
    /// `up`, `run`, `build`; none where a variable holds the first half of the call.
    pub subcommand: Option<String>,
    /// What stands behind that: services, and for `run` the command of one.
    pub arguments: Vec<String>,
    /// `run --entrypoint`.
    pub replaces_entrypoint: bool,
    /// The option of `down` that has it delete volumes as well.
    pub volumes_too: Option<Place>,
    /// `up --no-deps`: what a service depends on is up already, and nobody says since which call.
    pub is_update: bool,
}

/// A call is a line's business; nobody writes more words than this in one.
const MOST_WORDS: usize = 60;

/// Nor more variables for its options.
const MOST_VARIABLES: usize = 4;

/// Every call in a text.
pub fn invocations(file: FileId, text: &str) -> Vec<Fact<Invocation>> {
    const COMPOSE: &str = "compose";
    let mut found = Vec::new();
    let mut held = Held::of(text);
    for end in memmem::find_iter(text.as_bytes(), COMPOSE).map(|at| at + COMPOSE.len()) {
        let before = &text[..end - COMPOSE.len()];
        let programs = ["docker-", "docker ", "podman-", "podman "];
        let Some(before) = programs.iter().find_map(|it| before.strip_suffix(it)) else { continue };
        let (at, behind) = (before.len(), &text[end..]);
        let last = before.chars().next_back();
        let alone = last.is_none_or(|it| !it.is_alphanumeric() && !"-_./".contains(it));
        // A unit has to name the program by its path. `docker-compose.yml` is a file.
        let alone = alone || before.ends_with("bin/");
        if !alone || !behind.starts_with(|it: char| it.is_whitespace() || it == '"') {
            continue;
        }
        let line = before.rsplit('\n').next().unwrap_or_default();
        let words = Words { text: behind, at: 0, commented: line.trim_start().starts_with('#') };
        let calls = read(file, text, words, &mut held).into_iter();
        found
            .extend(calls.map(|(call, length)| Fact::at(call, Place::new(file, at, end + length))));
    }
    found
}

/// A call as it is with each that its variables may hold, and how far its options reach.
fn read<'t>(
    file: FileId,
    whole: &'t str,
    mut words: Words<'t>,
    held: &mut Held<'t>,
) -> Vec<(Invocation, usize)> {
    let mut reached = 0;
    let mut first = Invocation::default();
    let mut word = first.take_options(&mut words, &mut reached);
    let mut calls = vec![first];
    for _ in 0..MOST_VARIABLES {
        let Some(held) = word.map(|it| held.find(it)).filter(|it| !it.is_empty()) else { break };
        if calls.len() * held.len() > held_options::MOST {
            break;
        }
        let each = calls.iter().flat_map(|call| {
            held.iter().map(|text| {
                let mut call = call.clone();
                call.take_options(&mut Words { text, at: 0, commented: false }, &mut 0);
                call
            })
        });
        calls = each.collect();
        reached = words.at;
        let behind = words.clone();
        for call in &mut calls {
            words = behind.clone();
            word = call.take_options(&mut words, &mut reached);
        }
    }
    if let Some(word) = word {
        for call in &mut calls {
            call.take_subcommand(file, whole, word, words.clone());
        }
    }
    calls.into_iter().map(|it| (it, reached)).collect()
}

impl Invocation {
    /// The options before the subcommand, which is the word behind them. How far they reach is told.
    fn take_options<'t>(&mut self, words: &mut Words<'t>, reached: &mut usize) -> Option<&'t str> {
        for _ in 0..MOST_WORDS {
            let word = words.next()?;
            let Some(option) = word.strip_prefix('-') else { return Some(word) };
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (option, None),
            };
            let takes_value =
                ["f", "-file", "-env-file", "-profile", "-project-directory", "p", "-project-name"];
            if !takes_value.contains(&name) {
                continue;
            }
            let value = value.or_else(|| words.next())?;
            let value = value.trim_matches(['"', '\'']).to_owned();
            *reached = words.at;
            match name {
                "f" | "-file" => self.files.push(value),
                "-env-file" => self.env_files.push(value),
                "-profile" => self.profiles.push(value),
                "-project-directory" => self.project_directory = Some(value),
                _ => {}
            }
        }
        None
    }

    pub(super) fn take_subcommand(
        &mut self,
        file: FileId,
        whole: &str,
        word: &str,
        mut behind: Words<'_>,
    ) {
        let plain = word.chars().all(|it| it.is_ascii_lowercase());
        self.subcommand = plain.then(|| word.to_owned());
        let flag =
            if word == "down" { behind.clone().find_flag(&["-v", "--volumes"]) } else { None };
        self.volumes_too = flag.map(|flag| Place::of(file, whole, flag));
        self.replaces_entrypoint = word == "run" && behind.clone().gives("--entrypoint");
        self.is_update = word == "up" && behind.clone().find_flag(&["--no-deps"]).is_some();
        self.arguments = arguments(&mut behind, word);
    }
}

/// The words behind a subcommand, its own options left out. Behind the service that `run` names,
/// everything is the command's.
fn arguments(words: &mut Words<'_>, subcommand: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for _ in 0..MOST_WORDS {
        let Some(word) = words.next().filter(|word| !word.starts_with('#')) else { break };
        let of_command = subcommand == "run" && !found.is_empty();
        if !word.starts_with('-') || of_command {
            found.push(word.to_owned());
        } else if VALUED.contains(&word) {
            words.next();
        }
    }
    found
}

/// The options of `up` and `run` that take a value in a word of its own (`docker compose up --help`
/// and `run --help`, 2.40).
const VALUED: &[&str] = &[
    "--attach",
    "--cap-add",
    "--cap-drop",
    "--entrypoint",
    "--env",
    "--env-from-file",
    "--exit-code-from",
    "--label",
    "--name",
    "--no-attach",
    "--publish",
    "--pull",
    "--scale",
    "--timeout",
    "--user",
    "--volume",
    "--wait-timeout",
    "--workdir",
    "-e",
    "-l",
    "-p",
    "-t",
    "-u",
    "-v",
    "-w",
];

/// Words of one line, which goes on after a backslash, and as a scalar of YAML does where the next
/// one begins with an option: nothing else is a command there.
#[derive(Clone)]
pub(super) struct Words<'a> {
    text: &'a str,
    at: usize,
    /// The line is a comment that says what to call, and so are those that it goes on in.
    commented: bool,
}

impl<'a> Words<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, at: 0, commented: false }
    }

    /// Whether one of the words left is this option, be its value in the same word.
    fn gives(mut self, name: &str) -> bool {
        std::iter::from_fn(|| self.next())
            .take(MOST_WORDS)
            .any(|word| word.split('=').next() == Some(name))
    }

    /// The first of the words left that is one of these options.
    fn find_flag(mut self, names: &[&str]) -> Option<&'a str> {
        std::iter::from_fn(|| self.next())
            .take(MOST_WORDS)
            .take_while(|word| !word.starts_with('#'))
            .find(|word| names.contains(word))
    }

    pub(super) fn next(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let mut start = 0;
        for (at, char) in rest.char_indices() {
            match char {
                ' ' | '\t' | '\\' | '"' | '\'' => {}
                '\n' if rest[..at].trim_end_matches([' ', '\t', '\r']).ends_with('\\') => {}
                '#' if self.commented
                    && rest[..at].trim_end_matches([' ', '\t']).ends_with('\n') => {}
                '\r' => {}
                '\n' if begins_with_option(&rest[at..]) => {}
                '\n' => return None,
                _ => {
                    start = at;
                    break;
                }
            }
            start = at + char.len_utf8();
        }
        let word = &rest[start..];
        let length = length(word);
        self.at += start + length;
        (length > 0).then(|| &word[..length])
    }
}

/// How long the first word of a text is. A variable of make's is part of one: `compose.$(ENV).yml`.
fn length(text: &str) -> usize {
    let ends = |it: char| it.is_whitespace() || ";|&)`\"'".contains(it);
    let mut length = text.find(ends).unwrap_or(text.len());
    let is_name = |it: &str| it.chars().all(|it| it.is_ascii_alphanumeric() || "_-".contains(it));
    while text[length..].starts_with(')')
        && let Some((_, name)) = text[..length].rsplit_once("$(")
        && is_name(name)
    {
        let rest = &text[length + 1..];
        length += 1 + rest.find(ends).unwrap_or(rest.len());
    }
    length
}

fn begins_with_option(text: &str) -> bool {
    let line = text.trim_start();
    let option = line.strip_prefix("--").or_else(|| line.strip_prefix('-'));
    option.is_some_and(|it| it.starts_with(|first: char| first.is_ascii_alphabetic()))
}
