//! Functions of shell scripts, and whether they have a part in what the script does by itself.
//!
//! Many scripts are a menu: a function a command, and a `case` that calls the one that was asked for. What
//! such a function does, somebody does by hand.

use std::ops::Range;

/// The function around a place, if it is in one.
struct Function<'t> {
    name: &'t str,
    whole: Range<usize>,
}

/// Whether a place in a script is reached where somebody asks for what another place is for: it is in no
/// function, or in one with a word of that, or in one that another calls.
pub(super) fn has_part(text: &str, at: usize, word: &str) -> bool {
    let Some(function) = function_at(text, at) else { return true };
    text[function.whole.clone()].contains(word) || is_called(text, &function)
}

fn function_at(text: &str, at: usize) -> Option<Function<'_>> {
    let mut found: Option<Function<'_>> = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let begin = offset;
        offset += line.len();
        if line.starts_with(char::is_whitespace) || line.trim().is_empty() || line.starts_with('#')
        {
            continue;
        }
        if let Some(function) = &mut found {
            function.whole.end = if line.starts_with('}') { offset } else { begin };
            if function.whole.contains(&at) {
                return found;
            }
            found = None;
        }
        if let Some(name) = declared(line) {
            found = Some(Function { name, whole: begin..text.len() });
        }
    }
    found.filter(|it| it.whole.contains(&at))
}

/// The name that a line at the margin declares: `deploy() {`, `function deploy {`.
fn declared(line: &str) -> Option<&str> {
    let is_name = |it: char| it.is_alphanumeric() || "_-".contains(it);
    let said = line.strip_prefix("function ");
    let (bare, is_said) = (said.unwrap_or(line), said.is_some());
    let end = bare.find(|it| !is_name(it))?;
    let behind = bare[end..].trim_start();
    let is_one = is_said || behind.starts_with("()");
    // `name() { … }` on one line is over with it.
    let is_over = line.trim_end().ends_with('}');
    (end > 0 && is_one && !is_over).then_some(&bare[..end])
}

/// Whether something calls a function that is no choice of a menu.
fn is_called(text: &str, function: &Function<'_>) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    (0..lines.len()).any(|at| {
        let line = lines[at];
        let is_choice = || {
            let before = at.checked_sub(1).map_or("", |it| lines[it]);
            let behind = lines.get(at + 1).copied().unwrap_or_default();
            line.contains(";;") || before.ends_with(')') && behind.starts_with(";;")
        };
        calls(line, function.name) && !is_choice()
    })
}

/// Whether a line has a name where a command or a call begins.
fn calls(line: &str, name: &str) -> bool {
    const BEFORE: [&str; 3] = ["&&", "||", ";"];
    if line.starts_with('#') || declared(line) == Some(name) {
        return false;
    }
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].trim_end();
        let behind = line[at + name.len()..].chars().next();
        let is_whole = behind.is_none_or(|it| it.is_whitespace() || ";&|)".contains(it));
        let begins = before.is_empty()
            || BEFORE.iter().any(|it| before.ends_with(it))
            || ["if", "then", "else", "do", "!"].contains(&before);
        is_whole && begins
    })
}
