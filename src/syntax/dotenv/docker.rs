//! `docker run --env-file` (docker/cli, `opts/file.go`): no quotes, no escapes, no expansion.

use super::Reading;
use super::scope::Variables;
use crate::fact::Environment;
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::cooked::Cooked;

/// Go's `bufio.MaxScanTokenSize`.
const LONGEST_LINE: usize = 64 * 1024;

pub(super) fn read(file: FileId, text: &str, environment: &Environment) -> Reading {
    let mut variables = Variables::default();
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    for line in body.split('\n') {
        if line.len() >= LONGEST_LINE {
            let start = Place::of(file, text, &line[..0]);
            return refused(start, "docker refuses a file with a line of 64 KiB");
        }
        let line = line.strip_suffix('\r').unwrap_or(line).trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = match line.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (line, None),
        };
        if name.contains([' ', '\t']) {
            let message = "docker refuses the file: a name may hold no blank";
            return refused(Place::of(file, text, name), message);
        }
        if name.is_empty() {
            let message = "docker refuses the file: there is no name before `=`";
            return refused(Place::of(file, text, line), message);
        }
        match value {
            Some(value) => {
                variables.set(name, Cooked::text(value, Place::of(file, text, value)).into_fact());
            }
            // A name alone passes the caller's variable on.
            None => variables.inherit(name, environment),
        }
    }
    variables.into_reading()
}

fn refused(place: Place, message: &str) -> Reading {
    Reading { refused: Some(Problem::new(place, message)), ..Reading::default() }
}
