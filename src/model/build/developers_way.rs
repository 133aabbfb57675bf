//! Which way through a script leads to a line: `case $1 in local)`.

use crate::model::build::named_stage::stage_of;
use crate::model::{Read, Stage};
use crate::source::Place;
use crate::syntax::Parsed;
use crate::syntax::shell::{Step, Word};

/// Functions that call each other end here.
const DEEPEST: usize = 4;

/// Whether only those come to a line of a script who ask for what is for development or tests: it stands in
/// such an arm of a `case`, or each call of its function does.
pub(super) fn leads_to(read: Read<'_>, place: Place) -> bool {
    let Parsed::Shell(script) = read.parsed else { return false };
    let steps = script.steps();
    let mut here = steps.iter().filter(|it| it.simple.place.span.contains(place.span));
    here.next_back().is_some_and(|step| is_asked_for(step, &steps, 0))
}

fn is_asked_for(step: &Step<'_>, steps: &[Step<'_>], depth: usize) -> bool {
    if !step.arm.is_empty() && step.arm.iter().all(is_for_few) {
        return true;
    }
    let Some(function) = step.function.filter(|_| depth < DEEPEST) else { return false };
    let calls =
        |it: &&Step<'_>| it.simple.words.first().is_some_and(|word| is_text(word, function));
    let mut calls = steps.iter().filter(calls).peekable();
    calls.peek().is_some() && calls.all(|it| is_asked_for(it, steps, depth + 1))
}

fn is_for_few(pattern: &Word) -> bool {
    let stage = pattern.literal().and_then(|it| stage_of(it.as_str()));
    stage.is_some_and(Stage::is_for_few)
}

fn is_text(word: &Word, text: &str) -> bool {
    word.literal().is_some_and(|it| it.as_str() == text)
}
