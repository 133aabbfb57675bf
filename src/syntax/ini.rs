//! ini files, as supervisord and uWSGI read them.

use crate::source::{FileId, Place, Spanned};
use crate::syntax::Problem;
use crate::syntax::shlex;
use crate::syntax::spliced::Spliced;

/// Who reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Python's `ConfigParser` with `;` and `#` as comments behind a blank, and values that go on
    /// in indented lines.
    Supervisor,
    /// Each line for itself, and no comment behind a value.
    Uwsgi,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub name: Spanned<String>,
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub key: Spanned<String>,
    pub value: Spliced,
}

impl Section {
    /// The last value of a key.
    pub fn get(&self, key: &str) -> Option<&Spliced> {
        self.entries.iter().rfind(|entry| entry.key.value == key).map(|entry| &entry.value)
    }
}

pub fn parse(file: FileId, text: &str, reader: Reader) -> (Vec<Section>, Vec<Problem>) {
    let mut sections: Vec<Section> = Vec::new();
    let mut problems = Vec::new();
    for whole in text.lines() {
        let line = match reader {
            Reader::Supervisor => without_comment(whole).trim_end(),
            Reader::Uwsgi => whole.trim_end(),
        };
        let bare = line.trim_start();
        if bare.is_empty() || bare.starts_with([';', '#']) {
            continue;
        }
        let place = Place::of(file, text, bare);
        if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            sections
                .push(Section { name: Spanned::new(name.to_owned(), place), entries: Vec::new() });
            continue;
        }
        let Some(section) = sections.last_mut() else {
            let message = "this line stands before the first section";
            problems.push(Problem::new(place, message));
            continue;
        };
        if reader == Reader::Supervisor
            && line.starts_with([' ', '\t'])
            && let Some(last) = section.entries.last_mut()
        {
            let line_end = last.value.place().span.end as usize;
            last.value.push("\n", Place::new(file, line_end, line_end));
            last.value.push(bare, place);
            continue;
        }
        let separator = match reader {
            Reader::Supervisor => bare.find(['=', ':']),
            Reader::Uwsgi => bare.find('='),
        };
        let (key, value) = match separator {
            Some(at) => (bare[..at].trim_end(), bare[at + 1..].trim()),
            // uWSGI takes a key alone for a switch.
            None => (bare, &bare[bare.len()..]),
        };
        if separator.is_none() && reader == Reader::Supervisor {
            problems.push(Problem::new(place, "supervisord refuses a line without `=`"));
            continue;
        }
        section.entries.push(Entry {
            key: Spanned::new(key.to_owned(), Place::of(file, text, key)),
            value: Spliced::verbatim(file, text, value),
        });
    }
    (sections, problems)
}

/// Up to a `;` or `#` that stands behind a blank.
fn without_comment(line: &str) -> &str {
    let comment = line.match_indices([';', '#']).find(|(at, _)| line[..*at].ends_with([' ', '\t']));
    comment.map_or(line, |(at, _)| &line[..at])
}

/// supervisord's `environment=A="b c",D=e`: names and values, `None` where it refuses the text.
pub fn supervisor_environment(value: &Spliced) -> Option<Vec<(Spanned<String>, Spliced)>> {
    let text = value.as_str();
    let mut pairs = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let end = from + pair_end(&text[from..]);
        let pair = value.slice(from..end).trim_matches(char::is_whitespace);
        from = (end + 1).min(text.len());
        if pair.is_empty() {
            continue;
        }
        let (name, _) = pair.as_str().split_once('=')?;
        let held = pair.slice(name.len() + 1..pair.as_str().len());
        let words = shlex::split(&held)?;
        let held = match words.as_slice() {
            [word] => word.clone(),
            [] => held,
            _ => return None,
        };
        let name = Spanned::new(name.trim().to_owned(), pair.place_of(0..name.len()));
        pairs.push((name, held));
    }
    Some(pairs)
}

/// Where a pair ends: at a comma outside of quotes, or at a new line.
fn pair_end(text: &str) -> usize {
    let mut quote = None;
    for (at, char) in text.char_indices() {
        match (quote, char) {
            (None, ',' | '\n') => return at,
            (None, '"' | '\'') => quote = Some(char),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    text.len()
}
