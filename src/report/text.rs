//! What rules say, made fit to be shown: it quotes files, which may be hostile.

use crate::source::drives_terminals;
use std::borrow::Cow;

/// On one line, and unable to drive a terminal.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    let breaks = |it: char| matches!(it, '\n' | '\t');
    if !text.contains(|it| breaks(it) || drives_terminals(it)) {
        return Cow::Borrowed(text);
    }
    let shown = |it: char| match it {
        _ if breaks(it) => " ".to_owned(),
        _ if drives_terminals(it) => it.escape_unicode().to_string(),
        _ => it.to_string(),
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// Printable, with what HTML and XML both read as markup escaped.
pub(super) fn markup(text: &str) -> String {
    let text = printable(text);
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A stretch of a message.
pub(super) enum Part<'a> {
    Words(&'a str),
    /// What stands between backticks.
    Code(&'a str),
}

/// The words and the code of a message. Where backticks do not pair, all is words.
pub(super) fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let paired = text.matches('`').count().is_multiple_of(2);
    let split = text.split(move |it| paired && it == '`').enumerate();
    split.map(|(index, part)| if index % 2 == 0 { Part::Words(part) } else { Part::Code(part) })
}
