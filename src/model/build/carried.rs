//! Where people and scripts put copies of files on a machine.

use crate::model::build::documents::documents;
use crate::model::surroundings::Carried;
use crate::model::{Files, Kind};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// The verbs of commands, and of sentences in guides.
const VERBS: &[&str] = &["cp", "rsync", "scp", "mv", "ln", "copy", "copies", "move", "link"];

/// The lines of scripts and documents that copy, move or link something by an absolute path. A comment
/// counts as well: it may be the only word on what is done by hand.
pub(super) fn carried(files: &Files) -> Carried {
    let scripts = [Kind::Shell, Kind::Makefile, Kind::Workflow].into_iter();
    let scripts = scripts.flat_map(|kind| files.of(kind));
    let texts = scripts.chain(documents(files)).map(|read| read.text);
    let texts: Vec<_> = texts.collect();
    let lines = texts.into_par_iter().flat_map_iter(lines_with_slashes).filter(|it| carries(it));
    Carried(lines.map(|line| line.trim().to_owned()).collect())
}

/// Most lines have none, and are not even taken apart.
fn lines_with_slashes(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let slash = rest.find('/')?;
        let start = rest[..slash].rfind('\n').map_or(0, |it| it + 1);
        let end = rest[slash..].find('\n').map_or(rest.len(), |it| slash + it);
        let line = &rest[start..end];
        rest = &rest[end..];
        Some(line)
    })
}

fn carries(line: &str) -> bool {
    let mut words = line.split(|it: char| !it.is_alphanumeric());
    words.any(|word| VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(word)))
}
