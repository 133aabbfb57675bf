//! Failures that a script comes back to: it tries again in a loop, or keeps in a variable how a command
//! ended and asks for that later.
//!
//! A loop without a condition of its own is left by `break`, `return` and `exit` alone (POSIX.1-2024,
//! Shell Command Language, 2.9.4.3 and 2.15). Of others nobody counts the rounds: that its end is looked
//! at, in the loop or behind it, is enough.

use crate::syntax::shell::evaluate::failure::asks;
use crate::syntax::shell::evaluate::{OnFailure, State};
use crate::syntax::shell::{Command, Compound, CompoundKind, Connector, Item, Simple, Value, Word};

/// What stands around a command.
#[derive(Clone, Copy)]
pub(super) enum Frame<'a> {
    /// What follows in its list.
    List(&'a [Item]),
    /// The loop whose body it is in.
    Loop(&'a Compound),
    /// The function.
    Function,
}

/// Commands that are looked at for one failure; a script with more is not understood.
const MOST_READ: usize = 2_000;

/// What a script does only where a command succeeded, or only where it failed.
#[derive(Default)]
struct Told<'c> {
    /// Variables by which it can be told that the command succeeded.
    succeeded: Vec<&'c str>,
    /// Variables by which it can be told that it failed.
    failed: Vec<&'c str>,
    /// How often its success ends the loop or the function.
    breaks: usize,
    returns: usize,
    /// Its failure begins the next round.
    continues: bool,
}

