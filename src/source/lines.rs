//! Lines of a text by a word that they have, or by a place in them.

use aho_corasick::{AhoCorasick, Input};
use memchr::{memchr, memmem, memrchr};
use std::iter;

/// The lines of a text that have a word. The word is looked for, and lines only around it: in most of
/// a long text it is nowhere.
pub fn lines_with<'t>(text: &'t str, word: &str) -> impl Iterator<Item = &'t str> {
    let finder = memmem::Finder::new(word).into_owned();
    lines_around(text, move |from| Some(from + finder.find(&text.as_bytes()[from..])?))
}

/// The same of many words at once.
pub fn lines_with_any<'t>(text: &'t str, words: &AhoCorasick) -> impl Iterator<Item = &'t str> {
    lines_around(text, |from| Some(words.find(Input::new(text).range(from..))?.start()))
}

/// Each line around what `find` finds behind a place.
fn lines_around(text: &str, find: impl Fn(usize) -> Option<usize>) -> impl Iterator<Item = &str> {
    let mut from = 0;
    iter::from_fn(move || {
        let at = find(from)?;
        from = memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |it| at + it + 1);
        Some(line_at(text, at))
    })
}

/// Whether a text has a word that is no part of a longer one.
pub fn has_word(text: &str, word: &str, is_part: impl Fn(char) -> bool) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(&is_part) && !text[at + word.len()..].starts_with(&is_part)
    })
}

/// The line that has this byte of a text.
pub fn line_at(text: &str, at: usize) -> &str {
    let begin = memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |it| it + 1);
    text[begin..].lines().next().unwrap_or_default()
}

/// The lines of a shell's command that has this byte: a backslash at the end joins the next.
pub fn command_at(text: &str, at: usize) -> &str {
    let goes_on = |line: &str| line.trim_end_matches(['\r', '\n']).ends_with('\\');
    let mut begin = memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |it| it + 1);
    while begin > 0 && goes_on(&text[..begin]) {
        begin = memrchr(b'\n', &text.as_bytes()[..begin - 1]).map_or(0, |it| it + 1);
    }
    let mut end = at;
    for line in text[at..].split_inclusive('\n') {
        end += line.len();
        if !goes_on(line) {
            break;
        }
    }
    &text[begin..end]
}
