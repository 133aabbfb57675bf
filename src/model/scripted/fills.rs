//! What scripts and programs put in the place of words of other files.

use crate::fact::secret::is_placeholder;
use crate::model::scripted::commands::{Words, lines_having};
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

pub(super) fn edits(text: &str) -> Vec<String> {
    static EDITORS: Words =
        LazyLock::new(|| AhoCorasick::new(["sed ", "envsubst", "perl -p", "perl -i"]).ok());
    match text.contains("\\\n") {
        true => lines_having(&text.replace("\\\n", " "), &EDITORS),
        false => lines_having(text, &EDITORS),
    }
}

/// The words that `sed` replaces on a line (`s~app_path~$path~g`), as far as nobody would write them
/// for themselves. What is but taken away (`s/tenant_//`), or is a part of what the script itself prints
/// (`echo $NAME | sed …`), is a blank of no file.
pub(super) fn filled_in(line: &str) -> impl Iterator<Item = &str> {
    let is_printed = |before: &str| {
        before.contains('|') && ["echo ", "printf "].iter().any(|it| before.contains(it))
    };
    let delimited = line.match_indices('s').filter_map(move |(at, _)| {
        let rest = &line[at + 1..];
        let delimiter = rest.chars().next().filter(|it| "/|#~@,:".contains(*it))?;
        let starts = !line[..at].ends_with(|it: char| it.is_ascii_alphanumeric());
        let mut parts = rest[delimiter.len_utf8()..].split(delimiter);
        let (word, put) = (parts.next()?, parts.next()?);
        (starts && !put.is_empty() && !is_printed(&line[..at])).then_some(word)
    });
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_host = move |c: char| is_name(c) || matches!(c, '.' | '-' | '\\');
    delimited.filter(move |word| {
        let is_made_up = word.contains('_') || word.bytes().all(|it| it.is_ascii_uppercase());
        let is_framed = word.starts_with("__") && word.ends_with("__");
        let asks = (is_framed || is_placeholder(word)) && word.chars().all(is_host);
        // `<project_dir>`, `@PORT@`: the frame says that the word stands for another.
        let inner = [("<", ">"), ("@", "@"), ("%", "%"), ("{{", "}}")]
            .into_iter()
            .find_map(|(open, close)| word.strip_prefix(open)?.strip_suffix(close));
        let is_blank = inner.is_some_and(|it| {
            it.starts_with(|c: char| c.is_ascii_alphabetic() || c == ' ')
                && it.chars().all(|c| is_name(c) || matches!(c, '-' | ' '))
        });
        word.len() >= 6 && (asks || is_blank || is_made_up && word.chars().all(is_name))
    })
}

/// The words that `string.Template` puts others in the place of, as far as a program of Python names them as
/// the keys of a dict (Python's library, "Template strings").
pub(super) fn substituted(text: &str) -> impl Iterator<Item = String> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let keys = ["':", "\":"].into_iter().flat_map(move |end| {
        text.match_indices(end).filter_map(move |(at, _)| {
            let name = &text[text[..at].trim_end_matches(is_part).len()..at];
            name.starts_with(|it: char| it.is_ascii_alphabetic()).then_some(name)
        })
    });
    keys.flat_map(|name| [format!("${name}"), format!("${{{name}}}")])
}
