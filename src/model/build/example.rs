//! The environment that a project documents: what an example of an env file would supply, were it
//! copied as it is.

use crate::fact::secret::is_placeholder;
use crate::fact::{Certainty, Environment, Lookup, Supplied};
use crate::model::django::Project;
use crate::model::{Files, Kind};
use crate::syntax::dotenv::{self, Dialect};
use crate::syntax::kind;
use camino::Utf8Path;

/// An environment with what the project's example says of variables that are not in view: those
/// of a file that is to be copied from it, and those that compose takes from its `.env` and hands
/// on under their own names. `None` if there is no such file, or several that nobody can tell apart.
pub(super) fn environment(
    files: &Files,
    project: &Project,
    environment: &Environment,
) -> Option<Environment> {
    let folder = |path: &Utf8Path| path.parent().unwrap_or(Utf8Path::new("")).to_owned();
    let examples = files.of(Kind::Dotenv).into_iter().filter(|read| kind::is_example(read.path));
    let around = examples.filter(|read| project.root.starts_with(folder(read.path)));
    let around: Vec<_> = around.filter(|read| !is_for_developers(read.path)).collect();
    let nearest = around.iter().map(|read| folder(read.path)).max_by_key(|it| it.as_str().len())?;
    let mut nearest = around.into_iter().filter(|read| folder(read.path) == nearest);
    let (Some(example), None) = (nearest.next(), nearest.next()) else { return None };

    let mut documented = environment.clone();
    let mut says_something = false;
    let read = dotenv::read(Dialect::PythonDotenv, example.id, example.text, environment);
    for (name, value) in read.variables {
        let is_to_be_filled_in = match &value.value {
            Supplied::Value(text) => text.trim().is_empty() || is_placeholder(text),
            Supplied::Unknown(_) | Supplied::Perhaps(_) | Supplied::Removed => true,
        };
        let is_unseen = matches!(environment.get(&name), Lookup::Unknown(_));
        if is_unseen && !is_to_be_filled_in {
            says_something = true;
            let why = "an example says so, which may be filled in otherwise";
            documented.set(name, value.doubt(Certainty::Likely, why));
        }
    }
    says_something.then_some(documented)
}

fn is_for_developers(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    let words = ["dev", "development", "local", "test", "testing", "ci"];
    name.split(['.', '-', '_']).any(|word| words.contains(&word))
}
