//! What an entrypoint does with the command behind it, and with the signals of its container.

use crate::fact::Fact;
use crate::model::build::main_step::{Run, Scripts};
use crate::model::command::{Front, Step};
use crate::model::container::Deaf;
use crate::model::image::System;
use crate::model::{Files, Found};
use crate::source::{FileId, Place};
use crate::syntax::Parsed;
use crate::syntax::shell::evaluate::Argument;
use crate::syntax::shell::{Command, Script};
use camino::Utf8Path;

/// Programs that stand in front of the first of a container.
const INITS: &[&str] =
    &["tini", "tini-static", "dumb-init", "docker-init", "catatonit", "s6-svscan", "init"];

/// Those that pass signals on to the program they started, and to no other: to the shell, which
/// dies of it, and the container with it. `-g` has tini ask the whole group (measured with tini 0.19
/// and dumb-init 1.2.5, which does so by itself).
const INITS_OF_ONE: &[&str] = &["tini", "tini-static", "docker-init"];

/// How a container begins.
pub(super) struct Start<'a> {
    pub(super) files: &'a Files<'a>,
    pub(super) entrypoint: &'a [Argument],
    pub(super) command: &'a [Argument],
    pub(super) scripts: Scripts<'a>,
    pub(super) cwd: Option<&'a Utf8Path>,
    pub(super) system: Option<System>,
}

impl Start<'_> {
    /// The server, where a shell in front of it gets the signals that stop the container.
    pub(super) fn shadowed(&self, run: &Run) -> Option<Fact<Front>> {
        let main = &run.steps[run.main];
        let front = main.fronts.first()?;
        let stays = match front.value {
            Front::Script => true,
            Front::Text => matches!(self.system, Some(System::Debian | System::DebianFull)),
        };
        let is_last = run.main + 1 == run.steps.len();
        let traps = |step: &Step| {
            let text = self.files.read(step.place.file).text;
            text.lines().any(|line| line.trim_start().starts_with("trap "))
        };
        if self.asks_all() || !stays || !is_last || main.apart || traps(main) {
            return None;
        }
        Some(front.clone())
    }

    /// Whether an init stands in front that passes signals on to all that it started.
    fn asks_all(&self) -> bool {
        let first = self.entrypoint.iter().chain(self.command).take(3);
        let names = first.map(|word| word.as_str().rsplit('/').next().unwrap_or_default());
        let names: Vec<&str> = names.collect();
        let asks_all = |it: &&str| !INITS_OF_ONE.contains(it) || names.contains(&"-g");
        names.iter().filter(|it| INITS.contains(it)).any(asks_all)
    }

    /// The script that the entrypoint is, if it never looks at what stands behind it.
    pub(super) fn deaf(&self) -> Option<Deaf> {
        let (at, script, file) = self.script()?;
        let behind = self.entrypoint.len() - at - 1;
        let last = self.end_of(file, script, DEEPEST).filter(|_| behind == 0)?;
        Some(Deaf {
            command: self.command.first().map(|it| it.text.map(|_| ())),
            entrypoint: self.entrypoint[at].text.clone(),
            last: Fact::at((), last),
        })
    }

    /// How a script ends, if it never looks at its arguments, nor another that it hands them on to.
    fn end_of(&self, file: FileId, script: &Script, depth: usize) -> Option<Place> {
        let mut end = script.list.last().map(|item| place_of(&item.command))?;
        for line in lines_on_arguments(self.files, file, script) {
            let (other, script) = self.script_of(handed_on(&line)?)?;
            end = self.end_of(other, script, depth.checked_sub(1)?)?;
        }
        Some(end)
    }

    /// The script that the entrypoint runs, and which of its words names it.
    fn script(&self) -> Option<(usize, &Script, FileId)> {
        let shells = ["sh", "bash", "dash", "ash"];
        for (at, word) in self.entrypoint.iter().enumerate() {
            let word = word.as_str();
            let name = word.rsplit('/').next().unwrap_or_default();
            if INITS.contains(&name) || shells.contains(&name) || word.starts_with('-') {
                continue;
            }
            return self.script_of(word).map(|(file, script)| (at, script, file));
        }
        None
    }

    /// A script of the tree that a word calls.
    fn script_of(&self, word: &str) -> Option<(FileId, &Script)> {
        let path = self.scripts.in_tree(word, self.cwd)?;
        let Found::Read(read) = self.files.find(&path) else { return None };
        let Parsed::Shell(script) = read.parsed else { return None };
        script.refused.is_none().then_some((read.id, script))
    }
}

/// Entrypoints of entrypoints.
const DEEPEST: usize = 4;

/// The script that a line gives all its arguments to: `exec /app/start.sh "$@"`.
fn handed_on(line: &str) -> Option<&str> {
    let line = line.trim();
    let line = line.strip_prefix("exec ").unwrap_or(line).trim_start();
    let word = line.strip_suffix("\"$@\"").or_else(|| line.strip_suffix("$@"))?.trim();
    let shells = ["sh ", "bash "];
    let word = shells.iter().find_map(|it| word.strip_prefix(it)).unwrap_or(word);
    (!word.contains([' ', '$'])).then_some(word)
}

/// The lines on which a script mentions its arguments, functions left out, which have their own.
fn lines_on_arguments(files: &Files, file: FileId, script: &Script) -> Vec<String> {
    let mut text = files.read(file).text.to_owned();
    for function in script.list.iter().filter_map(|item| match &item.command {
        Command::Function { body, .. } => Some(body.place),
        Command::Simple(_) | Command::Compound(_) => None,
    }) {
        let span = function.span.range();
        if text.is_char_boundary(span.start) && text.is_char_boundary(span.end) {
            text.replace_range(span.clone(), &" ".repeat(span.len()));
        }
    }
    let said =
        ["$@", "$*", "$1", "$2", "$#", "${1", "${@", "${*", "${#", "${2", "shift", "getopts"];
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    // Another script may be read into this one, and do with them what it likes; a file of variables
    // does nothing.
    let sources = |line: &str| {
        let is_source = line.trim_start().starts_with(". ") || line.contains("source ");
        is_source && !line.contains(".env")
    };
    let counts = |line: &&str| said.iter().any(|it| line.contains(it)) || sources(line);
    lines.filter(counts).map(str::to_owned).collect()
}

fn place_of(command: &Command) -> Place {
    match command {
        Command::Simple(simple) => simple.place,
        Command::Compound(compound) => compound.place,
        Command::Function { body, .. } => body.place,
    }
}
