//! Which way through a script leads to a line: `case $1 in local)`, `if [ "$DEBUG" = True ]`.

use crate::fact::switch;
use crate::model::build::named_stage::stage_of;
use crate::model::{Read, Stage};
use crate::source::{Place, words};
use crate::syntax::Parsed;
use crate::syntax::shell::{Command, Compound, CompoundKind, List, PartKind, Step, Word};

/// Functions that call each other end here.
const DEEPEST: usize = 4;

/// Whether only those come to a line of a script who ask for what is for development or tests: it stands in
/// such an arm of a `case` or in a branch that is taken for them alone, or each call of its function does.
pub(super) fn leads_to(read: Read<'_>, place: Place) -> bool {
    let Parsed::Shell(script) = read.parsed else { return false };
    if is_in_their_branch(&script.list, place) {
        return true;
    }
    let steps = script.steps();
    let mut here = steps.iter().filter(|it| it.simple.place.span.contains(place.span));
    here.next_back().is_some_and(|step| is_asked_for(&script.list, step, &steps, 0))
}

fn is_asked_for(list: &List, step: &Step<'_>, steps: &[Step<'_>], depth: usize) -> bool {
    if !step.arm.is_empty() && step.arm.iter().all(is_for_few) {
        return true;
    }
    let Some(function) = step.function.filter(|_| depth < DEEPEST) else { return false };
    let calls =
        |it: &&Step<'_>| it.simple.words.first().is_some_and(|word| is_text(word, function));
    let mut calls = steps.iter().filter(calls).peekable();
    let is_theirs = |it: &Step<'_>| {
        is_in_their_branch(list, it.simple.place) || is_asked_for(list, it, steps, depth + 1)
    };
    calls.peek().is_some() && calls.all(is_theirs)
}

fn is_for_few(pattern: &Word) -> bool {
    let stage = pattern.literal().and_then(|it| stage_of(it.as_str()));
    stage.is_some_and(Stage::is_for_few)
}

fn is_text(word: &Word, text: &str) -> bool {
    word.literal().is_some_and(|it| it.as_str() == text)
}

/// Whether an `if` around a place, however far out, asks for developers' containers.
fn is_in_their_branch(list: &List, place: Place) -> bool {
    let compounds = list.iter().filter_map(|item| match &item.command {
        Command::Simple(_) => None,
        Command::Compound(it) => Some(it),
        Command::Function { body, .. } => Some(&**body),
    });
    let mut around = compounds.filter(|it| it.place.span.contains(place.span));
    around.any(|it| {
        is_their_branch(it, place) || it.lists.iter().any(|list| is_in_their_branch(list, place))
    })
}

fn is_their_branch(compound: &Compound, place: Place) -> bool {
    let mut turns = compound.lists.chunks_exact(2);
    // What is left over is the `else`.
    let is_left = turns.remainder().iter().any(|other| holds(other, place));
    compound.kind == CompoundKind::If
        && turns.any(|turn| match is_left {
            true => asks_for_production(&turn[0]),
            false => holds(&turn[1], place) && asks_for_few(&turn[0]),
        })
}

fn holds(list: &List, place: Place) -> bool {
    list.iter().any(|item| match &item.command {
        Command::Simple(it) => it.place.span.contains(place.span),
        Command::Compound(it) => it.place.span.contains(place.span),
        Command::Function { body, .. } => body.place.span.contains(place.span),
    })
}

/// One comparison of a variable: `[ "$DEBUG" = "True" ]`, `[[ $ENV == local ]]`,
/// `[ "$DJANGO_ENV" != production ]`.
fn asks_for_few(condition: &List) -> bool {
    let Some(Asked { name, text, is_equal }) = asked(condition) else { return false };
    match (stage_of(&text), is_equal) {
        (Some(stage), true) => stage.is_for_few(),
        (Some(stage), false) => stage == Stage::Production,
        (None, true) => turns_debug_on(name, &text),
        (None, false) => false,
    }
}

/// `[ "$APP_ENV" = production ]`, and what comes behind `else` is for the others.
fn asks_for_production(condition: &List) -> bool {
    asked(condition).is_some_and(|it| it.is_equal && stage_of(&it.text) == Some(Stage::Production))
}

/// What a variable is held against.
struct Asked<'l> {
    name: &'l str,
    text: String,
    is_equal: bool,
}

fn asked(condition: &List) -> Option<Asked<'_>> {
    let [item] = condition.as_slice() else { return None };
    let words = match &item.command {
        Command::Simple(it) => match it.words.as_slice() {
            [open, asked @ .., close] if open.is_bare("[") && close.is_bare("]") => asked,
            [test, asked @ ..] if test.is_bare("test") => asked,
            _ => return None,
        },
        Command::Compound(it) => match &it.kind {
            CompoundKind::Test { words } => words,
            _ => return None,
        },
        Command::Function { .. } => return None,
    };
    let [variable, operator, text] = words else { return None };
    let (name, text) = variable_of(variable).zip(text.literal())?;
    let is_equal = match operator.raw.as_str() {
        "=" | "==" | "-eq" => !item.negated,
        "!=" | "-ne" => item.negated,
        _ => return None,
    };
    Some(Asked { name, text: text.as_str().to_owned(), is_equal })
}

/// The only thing that a word is put together of.
fn variable_of(word: &Word) -> Option<&str> {
    let [part] = word.parts.as_slice() else { return None };
    let PartKind::Variable(expansion) = &part.kind else { return None };
    Some(&expansion.name)
}

fn turns_debug_on(name: &str, text: &str) -> bool {
    switch(text) == Some(true) && words(name).iter().any(|it| it == "debug")
}
