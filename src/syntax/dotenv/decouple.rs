//! python-decouple 3.8, `RepositoryEnv`.

use super::Reading;
use super::python_dotenv::is_space;
use super::scope::Variables;
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::cooked::Cooked;

pub(super) fn read(file: FileId, text: &str) -> Reading {
    let mut variables = Variables::default();
    let mut skipped = Vec::new();
    // Files are opened as text, so each kind of line end counts; an empty line is skipped anyway.
    for line in text.split(['\n', '\r']) {
        let line = line.trim_matches(is_space);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, raw)) = line.split_once('=') else {
            let message = "decouple skips a line without `=`";
            skipped.push(Problem::new(Place::of(file, text, line), message));
            continue;
        };
        let (key, raw) = (key.trim_matches(is_space), raw.trim_matches(is_space));
        let quoted =
            |quote: char| raw.strip_prefix(quote).and_then(|inner| inner.strip_suffix(quote));
        let value = quoted('\'').or_else(|| quoted('"')).unwrap_or(raw);
        variables.set(key, Cooked::text(value, Place::of(file, text, raw)).into_fact());
    }
    Reading { skipped, ..variables.into_reading() }
}
