//! Options of manage.py's commands that Django refuses: `collectstatic -- no-input`, `migrate —noinput`.
//!
//! What is meant is `--noinput`. One dash makes of it a cluster of short options, two with a blank behind them
//! end the options (argparse, "Arguments containing -"), and a dash as word processors write it is none.
//! Measured with Django 2.2 and 5.2.

use crate::fact::Fact;
use crate::model::build::named_stage::is_of_developers;
use crate::model::build::told::is_told;
use crate::model::{Files, Kind, Read, RefusedOption};
use crate::source::Place;

/// The commands that ask whether one is sure, and of which no option is called `-n…`; of `makemigrations`
/// that is the name of the migration.
const COMMANDS: [&str; 3] = ["collectstatic", "flush", "migrate"];

/// What stands for "ask nothing", behind two dashes.
const MEANT: [&str; 3] = ["no-input", "no_input", "noinput"];

/// The first in each file.
pub(super) fn refused_options(files: &Files) -> Vec<RefusedOption> {
    let kinds = [Kind::Shell, Kind::Procfile, Kind::Dockerfile, Kind::Compose];
    let read = kinds.into_iter().flat_map(|kind| files.of(kind));
    let asked =
        read.filter(|it| MEANT.iter().any(|word| it.has(word)) && !is_of_developers(it.path));
    let found: Vec<_> = asked.filter_map(|it| Some((it, in_file(it)?))).collect();
    // Of two copies of a script nobody knows here which is run.
    let has_sound_copy = |read: &Read<'_>| {
        let copies = read.path.file_name().into_iter().flat_map(|name| files.files_named(name));
        let mut others = copies.filter(|it| it.as_path() != read.path);
        read.parsed.kind() == Kind::Shell
            && others.any(|it| !found.iter().any(|(faulty, _)| faulty.path == it.as_path()))
    };
    let left = found.iter().filter(|(read, _)| !has_sound_copy(read));
    left.map(|(_, option)| option.clone()).collect()
}

fn in_file(read: Read<'_>) -> Option<RefusedOption> {
    read.text.lines().filter(|line| !is_told(line.trim_start())).find_map(|line| {
        COMMANDS.iter().find_map(|command| {
            let (before, given) = line.split_once(command)?;
            let words = before.split(is_apart);
            let is_managed = words.rev().find(|it| !it.is_empty()).is_some_and(runs_commands);
            let option = refused(given, *command == "collectstatic").filter(|_| is_managed)?;
            let option = Fact::at(option.to_owned(), Place::of(read.id, read.text, option));
            Some(RefusedOption { command: (*command).to_owned(), option })
        })
    })
}

/// What parts words in a shell, and in lists of JSON and YAML.
fn is_apart(it: char) -> bool {
    it.is_whitespace() || matches!(it, '"' | '\'' | ',' | '[' | ']')
}

fn runs_commands(program: &str) -> bool {
    matches!(program.rsplit('/').next(), Some("manage.py" | "django-admin" | "django-admin.py"))
}

/// What is refused of the words behind a command, up to the next one; `collectstatic` takes no word at all.
fn refused(given: &str, takes_none: bool) -> Option<&str> {
    if !given.starts_with(is_apart) {
        return None;
    }
    let end = given.find(['&', ';', '|', '>', '#', ')']).unwrap_or(given.len());
    let given = &given[..end];
    let mut words = given.split(is_apart).filter(|it| !it.is_empty()).peekable();
    while let Some(word) = words.next() {
        if word == "--" {
            let behind = words.peek().filter(|it| MEANT.contains(*it))?;
            let start = word.as_ptr() as usize - given.as_ptr() as usize;
            let end = behind.as_ptr() as usize - given.as_ptr() as usize + behind.len();
            return Some(&given[start..end]);
        }
        let bare = word.trim_start_matches(['-', '–', '—']);
        let dashes = &word[..word.len() - bare.len()];
        let is_refused = match dashes {
            "--" => bare == "no_input",
            "" => takes_none,
            _ => true,
        };
        if MEANT.contains(&bare) && is_refused {
            return Some(word);
        }
    }
    None
}
