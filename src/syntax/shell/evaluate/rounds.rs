//! Loops that read the options of a script: each round takes words off the arguments, so that it is known
//! how many there are.

use crate::syntax::shell::evaluate::minded::Frame;
use crate::syntax::shell::evaluate::{Context, State};
use crate::syntax::shell::{Command, Compound, CompoundKind, Item, List};

/// How a round of a loop ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    /// With its list.
    Whole,
    /// By `continue`.
    Continued,
    /// By `break`, as behind `--`.
    Broken,
}

impl<'a> State<'a> {
    /// Follows a loop round by round, as long as the script's own arguments say whether there is another:
    /// `while [ $# -gt 0 ]; do case "$1" in … --) shift; break ;; esac; done`. Whether it came to an end.
    pub(super) fn takes_arguments<'s: 'a>(
        &mut self,
        compound: &'s Compound,
        condition: &'s List,
        body: &'s [List],
        context: Context,
    ) -> bool {
        let left = self.arguments.as_ref().filter(|it| !it.iter().any(|word| word.splits));
        let Some(mut left) = left.map(Vec::len) else { return false };
        if !asks_for_arguments(condition) || !body.iter().flatten().any(shifts) {
            return false;
        }
        let around = self.round.take();
        let mut ends = false;
        loop {
            if self.list(condition, Context { last: false, ..context }) != Some(true) {
                // One that never began may be of `until`.
                ends |= self.arguments.as_ref().is_some_and(Vec::is_empty);
                break;
            }
            self.round = Some(Round::Whole);
            self.frames.push(Frame::Loop(compound));
            self.lists(body, Context { last: false, ..context });
            self.frames.pop();
            let ended = self.round.take();
            if matches!(ended, Some(Round::Continued | Round::Broken)) {
                self.stopped = false;
            }
            if ended == Some(Round::Broken) || self.stopped {
                ends = true;
                break;
            }
            match self.arguments.as_ref().map(Vec::len) {
                Some(now) if now < left => left = now,
                _ => break,
            }
        }
        self.round = around;
        ends
    }

    /// `break` and `continue`, where it is known that they are reached.
    pub(super) fn end_round(&mut self, name: &str, context: Context) {
        if context.conditional || context.apart || self.round.is_none() {
            return;
        }
        self.round = Some(if name == "break" { Round::Broken } else { Round::Continued });
        self.stopped = true;
    }
}

/// Whether a condition is about the arguments that are left, or always holds.
fn asks_for_arguments(condition: &[Item]) -> bool {
    let [Item { command, negated: false, .. }] = condition else { return false };
    let asks = |text: &str| ["$#", "${#}", "$1", "${1"].iter().any(|it| text.contains(it));
    match command {
        Command::Simple(simple) => match simple.words.first().map(|it| it.raw.as_str()) {
            Some("[" | "test") => simple.words.iter().any(|it| asks(it.raw.as_str())),
            Some(":" | "true") => simple.words.len() == 1,
            Some(_) | None => false,
        },
        Command::Compound(compound) => match &compound.kind {
            CompoundKind::Test { words } => words.iter().any(|it| asks(it.raw.as_str())),
            _ => false,
        },
        Command::Function { .. } => false,
    }
}

/// Whether a command takes words off the arguments, be it in one of its branches.
fn shifts(item: &Item) -> bool {
    match &item.command {
        Command::Simple(simple) => {
            simple.words.first().is_some_and(|it| it.raw.as_str() == "shift")
        }
        Command::Compound(compound) => compound.lists.iter().flatten().any(shifts),
        Command::Function { .. } => false,
    }
}
