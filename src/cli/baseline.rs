//! `--baseline`: findings that a project lives with for now, in a file of its repository.

use crate::cli::{Exit, Failure, output};
use crate::report::baseline::Baseline;
use crate::run::Outcome;
use camino::Utf8Path;
use std::fs;
use std::io;
use std::io::Write;

/// The file that is written if none is named.
const DEFAULT: &str = "kilter-baseline.json";

/// Takes out what is known; gives the baseline without what is gone.
pub(super) fn apply(outcome: &mut Outcome, known: &Baseline) -> (usize, Baseline) {
    let found = std::mem::take(&mut outcome.diagnostics);
    let applied = known.apply(found, outcome.sources.shown());
    outcome.diagnostics = applied.new;
    (applied.known, applied.shrunk)
}

fn read(path: &Utf8Path) -> Result<Baseline, Failure> {
    let unreadable = |why: String| Failure::Baseline { path: path.to_owned(), why };
    let text = fs::read_to_string(path).map_err(|error| {
        let missing = error.kind() == io::ErrorKind::NotFound;
        let hint = "it does not exist; `--write-baseline` writes it";
        unreadable(if missing { hint.to_owned() } else { error.kind().to_string() })
    })?;
    Baseline::parse(&text).map_err(|error| unreadable(error.to_string()))
}

fn write(path: &Utf8Path, baseline: &Baseline) -> Result<(), Failure> {
    output::write(vec![(&path.to_owned().into(), baseline.write())])
}

/// Takes out what is known, and says so.
pub(super) fn judge(
    outcome: &mut Outcome,
    path: &Utf8Path,
    shrink: bool,
) -> Result<Option<String>, Failure> {
    let known = read(path)?;
    let (count, shrunk) = apply(outcome, &known);
    let gone = known.entries().count() - shrunk.entries().count();
    if shrink && gone > 0 {
        write(path, &shrunk)?;
    }
    let known = format!("{} in the baseline", findings(count));
    Ok(match gone {
        0 => (count > 0).then_some(known),
        gone if shrink => Some(format!("{known}; {} taken out of it", findings(gone))),
        gone => Some(format!("{known}; {} gone: `--shrink-baseline` says so", findings(gone))),
    })
}

/// Lists everything that was found.
pub(super) fn write_all(
    outcome: &Outcome,
    path: Option<&Utf8Path>,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let baseline = Baseline::of(&outcome.diagnostics, outcome.sources.shown());
    let file = path.unwrap_or(Utf8Path::new(DEFAULT));
    write(file, &baseline)?;
    let listed = findings(baseline.entries().count());
    let hint = match path {
        Some(_) => String::new(),
        None => format!("; say `baseline = \"{DEFAULT}\"` in kilter.toml, or give `--baseline`"),
    };
    writeln!(out, "{listed} listed in {file}{hint}")?;
    Ok(Exit::Clean)
}

/// "1 finding is", "2 findings are".
pub(super) fn findings(count: usize) -> String {
    match count {
        1 => "1 finding is".to_owned(),
        count => format!("{count} findings are"),
    }
}
