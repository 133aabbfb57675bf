//! Shell scripts and command lines, as far as they tell what a deployment starts.
//!
//! A script becomes lists of simple commands inside of the branches that decide whether they run
//! (POSIX.1-2024, Shell Command Language, and bash(1)). [`evaluate`] follows variables. Nothing is
//! ever run, and where a script branches on what is not in view, nobody can tell.

use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::spliced::Spliced;

mod compound;
pub mod evaluate;
mod expansion;
mod lexer;
mod parser;
mod secret;
mod simple;
mod word;
mod written;

pub use parser::parse;
pub use secret::secrets;
pub use word::{Expansion, Operator, Part, PartKind, Word};
pub use written::{Written, written};

/// Which shell reads the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flavour {
    Bash,
    /// dash, busybox and others that know little beyond POSIX.
    Posix,
}

impl Flavour {
    /// By the first line of a script: `#!/bin/bash`, `#!/usr/bin/env bash`.
    pub fn of_script(text: &str) -> Self {
        let first = text.lines().next().unwrap_or_default();
        let is_plain = first.starts_with("#!")
            && first.split(['/', ' ']).any(|part| matches!(part.trim(), "sh" | "dash" | "ash"));
        if is_plain { Self::Posix } else { Self::Bash }
    }
}

/// Whether the first line of a script makes its shell stop at a failure: `#!/bin/sh -e`.
pub fn exits_on_error(text: &str) -> bool {
    let first = text.lines().next().filter(|line| line.starts_with("#!")).unwrap_or_default();
    let mut options = first.split_whitespace().skip(1).filter(|word| word.starts_with('-'));
    options.any(|option| !option.starts_with("--") && option.contains('e'))
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    pub list: List,
    /// Where the shell gives up; what comes before has been run by then.
    pub refused: Option<Problem>,
}

pub type List = Vec<Item>;

/// One command and how it follows the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub command: Command,
    pub connector: Connector,
    /// `!` before its pipeline.
    pub negated: bool,
    /// `&` after its list.
    pub background: bool,
    /// It has a `|` on either side, so it runs in a shell of its own.
    pub piped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    /// After a `;`, a new line, or nothing.
    Then,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Simple(Simple),
    Compound(Compound),
    Function { name: String, body: Box<Compound> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simple {
    pub assignments: Vec<Assignment>,
    pub words: Vec<Word>,
    pub redirects: Vec<Redirect>,
    pub place: Place,
}

/// `NAME=value` before a command, or as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub name: String,
    pub name_place: Place,
    /// `+=`
    pub appends: bool,
    pub value: Value,
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Word(Word),
    /// bash's `(…)`, which no process inherits: the words in it.
    Array(Vec<Word>),
    /// One element of an array, or what is not followed: `a[1]=x`, `([key]=value)`.
    Element,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// `>`, `2>>`, `<<`
    pub operator: String,
    pub target: Word,
    /// What a here-document holds.
    pub body: Option<Spliced>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compound {
    pub kind: CompoundKind,
    /// In the order of the text: an `if` has condition and body in turns, the last alone if it is
    /// the `else`; loops have their condition and their body; others their body.
    pub lists: Vec<List>,
    pub redirects: Vec<Redirect>,
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompoundKind {
    If,
    While,
    For {
        variable: String,
        /// bash's `for ((;;))`.
        endless: bool,
    },
    /// One list for each of these alternatives.
    Case {
        subject: Word,
        patterns: Vec<Vec<Word>>,
    },
    /// `{ … }`
    Group,
    /// `( … )`
    Subshell,
    /// `[[ … ]]`, the words of which may be any operators; none for `(( … ))`.
    Test {
        words: Vec<Word>,
    },
}

/// A simple command, and what decides whether it runs.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub item: &'a Item,
    pub simple: &'a Simple,
    /// It stands in a branch, a loop, a function, or behind `&&` and `||`.
    pub conditional: bool,
    /// It runs in a shell of its own.
    pub apart: bool,
    /// The function whose body it is in.
    pub function: Option<&'a str>,
    /// The alternatives of the innermost `case` that lead to it.
    pub arm: &'a [Word],
    /// Its failure is answered by `||`, tested, or lost in a pipe.
    pub failure_handled: bool,
}

impl Script {
    /// Every simple command in the order of the text.
    pub fn steps(&self) -> Vec<Step<'_>> {
        let mut steps = Vec::new();
        let outside = Around::default();
        collect(&self.list, outside, &mut steps);
        steps
    }
}

#[derive(Clone, Copy, Default)]
struct Around<'a> {
    conditional: bool,
    apart: bool,
    function: Option<&'a str>,
    arm: &'a [Word],
    tested: bool,
}

fn collect<'a>(list: &'a List, around: Around<'a>, steps: &mut Vec<Step<'a>>) {
    // Behind the first `&&` or `||` of a chain everything depends on what came before.
    let mut chained = false;
    for (index, item) in list.iter().enumerate() {
        chained = match item.connector {
            Connector::Then => false,
            Connector::And | Connector::Or => true,
            Connector::Pipe => chained,
        };
        let next = list.get(index + 1).map(|next| next.connector);
        let mut inside = Around {
            conditional: around.conditional || chained,
            apart: around.apart || item.piped || item.background,
            ..around
        };
        let handled = matches!(next, Some(Connector::Or | Connector::Pipe));
        match &item.command {
            Command::Simple(simple) => steps.push(Step {
                item,
                simple,
                conditional: inside.conditional,
                apart: inside.apart,
                function: inside.function,
                arm: inside.arm,
                failure_handled: around.tested || handled || item.negated,
            }),
            Command::Function { name, body } => {
                let body_around = Around { conditional: true, function: Some(name), ..inside };
                body.lists.iter().for_each(|list| collect(list, body_around, steps));
            }
            Command::Compound(compound) => {
                inside.tested = around.tested || handled;
                collect_compound(compound, inside, steps);
            }
        }
    }
}

fn collect_compound<'a>(compound: &'a Compound, around: Around<'a>, steps: &mut Vec<Step<'a>>) {
    let last = compound.lists.len().saturating_sub(1);
    for (index, list) in compound.lists.iter().enumerate() {
        let inside = match &compound.kind {
            CompoundKind::Group | CompoundKind::Test { .. } => around,
            CompoundKind::Subshell => Around { apart: true, ..around },
            CompoundKind::For { .. } => Around { conditional: true, ..around },
            CompoundKind::Case { patterns, .. } => {
                let arm = patterns.get(index).map_or(&[][..], Vec::as_slice);
                Around { conditional: true, arm, ..around }
            }
            CompoundKind::If | CompoundKind::While => {
                let is_condition = index % 2 == 0 && index < last;
                Around {
                    conditional: around.conditional || index > 0,
                    tested: around.tested || is_condition,
                    ..around
                }
            }
        };
        collect(list, inside, steps);
    }
}

/// Reads a whole file, as it is meant where its lines end in CR and LF.
///
/// A shell takes the CR for a part of the line's last word (bash 5.2: `set -o errexit` with one is
/// "invalid option name"), so such a script works only where something strips them before it
/// runs: git by `.gitattributes`, or a step of the image. That it would not is told by the script's
/// first line, once; what its commands say is the same in both cases.
pub fn parse_file(file: FileId, text: &str, flavour: Flavour) -> Script {
    let whole = Spliced::verbatim(file, text, text);
    let ends: Vec<_> = text.match_indices("\r\n").map(|(at, _)| (at..at + 1, "")).collect();
    match ends.is_empty() {
        true => parse(&whole, flavour),
        false => parse(&whole.replaced(&ends), flavour),
    }
}
