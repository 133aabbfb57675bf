//! Texts that a format folded, and the lines they were written in.
//!
//! YAML joins lines with blanks and takes indentation away, so a long `command` knows only where
//! the whole of it stands. The words are the same on both sides: they lead back.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::build::main_step;
use crate::source::Place;
use crate::syntax::shell::evaluate::Argument;
use crate::syntax::spliced::Spliced;

/// A word of a command, with the way back to its lines if it was written over several.
pub(super) fn aligned(files: &Files, word: &Fact<String>) -> Argument {
    let plain = main_step::argument(word);
    let Some(place) = word.evidence().place() else { return plain };
    let whole = files.read(place.file).text;
    let Some(source) = whole.get(place.span.range()) else { return plain };
    if source == word.value || !source.contains('\n') {
        return plain;
    }
    let aligned = align(&word.value, source, place)
        .or_else(|| unquoted(&word.value, source, place))
        .or_else(|| by_lines(&word.value, source, |part| Place::of(place.file, whole, part)));
    match aligned {
        Some(written) => Argument { written: Some(written), ..plain },
        None => plain,
    }
}

/// Finds a text in its source, where all blanks are alike. `None` unless it is there once.
fn align(text: &str, source: &str, place: Place) -> Option<Spliced> {
    let (text_folded, text_at) = folded(text);
    let (source_folded, source_at) = folded(source);
    let mut found = source_folded.match_indices(text_folded.trim());
    let (start, _) = found.next()?;
    if found.next().is_some() || text_folded.trim().len() < 2 {
        return None;
    }
    let lead = text_folded.len() - text_folded.trim_start().len();
    let mut spliced = Spliced::empty(place);
    let bytes: Vec<(usize, char)> = text.char_indices().collect();
    for (at, next) in bytes {
        let folded_at = text_at.partition_point(|it| *it <= at) - 1;
        let there = (folded_at.max(lead) - lead + start).min(source_at.len() - 1);
        let from = source_at[there];
        let exact = source.get(from..).is_some_and(|rest| rest.starts_with(next));
        let length = if exact { next.len_utf8() } else { 1 };
        let from = place.span.start as usize + from;
        spliced.push(next.encode_utf8(&mut [0; 4]), Place::new(place.file, from, from + length));
    }
    Some(spliced)
}

/// The same of a text from which quotes and backslashes were taken: `|| echo ''` in quotes is `|| echo `.
fn unquoted(text: &str, source: &str, place: Place) -> Option<Spliced> {
    let first = text.split_whitespace().next().filter(|it| it.len() > 1)?;
    let mut found = source.match_indices(first).filter_map(|(at, _)| along(text, source, at));
    let (only, None) = (found.next()?, found.next()) else { return None };
    let mut spliced = Spliced::empty(place);
    for (next, at) in text.chars().zip(only) {
        let from = place.span.start as usize + at;
        let exact = source[at..].starts_with(next);
        let length = if exact { next.len_utf8() } else { 1 };
        spliced.push(next.encode_utf8(&mut [0; 4]), Place::new(place.file, from, from + length));
    }
    Some(spliced)
}

/// The same of a text in which variables were filled in: its lines stand for those of its source one by one. `of`
/// tells where a part of the source stands.
fn by_lines(text: &str, source: &str, of: impl Fn(&str) -> Place) -> Option<Spliced> {
    let filled = |text: &str| text.lines().filter(|it| !it.trim().is_empty()).count();
    // `|`, `|-`, `|2`: what begins a block.
    let header = source.lines().next().filter(|it| it.starts_with('|') && it.len() < 4);
    let block = header.map_or(source, |it| &source[it.len()..]);
    if filled(text) != filled(block) || filled(text) < 2 {
        return None;
    }
    let mut written = block.lines().map(str::trim).filter(|it| !it.is_empty());
    let mut spliced = Spliced::empty(of(source));
    for line in text.split_inclusive('\n').filter(|it| !it.trim().is_empty()) {
        let from = written.next()?;
        // What is indented may be code in quotes.
        let indent = &line[..line.len() - line.trim_start().len()];
        spliced.push(indent, of(&from[..0]));
        spliced.push(line.trim(), of(from));
        spliced.push(if line.ends_with('\n') { "\n" } else { " " }, of(&from[from.len()..]));
    }
    Some(spliced)
}

/// Where each character of a text stands in its source from here on, with no more between them than
/// blanks, quotes and backslashes.
fn along(text: &str, source: &str, start: usize) -> Option<Vec<usize>> {
    let mut rest = source[start..].char_indices().map(|(at, next)| (start + at, next)).peekable();
    let mut last = start;
    let mut places = Vec::with_capacity(text.len());
    for wanted in text.chars() {
        if wanted.is_whitespace() {
            places.push(last);
            continue;
        }
        let is_between = |it: char| it.is_whitespace() || matches!(it, '\'' | '"' | '\\');
        let (at, _) = loop {
            let (at, next) = rest.next()?;
            if next == wanted {
                break (at, next);
            }
            if !is_between(next) {
                return None;
            }
        };
        places.push(at);
        last = rest.peek().map_or(at, |(at, _)| *at);
    }
    Some(places)
}

/// A text with every run of blanks as one, and where each byte of that was. A backslash before the
/// end of a line is a blank as well.
fn folded(text: &str) -> (String, Vec<usize>) {
    let (mut folded, mut at) = (String::new(), Vec::new());
    for (index, next) in text.char_indices() {
        let joins =
            next == '\\' && text[index + 1..].trim_start_matches([' ', '\t']).starts_with('\n');
        if next.is_whitespace() || joins {
            if !folded.ends_with(' ') {
                folded.push(' ');
                at.push(index);
            }
            continue;
        }
        folded.push(next);
        at.extend(index..index + next.len_utf8());
    }
    (folded, at)
}
