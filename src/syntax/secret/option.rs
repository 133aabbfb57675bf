//! Passwords behind the options of commands, in whatever format a command line is written.
//!
//! A shell parts an option from its value by a blank, JSON and YAML by a comma or by the line of the next
//! item: what stands between is skipped, and nothing of the format needs to be known.

use crate::fact::secret::is_secret_name;
use crate::source::{FileId, Place};
use crate::syntax::secret::{value, written};
use memchr::memmem;

/// Lines of one command, beyond what anybody writes: each mention is followed this far and no further.
const MOST_LINES: usize = 32;

/// What options are given whose names are those of secrets (`--requirepass x`, `--pass x`), and `redis-cli -a x`.
pub(in crate::syntax) fn in_options(file: FileId, text: &str) -> Vec<Place> {
    let long = memmem::find_iter(text.as_bytes(), "--").filter_map(|at| {
        let option = &text[at + "--".len()..];
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let name = &option[..option.find(|c| !is_name(c)).unwrap_or(option.len())];
        let is_secret = name == "pass" || is_secret_name(name);
        (is_secret && starts_word(text, at)).then(|| &option[name.len()..])
    });
    // "redis-cli", Options: `-a <password>`.
    let short = memmem::find_iter(text.as_bytes(), "redis-cli").filter_map(|at| {
        let arguments = arguments(&text[at..]);
        let mut options = memmem::find_iter(arguments.as_bytes(), "-a");
        let option = options.find(|at| starts_word(arguments, *at))?;
        Some(&text[at + option + "-a".len()..])
    });
    long.chain(short).filter_map(|rest| given(file, text, rest)).collect()
}

fn starts_word(text: &str, at: usize) -> bool {
    text[..at]
        .chars()
        .next_back()
        .is_none_or(|it| it.is_whitespace() || matches!(it, '"' | '\'' | '[' | ',' | '(' | '`'))
}

/// Up to where a command ends: its line, with those of further items of a list, or with what goes on
/// behind a backslash.
fn arguments(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n').take(MOST_LINES) {
        let goes_on = text[..end].trim_end().ends_with('\\');
        if end > 0 && !goes_on && !line.trim_start().starts_with("- ") {
            break;
        }
        end += line.len();
    }
    let commands = text[..end].find(['|', ';', '&']);
    &text[..commands.unwrap_or(end)]
}

/// The value of an option, from right behind its name.
fn given(file: FileId, text: &str, rest: &str) -> Option<Place> {
    let open = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
    let blank = [' ', '\t', ','];
    let mut behind = open.trim_start_matches(blank);
    if let Some(next) = behind.trim_start_matches('\\').trim_start_matches('\r').strip_prefix('\n')
    {
        let item = next.trim_start_matches(blank);
        let is_list = !behind.starts_with('\\');
        behind = if is_list { item.strip_prefix("- ")? } else { item }.trim_start_matches(blank);
    } else if behind.len() == rest.len() {
        behind = rest.strip_prefix('=')?;
    }
    let bare = value(behind).trim_matches(['"', '\'', '\\', '`', ']', ')']);
    // Compose's `$$` is the shell's `$`.
    let refers = bare.strip_prefix("$$").is_some_and(|it| !it.contains(['$', ':']));
    let part = written(bare, 0).filter(|_| !refers && !bare.starts_with(['-', '#']))?;
    Some(Place::of(file, text, &bare[part]))
}
