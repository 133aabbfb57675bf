//! The folder of the script itself, as scripts ask for it: `$(dirname "$0")`,
//! `$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)`.

use crate::fact::symbol;
use crate::source::normalize;
use crate::syntax::shell::evaluate::State;
use camino::{Utf8Path, Utf8PathBuf};

/// What a script calls itself by.
const ITSELF: [&str; 5] = ["$0", "${0}", "$BASH_SOURCE", "${BASH_SOURCE}", "${BASH_SOURCE[0]}"];

/// What only keeps `cd` from printing.
const QUIET: [&str; 5] = [">", "/dev/null", ">/dev/null", "2>&1", "&>/dev/null"];

impl State<'_> {
    /// What such a command prints, where it is known by which path the script was called.
    pub(super) fn own_folder(&self, commands: &str) -> Option<String> {
        let name = self.name?.value.as_str();
        if symbol::is_symbolic(name) {
            return None;
        }
        let own = Utf8Path::new(name).parent()?;
        let own = if own.as_str().is_empty() { Utf8Path::new(".") } else { own };
        let spaced = commands.replace('"', "").replace("$(", " $( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().filter(|it| !QUIET.contains(it)).collect();
        if is_dirname(&words) {
            return Some(own.to_string());
        }
        let below = climbed(&words)?;
        let from = match (own.is_absolute(), self.called_in, &self.directory) {
            (true, ..) => Utf8PathBuf::new(),
            // Where a `cd` has led by then, a relative path is another.
            (false, Some(directory), None) => Utf8PathBuf::from(directory.value.as_str()),
            (false, ..) => return None,
        };
        Some(normalize(&from.join(own).join(below)).into_string())
    }
}

fn is_dirname(words: &[&str]) -> bool {
    match words {
        ["dirname", itself] | ["dirname", "--", itself] => ITSELF.contains(itself),
        _ => false,
    }
}

/// Where `cd $(dirname $0)/.. && pwd` leads, seen from the script's folder.
fn climbed<'w>(words: &[&'w str]) -> Option<&'w str> {
    let words = words.strip_suffix(&["-P"]).unwrap_or(words);
    let path = words.strip_prefix(&["cd"])?.strip_suffix(&["&&", "pwd"])?;
    let path = path.strip_prefix(&["-P"]).or(path.strip_prefix(&["--"])).unwrap_or(path);
    match path {
        ["$(", inner @ .., ")"] if is_dirname(inner) => Some(""),
        ["$(", inner @ .., ")", rest] if is_dirname(inner) => rest.strip_prefix('/'),
        _ => None,
    }
}
