//! Scripts with which people run `manage.py` on the server: `bin/dj`, `manage.sh`.
//!
//! Who calls them has an environment that nobody sees. Which interpreter they start, and where, is
//! theirs alone.

use crate::fact::{Certainty, Environment, Fact, Lookup, symbol};
use crate::model::Helper;
use crate::model::build::host::Host;
use crate::model::build::main_step;
use crate::model::command::{Program, Step};
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
        found.extend(of_script(steps));
    }
    found
}

fn of_script(steps: Vec<Step>) -> Vec<Helper> {
    let mut found: Vec<Helper> = Vec::new();
    for step in steps {
        let Program::Manage(command) = &step.started.program.value else { continue };
        let Some(cwd) = step.directory else { continue };
        let module = match step.environment.get(VARIABLE) {
            // Its caller may name another.
            Lookup::Set(module) if step.conditional || module.evidence().doubt().is_some() => None,
            Lookup::Set(module) => Some(module),
            Lookup::Unknown(_) | Lookup::Absent => None,
        };
        let user = step.started.user.filter(|it| !symbol::is_symbolic(&it.value));
        let user = user.map(|user| match step.conditional {
            true => user.doubt(Certainty::Likely, "the script decides whether it changes the user"),
            false => user,
        });
        let executable = activated(&step.environment, &step.started.executable);
        found.push(Helper {
            cwd: cwd.map(|it| Utf8PathBuf::from(it.as_str())),
            module,
            command: step.started.program.map(|_| command.clone()),
            user,
            executable,
        });
    }
    // Between several users of one command decides what is not in view.
    let users: Vec<_> =
        found.iter().filter_map(|it| Some((it.command.value.clone(), it.user.clone()?))).collect();
    for helper in &mut found {
        let is_other = |(command, user): &(String, Fact<String>)| {
            let own = helper.user.as_ref().is_some_and(|own| own.value != user.value);
            own && *command == helper.command.value
        };
        if users.iter().any(is_other) {
            helper.user = None;
        }
    }
    found
}

/// The interpreter that a bare name is found as, where a virtual environment is active.
fn activated(environment: &Environment, executable: &Fact<String>) -> Fact<String> {
    match environment.get("VIRTUAL_ENV") {
        Lookup::Set(folder) if executable.value.starts_with("python") => {
            folder.map(|it| format!("{it}/bin/{}", executable.value)).given(executable)
        }
        Lookup::Set(_) | Lookup::Unknown(_) | Lookup::Absent => executable.clone(),
    }
}
