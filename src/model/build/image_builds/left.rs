//! In which folder a text calls `docker build`: `cd web && docker build .`.

use crate::model::{Kind, Read};
use crate::source::{Place, command_at};
use camino::{Utf8Path, Utf8PathBuf};

/// The folder that a text is in at a place, seen from where it began: empty where it has left for none of
/// those that matter, or has come back. `None` where nobody can tell, as a variable says the folder, or
/// where another part of a guide has gone elsewhere before.
pub(super) fn folder(
    read: &Read<'_>,
    at: usize,
    matters: &dyn Fn(&str) -> bool,
) -> Option<Utf8PathBuf> {
    let before = &read.text[..at];
    let start = Place::of(read.id, read.text, command_at(read.text, at)).span.start as usize;
    let mut left = Left::default();
    match read.parsed.kind() {
        // make runs each line in a shell of its own (GNU make, "Recipe Execution").
        Kind::Makefile => {}
        Kind::Shell => left.after(&before[..start], matters),
        Kind::Workflow => {
            let step = start_of_step(before);
            left.after(&before[step.min(start)..start], matters);
        }
        _ => {
            left.after(&before[..start], matters);
            if !left.parts.is_empty() {
                return None;
            }
        }
    }
    left.after(&before[start..], matters);
    left.parts.into_iter().collect()
}

/// Each step of a workflow begins in the checkout (GitHub, "Workflow syntax", `run`).
fn start_of_step(text: &str) -> usize {
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let begun = line.trim_start();
        if begun.starts_with("- ") || begun.starts_with("run:") {
            start = at;
        }
        at += line.len();
    }
    start
}

/// The names of the folders that commands have gone down to, `None` where nobody knows one.
#[derive(Default)]
struct Left {
    parts: Vec<Option<String>>,
    /// Where each subshell began that is open: what it leaves, it leaves for itself alone (bash(1), "(list)").
    around: Vec<Vec<Option<String>>>,
}

impl Left {
    /// What lines do to it, of which every command is run.
    fn after(&mut self, text: &str, matters: &dyn Fn(&str) -> bool) {
        for line in text.lines() {
            let line = line.trim_start().trim_start_matches(['$', ' ']);
            let line = line.strip_prefix("- ").unwrap_or(line);
            let line = line.strip_prefix("run:").map_or(line, str::trim_start);
            for command in line.split("&&").flat_map(|it| it.split(';')).map(str::trim_start) {
                self.command(command, matters);
            }
        }
    }

    fn command(&mut self, command: &str, matters: &dyn Fn(&str) -> bool) {
        let inner = command.trim_start_matches('(').trim_start();
        let opened = command.len() - command.trim_start_matches('(').len();
        self.around.extend(std::iter::repeat_n(self.parts.clone(), opened));
        let folder = ["cd ", "pushd "].iter().find_map(|it| inner.strip_prefix(it));
        // Where the script lies is where it is taken to begin.
        if let Some(folder) = folder.filter(|it| !it.contains("dirname")) {
            let folder = folder.split_whitespace().next().unwrap_or_default();
            self.enter(folder.trim_matches(['"', '\'', ')']), matters);
        }
        // `$(pwd)` closes what it opens.
        let closed = inner.matches(')').count().saturating_sub(inner.matches('(').count());
        for _ in 0..closed {
            let Some(around) = self.around.pop() else { break };
            self.parts = around;
        }
    }

    fn enter(&mut self, folder: &str, matters: &dyn Fn(&str) -> bool) {
        let is_back = folder.split('/').all(|it| matches!(it, ".." | ""));
        if !(is_back && !self.parts.is_empty() || matters(folder)) {
            return;
        }
        let is_known = |it: &str| !it.contains(['$', '`', '~', '{']) && !matches!(it, "/" | "-");
        for part in Utf8Path::new(folder).components() {
            match part.as_str() {
                "." => {}
                ".." if !self.parts.is_empty() => _ = self.parts.pop(),
                ".." => self.parts.push(None),
                part => self.parts.push(is_known(part).then(|| part.to_owned())),
            }
        }
    }
}