impl State<'_> {
    /// What a failure leads to by what is chained to the command and what follows its list.
    pub(super) fn minded_behind(&self, list: &[Item], index: usize) -> Option<OnFailure> {
        let mut told = Told::default();
        let behind = &list[index + 1..];
        let chained = behind.iter().take_while(|it| it.connector != Connector::Then).count();
        let (chain, rest) = behind.split_at(chained);
        let on_success = if list[index].negated { Connector::Or } else { Connector::And };
        let successes = chain.iter().take_while(|it| it.connector == on_success).count();
        self.on_success(&chain[..successes], &mut told);
        let is_asked = chain.iter().all(|it| it.connector == Connector::And);
        if let Some(next) = rest.first().filter(|_| is_asked) {
            if let Command::Simple(simple) = &next.command {
                told.succeeded.extend(keeps_status(simple));
            }
            // On which of the two it does so would need the arithmetic of tests.
            let is_condition = |it: &Compound| {
                let first = it.lists.first().and_then(|list| list.first());
                it.kind == CompoundKind::If && first.is_some_and(|it| asks(&it.command))
            };
            let asked = match &next.command {
                Command::Compound(compound) if is_condition(compound) => 1,
                command if asks(command) => {
                    1 + rest[1..].iter().take_while(|it| it.connector != Connector::Then).count()
                }
                _ => 0,
            };
            self.on_success(&rest[..asked], &mut told);
        }
        self.minded(&told)
    }

    /// What a failing condition leads to by what the branches do.
    pub(super) fn minded_in_branches(&self, lists: &[Vec<Item>]) -> Option<OnFailure> {
        let mut told = Told::default();
        let [condition, success, failure @ ..] = lists else { return None };
        let negated = condition.last().is_some_and(|it| it.negated);
        let (success, failures) = match negated {
            false => (success.as_slice(), failure.iter().flatten().collect::<Vec<_>>()),
            true => {
                let otherwise = failure.first().map(Vec::as_slice).unwrap_or_default();
                (otherwise, success.iter().collect())
            }
        };
        self.on_success(success, &mut told);
        for item in failures {
            each(std::slice::from_ref(item), &mut |item| {
                told.failed.extend(assigned(item));
                told.continues |= is_simple(item, &["continue"]);
            });
        }
        self.minded(&told)
    }

    fn on_success<'c>(&self, items: &'c [Item], told: &mut Told<'c>) {
        each(items, &mut |item| {
            told.succeeded.extend(assigned(item));
            told.breaks += usize::from(is_simple(item, &["break"]));
            told.returns += usize::from(self.is_end(item));
        });
    }

    fn minded(&self, told: &Told<'_>) -> Option<OnFailure> {
        let mut left = MOST_READ;
        if self.asked_later(told, &mut left) {
            return Some(OnFailure::Tries(None));
        }
        if told.breaks + told.returns == 0 && !told.continues {
            return None;
        }
        let is_function = |it: &Frame<'_>| matches!(it, Frame::Function);
        let function = self.frames.iter().rposition(is_function).map_or(0, |it| it + 1);
        self.tried_again(told, function, &mut left).or_else(|| {
            // Only who did not succeed comes to what is behind.
            let mut behind = self.frames[function..].iter();
            let ends = |frame: &Frame<'_>| {
                let Frame::List(rest) = frame else { return false };
                rest.iter().any(|it| it.connector == Connector::Then && self.is_end(it))
            };
            (told.returns > 0 && behind.any(ends)).then_some(OnFailure::Tries(None))
        })
    }

    /// Whether a variable that tells how the command ended decides something further on.
    fn asked_later(&self, told: &Told<'_>, left: &mut usize) -> bool {
        let tells: Vec<&str> = told.succeeded.iter().chain(&told.failed).copied().collect();
        !tells.is_empty()
            && self.frames.iter().rev().any(|frame| match frame {
                Frame::List(rest) => self.asked(rest, &tells, false, left),
                Frame::Loop(compound) => self.asked_in(compound, &told.succeeded, false, left),
                Frame::Function => false,
            })
    }

    /// What the loop that is nearest in the function makes of the failure: it is left by success alone, or
    /// gives up at last and says so.
    fn tried_again(&self, told: &Told<'_>, function: usize, left: &mut usize) -> Option<OnFailure> {
        let is_loop = |it: &Frame<'_>| matches!(it, Frame::Loop(_));
        let at = function + self.frames[function..].iter().rposition(is_loop)?;
        let Frame::Loop(compound) = self.frames[at] else { return None };
        let (mut breaks, mut ends) = (0, 0);
        let mut counted = Vec::new();
        for list in &compound.lists {
            each(list, &mut |item| {
                breaks += usize::from(is_simple(item, &["break"]));
                ends += usize::from(self.is_end(item));
                counted.extend(assigned(item));
            });
        }
        if is_endless(compound) && (told.continues || breaks <= told.breaks) {
            return Some(OnFailure::Stops);
        }
        if let CompoundKind::For { variable, .. } = &compound.kind {
            counted.push(variable);
        }
        let is_counted = |frame: &Frame<'_>| match frame {
            Frame::List(rest) => self.asked(rest, &counted, false, left),
            Frame::Loop(_) | Frame::Function => false,
        };
        // It ends the script in its last round, or its counter is looked at behind it.
        let gives_up = ends > told.returns || self.frames[..at].iter().rev().any(is_counted);
        gives_up.then_some(OnFailure::Tries(None))
    }

    /// Whether one of these variables decides something in a list.
    fn asked(&self, list: &[Item], names: &[&str], decides: bool, left: &mut usize) -> bool {
        list.iter().enumerate().any(|(index, item)| {
            let Some(less) = left.checked_sub(1) else { return true };
            *left = less;
            let next = list.get(index + 1).map(|it| it.connector);
            let decides =
                decides || item.negated || matches!(next, Some(Connector::And | Connector::Or));
            match &item.command {
                Command::Simple(simple) => self.asked_by(simple, names, decides),
                Command::Compound(compound) => self.asked_in(compound, names, decides, left),
                Command::Function { .. } => false,
            }
        })
    }

    fn asked_in(
        &self,
        compound: &Compound,
        names: &[&str],
        decides: bool,
        left: &mut usize,
    ) -> bool {
        let is_asked = match &compound.kind {
            // What is in `((…))` is not read.
            CompoundKind::Test { words } => words.is_empty() || mentions(words, names),
            CompoundKind::Case { subject, .. } => mentions(std::slice::from_ref(subject), names),
            _ => false,
        };
        let last = compound.lists.len().saturating_sub(1);
        let is_condition = |index: usize| match compound.kind {
            CompoundKind::If | CompoundKind::While => index.is_multiple_of(2) && index < last,
            _ => decides,
        };
        let mut lists = compound.lists.iter().enumerate();
        is_asked || lists.any(|(index, list)| self.asked(list, names, is_condition(index), left))
    }

    fn asked_by(&self, simple: &Simple, names: &[&str], decides: bool) -> bool {
        const ASKING: &[&str] = &["[", "test", "let", "exit", "return"];
        let Some(first) = simple.words.first() else { return false };
        let name = first.raw.as_str();
        let is_asking = decides
            || ASKING.contains(&name)
            || self.functions.contains_key(name)
            || mentions(std::slice::from_ref(first), names);
        is_asking && mentions(&simple.words, names)
    }

    fn is_end(&self, item: &Item) -> bool {
        matches!(&item.command, Command::Simple(simple) if self.simple_leaves(simple))
    }
}

