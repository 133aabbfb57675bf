//! Functions of shell scripts, and whether they have a part in what the script does by itself.
//!
//! Many scripts are a menu: a function a command, and a `case` that calls the one that was asked for. What
//! such a function does, somebody does by hand.

use crate::model::Read;
use crate::source::Place;
use crate::syntax::Parsed;
use crate::syntax::shell::Step;

/// Whether a place in a script is reached where somebody asks for what another place is for: it is in no
/// function, or in one with a word of that, or in one that something calls which is no choice of a menu.
pub(super) fn has_part(read: Read<'_>, at: Place, word: &str) -> bool {
    let Parsed::Shell(script) = read.parsed else { return true };
    let steps = script.steps();
    let around = steps.iter().find(|it| it.simple.place.nests_with(at));
    let Some(function) = around.and_then(|it| it.function) else { return true };
    let has_word = |it: &Step<'_>| read.text[it.simple.place.span.range()].contains(word);
    // Alone in an arm of `case`.
    let is_choice = |it: &Step<'_>| {
        let beside = |other: &&Step<'_>| std::ptr::eq(other.arm, it.arm);
        !it.arm.is_empty() && steps.iter().filter(beside).count() == 1
    };
    let calls = |it: &Step<'_>| it.simple.words.first().is_some_and(|it| it.is_bare(function));
    steps
        .iter()
        .any(|it| it.function == Some(function) && has_word(it) || calls(it) && !is_choice(it))
}
