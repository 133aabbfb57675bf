//! What an entrypoint does with the command behind it, and with the signals of its container.

use crate::fact::Fact;
use crate::model::build::main_step::{Run, Scripts};
use crate::model::command::{Front, Step};
use crate::model::container::Ignored;
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
        let (front, waits) = main.front?;
        let stays = match front {
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
        Some(Fact::at(front, waits))
    }

    /// Whether an init stands in front that passes signals on to all that it started.
    fn asks_all(&self) -> bool {
        let first = self.entrypoint.iter().chain(self.command).take(3);
        let names = first.map(|word| word.as_str().rsplit('/').next().unwrap_or_default());
        let names: Vec<&str> = names.collect();
        let asks_all = |it: &&str| !INITS_OF_ONE.contains(it) || names.contains(&"-g");
        names.iter().filter(|it| INITS.contains(it)).any(asks_all)
    }

    /// The command, if the entrypoint is a script that never looks at what stands behind it.
    pub(super) fn ignored(&self) -> Option<Ignored> {
        let command = self.command.first()?;
        let (at, script, file) = self.script()?;
        let behind = self.entrypoint.len() - at - 1;
        if behind > 0 || looks_at_arguments(self.files, file, script) {
            return None;
        }
        let last = script.list.last().map(|item| place_of(&item.command))?;
        Some(Ignored {
            command: command.text.map(|_| ()),
            entrypoint: self.entrypoint[at].text.clone(),
            last: Fact::at((), last),
        })
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
            let places = self.scripts.places_of(word, self.cwd);
            let path = places.iter().find_map(|path| (self.scripts.tree)(path))?;
            let Found::Read(read) = self.files.find(&path) else { return None };
            let Parsed::Shell(script) = read.parsed else { return None };
            return script.refused.is_none().then_some((at, script, read.id));
        }
        None
    }
}

/// Whether a script mentions its arguments anywhere but in functions, which have their own.
fn looks_at_arguments(files: &Files, file: FileId, script: &Script) -> bool {
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
    // Another script may be read into this one, and do with them what it likes.
    let sources = |line: &str| line.trim_start().starts_with(". ") || line.contains("source ");
    lines.into_iter().any(|line| said.iter().any(|it| line.contains(it)) || sources(line))
}

fn place_of(command: &Command) -> Place {
    match command {
        Command::Simple(simple) => simple.place,
        Command::Compound(compound) => compound.place,
        Command::Function { body, .. } => body.place,
    }
}