/// Every command of a list and of what it holds.
fn each<'c>(items: &'c [Item], visit: &mut impl FnMut(&'c Item)) {
    for item in items {
        visit(item);
        if let Command::Compound(compound) = &item.command {
            compound.lists.iter().for_each(|list| each(list, visit));
        }
    }
}

fn is_simple(item: &Item, names: &[&str]) -> bool {
    let Command::Simple(simple) = &item.command else { return false };
    simple.words.first().is_some_and(|it| names.contains(&it.raw.as_str()))
}

/// The variables that a command sets for the shell.
fn assigned(item: &Item) -> Vec<&str> {
    let Command::Simple(simple) = &item.command else { return Vec::new() };
    let Some(first) = simple.words.first() else {
        return simple.assignments.iter().map(|it| it.name.as_str()).collect();
    };
    match DECLARING.contains(&first.raw.as_str()) {
        true => simple.words.iter().filter_map(|it| Some(declared(it)?.0)).collect(),
        false => Vec::new(),
    }
}

/// The variables that are set to how the command before ended: `rc=$?`, `local rc=$?`.
fn keeps_status(simple: &Simple) -> Vec<&str> {
    let assigned = simple.assignments.iter().filter_map(|it| match &it.value {
        Value::Word(word) => Some((it.name.as_str(), word.raw.as_str())),
        Value::Array(_) | Value::Element => None,
    });
    let all = assigned.chain(simple.words.iter().filter_map(declared));
    all.filter(|(_, value)| value.contains("$?")).map(|(name, _)| name).collect()
}

const DECLARING: &[&str] = &["local", "export", "declare", "readonly", "typeset"];

fn declared(word: &Word) -> Option<(&str, &str)> {
    word.raw.as_str().split_once('=')
}

/// Whether a test is handed one of these variables; `[[` takes a name for its number.
fn mentions(words: &[Word], names: &[&str]) -> bool {
    let is_in = |text: &str, name: &str| {
        text == name
            || text.match_indices(name).any(|(at, _)| {
                let before = text[..at].trim_end_matches(['{', '#', '!']);
                let after = text[at + name.len()..].chars().next();
                let is_whole = after.is_none_or(|it| !it.is_alphanumeric() && it != '_');
                before.ends_with('$') && is_whole
            })
    };
    let in_word =
        |word: &Word| names.iter().any(|it| !it.is_empty() && is_in(word.raw.as_str(), it));
    words.iter().any(in_word)
}

/// Whether the condition of a loop never ends it. `until false` is no other loop than `while true`, and
/// nobody writes a `while false`. What is in `((…))` is not read.
fn is_endless(compound: &Compound) -> bool {
    let condition = match &compound.kind {
        CompoundKind::For { endless, .. } => return *endless,
        CompoundKind::While => compound.lists.first().map(Vec::as_slice),
        _ => None,
    };
    let Some([condition]) = condition else { return false };
    let words = match &condition.command {
        Command::Simple(simple) => &simple.words,
        Command::Compound(Compound { kind: CompoundKind::Test { words }, .. }) => words,
        Command::Compound(_) | Command::Function { .. } => return false,
    };
    let words: Vec<&str> = words.iter().map(|it| it.raw.as_str()).collect();
    let is_constant = |it: &str| !it.contains(['$', '`', '"']);
    match words.as_slice() {
        [] => true,
        ["true" | ":" | "false" | "1"] => true,
        ["[", word, "]"] | ["test", word] => is_constant(word),
        _ => false,
    }
}
