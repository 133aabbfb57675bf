//! Lines of a shell script that run once for each call of their function, or for each word of their
//! loop.

use crate::model::build::image_builds::name::with_values;

/// A line of the script, once for each way in which it is run: the pairs of names and of what they
/// stand for there. One that is run once has no names of its own.
pub(super) fn runs(script: &str, at: usize) -> Vec<Vec<(String, &str)>> {
    let before = &script[..at];
    let calls = function_around(before).map(|name| calls(script, name)).unwrap_or_default();
    let (calls, turns) = (if calls.is_empty() { vec![Vec::new()] } else { calls }, turns(before));
    let with_turn = |call: &Vec<_>| -> Vec<Vec<_>> {
        let with = |turn: &Vec<_>| call.iter().chain(turn).cloned().collect();
        turns.iter().map(with).collect()
    };
    calls.iter().flat_map(with_turn).take(MOST).collect()
}

/// More are no images of one project.
const MOST: usize = 64;

/// A text with what the names stand for.
pub(super) fn filled_in(text: &str, names: &[(String, &str)]) -> String {
    let value_of = |name: &str| {
        let (_, value) = names.iter().find(|(it, _)| it == name)?;
        Some((*value).to_owned())
    };
    with_values(text, &value_of)
}

/// The function whose body a text ends in, as scripts are laid out: its brace is closed where its line
/// begins.
fn function_around(before: &str) -> Option<&str> {
    let mut around = None;
    for line in before.lines() {
        if line.starts_with('}') {
            around = None;
        } else if let Some(name) = function(line) {
            around = Some(name);
        }
    }
    around
}

/// The name that a line begins a function with: `build() {`, `function build {`.
fn function(line: &str) -> Option<&str> {
    let (is_said, rest) = match line.strip_prefix("function ") {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let is_name = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    let end = rest.find(|it| !is_name(it)).unwrap_or(rest.len());
    let (name, behind) = rest.split_at(end);
    let is_begun = behind.trim_start().starts_with("()") || is_said;
    (is_begun && !name.is_empty()).then_some(name)
}

/// What each call of a function gives it, where every word is written out.
fn calls<'t>(script: &'t str, name: &str) -> Vec<Vec<(String, &'t str)>> {
    let call = |line: &'t str| {
        let mut words = line.split_whitespace();
        if words.next() != Some(name) {
            return None;
        }
        let words = words.take_while(|it| !matches!(*it, "&&" | "||" | "|" | "&" | "#"));
        let words: Vec<_> = words.map(plain).collect::<Option<_>>()?;
        Some(words.into_iter().enumerate().map(|(at, it)| ((at + 1).to_string(), it)).collect())
    };
    script.lines().filter_map(call).collect()
}

/// What the variable of the loop around stands for in each turn: `for it in web nginx; do`.
fn turns(before: &str) -> Vec<Vec<(String, &str)>> {
    let mut around = None;
    for line in before.lines().map(str::trim_start) {
        if line.starts_with("done") {
            around = None;
        } else if let Some((name, list)) =
            line.strip_prefix("for ").and_then(|it| it.split_once(" in "))
        {
            around = Some((name.trim(), list));
        }
    }
    let Some((name, list)) = around else { return vec![Vec::new()] };
    let list = list.split(';').next().unwrap_or_default().split_whitespace();
    let values: Option<Vec<_>> = list.map(plain).collect();
    let turn = |value| vec![(name.to_owned(), value)];
    let turns: Vec<_> = values.unwrap_or_default().into_iter().map(turn).collect();
    if turns.is_empty() { vec![Vec::new()] } else { turns }
}

/// A word that is what it comes to.
fn plain(word: &str) -> Option<&str> {
    let word = word.trim_end_matches(';').trim_matches(['"', '\'']);
    (!word.contains(['$', '`', '*', '?', '(', ')'])).then_some(word)
}
