//! Commands of scripts that end sooner than they look: behind the backslash stands a blank.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::command::Started;
use crate::source::Place;
use crate::syntax::Parsed;

/// Where a command ends whose author meant to go on with the next line. To the shell `\ ` is a blank
/// as an argument; no other text is one, in quotes or not.
pub(super) fn cut_short(files: &Files, started: &Started) -> Option<Fact<()>> {
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
