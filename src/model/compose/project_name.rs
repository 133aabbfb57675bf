//! What `${COMPOSE_PROJECT_NAME}` is: compose sets it for its own files (the specification, "Name
//! top-level element"), so that it is never empty.

use crate::fact::{Certainty, Environment, Fact, Lookup, Origin, Supplied};
use crate::model::{Files, Found};
use crate::syntax::Parsed;
use camino::Utf8PathBuf;

const VARIABLE: &str = "COMPOSE_PROJECT_NAME";

/// Sets the project's name where nothing else does: what a shell or `.env` says of it wins over
/// the files, and of the files the last one that has a `name`. Without one it is the folder's.
pub(super) fn supply(files: &Files<'_>, paths: &[Utf8PathBuf], environment: &mut Environment) {
    let found = environment.get(VARIABLE);
    let own = paths.iter().rev().find_map(|path| written(files, path));
    let by_compose = Origin::Default { of: "compose", version: "", source: "the specification" };
    let supplied = match (found, own) {
        (Lookup::Set(_), _) | (Lookup::Unknown(_), None) => return,
        (Lookup::Absent, Some(name)) => name,
        (Lookup::Unknown(_), Some(name)) => {
            name.doubt(Certainty::Likely, "the shell that runs compose may name the project")
        }
        (Lookup::Absent, None) => {
            Fact::new(Supplied::Unknown("the folder on the server names it".into()), by_compose)
        }
    };
    environment.set(VARIABLE, supplied);
}

/// The `name` of a file, if that is all text.
fn written(files: &Files<'_>, path: &Utf8PathBuf) -> Option<Fact<Supplied>> {
    let Found::Read(read) = files.find(path) else { return None };
    let Parsed::Compose(file) = read.parsed else { return None };
    let name = file.documents.iter().rev().find_map(|it| it.get("name"))?;
    let text = name.scalar().map(|it| &*it.text).filter(|it| !it.contains('$'))?;
    Some(Fact::at(Supplied::Value(text.to_owned()), name.place))
}
