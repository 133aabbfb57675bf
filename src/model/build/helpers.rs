//! Scripts with which people run `manage.py` on the server: `bin/dj`, `manage.sh`.
//!
//! Who calls them has an environment that nobody sees. Which interpreter they start, and where, is
//! theirs alone.

use crate::fact::{Environment, Fact, Lookup};
use crate::model::Helper;
use crate::model::build::host::Host;
use crate::model::build::main_step;
use crate::model::command::Program;
use crate::model::django::VARIABLE;
use crate::model::{Files, Kind};
use camino::{Utf8Path, Utf8PathBuf};

/// A tree of more scripts is no application of its own.
const MOST: usize = 60;

/// Where scripts lie whose place on the server is not known.
const HERE: &str = "/{checkout}";

pub(super) fn helpers(files: &Files, host: &Host) -> Vec<Helper> {
    let environment = Environment::unseen("nobody sees the shell of whoever calls it");
    let of_tree = |path: &Utf8Path| match path.strip_prefix(HERE) {
        // A tree that is named by a whole path has whole paths.
        Ok(below) if files.tree.is_file(below) => Some(below.to_owned()),
        Ok(below) => Some(Utf8Path::new("/").join(below)),
        Err(_) => host.in_tree(path),
    };
    let mut found = Vec::new();
    for read in files.of(Kind::Shell).into_iter().take(MOST) {
        if files.is_to_be_filled_in(read.path) {
            continue;
        }
        let place = crate::source::Place::new(read.id, 0, 0);
        let word = |text: String| main_step::argument(&Fact::at(text, place));
        let words = [
            word("/bin/sh".to_owned()),
            word(format!("{HERE}/{}", read.path.as_str().trim_start_matches('/'))),
        ];
        let steps = main_step::steps(files, &words, &environment, None, &of_tree);
        for step in steps {
            let started = step.started;
            if let (Program::Manage(_), Some(cwd)) = (&started.program.value, step.directory) {
                let cwd = cwd.map(|it| Utf8PathBuf::from(it.as_str()));
                let module = match step.environment.get(VARIABLE) {
                    Lookup::Set(module) if !step.conditional => Some(module),
                    Lookup::Set(_) | Lookup::Unknown(_) | Lookup::Absent => None,
                };
                found.push(Helper { executable: started.executable, cwd, module });
            }
        }
    }
    found
}
