//! Commands of scripts that end sooner than they look: behind the backslash stands a blank, or there is
//! none.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::command::{LeftBehind, Started};
use crate::source::Place;
use crate::syntax::Parsed;

pub(super) fn note(files: &Files, started: &mut Started) {
    started.cut_short = cut_short(files, started);
    started.left_behind = left_behind(files, started);
}

/// Where a command ends whose author meant to go on with the next line. To the shell `\ ` is a blank
/// as an argument; no other text is one, in quotes or not.
fn cut_short(files: &Files, started: &Started) -> Option<Fact<()>> {
    let blank = started.words.last().filter(|it| matches!(it.value.as_str(), " " | "\t"))?;
    let place = blank.written_at()?;
    let read = files.read(place.file);
    if !matches!(read.parsed, Parsed::Shell(_)) {
        return None;
    }
    let start = (place.span.start as usize).checked_sub(1)?;
    let rest = read.text.get(start..)?.strip_prefix('\\')?;
    let (line, below) = rest.split_once('\n')?;
    // An empty line ends a command that goes on as well.
    let goes_on = line.trim().is_empty() && !below.lines().next()?.trim().is_empty();
    goes_on.then(|| Fact::at((), Place::new(place.file, start, start + 1 + line.len())))
}

/// The option that begins the line below a command: no program is called so. What stands in quotes,
/// parentheses or a text for another program may go on over lines by itself.
fn left_behind(files: &Files, started: &Started) -> Option<LeftBehind> {
    let place = started.executable.evidence().place()?;
    let read = files.read(place.file);
    if !matches!(read.parsed, Parsed::Shell(_)) {
        return None;
    }
    let mut at = read.text.get(..place.span.start as usize)?.rfind('\n').map_or(0, |it| it + 1);
    let first = at;
    let mut lines = read.text.get(first..)?.split_inclusive('\n');
    let end = loop {
        let line = lines.next()?;
        let text = line.trim_end_matches(['\n', '\r']);
        at += line.len();
        if !text.ends_with('\\') {
            break at - line.len() + text.trim_end().len();
        }
    };
    let command = read.text.get(first..end)?;
    let is_open = |sign: char| command.matches(sign).count() % 2 == 1;
    if ['"', '\'', '`'].into_iter().any(is_open) || command.contains(['(', '<', '#', '&', '|', ';'])
    {
        return None;
    }
    let next = lines.next()?;
    let text = next.trim();
    let is_option = text.strip_prefix('-').is_some_and(|rest| {
        rest.trim_start_matches('-').starts_with(|it: char| it.is_ascii_alphabetic())
    });
    let start = at + (next.len() - next.trim_start().len());
    let word = text.split_whitespace().next().filter(|_| is_option)?;
    let option = Fact::at((), Place::new(place.file, start, start + word.len()));
    Some(LeftBehind { option, end: Place::new(place.file, end, end) })
}
