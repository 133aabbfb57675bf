//! Settings modules in memory, evaluated under an environment.

use crate::fact::version::Range;
use crate::fact::{Environment, Fact, Origin};
use crate::python::{Checkout, Evaluation, Installed, Loaded, Request, Value, Versions, evaluate};
use crate::source::Tree;
use crate::tests::file;
use camino::Utf8PathBuf;

mod bounds;
#[cfg(feature = "oracles")]
mod cpython;
mod given;
mod language;
mod legacy;
mod prettyconf;
#[cfg(feature = "oracles")]
mod random;
mod reads;
#[cfg(feature = "oracles")]
mod removed;
mod start;
mod syntax;
mod why;

/// How deep the imports of a test may go.
const ROUNDS: usize = 20;

/// Evaluates `settings` in a tree of these files, at /srv/app, with exactly these variables.
fn evaluated(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Evaluation {
    let origin = Origin::Default { of: "the test", version: "", source: "" };
    let facts = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Fact::new((*value).to_owned(), origin)));
    under(files, &Environment::closed(facts))
}

fn under(files: &[(&str, &str)], environment: &Environment) -> Evaluation {
    with_versions(files, environment, &python_3_12)
}

fn with_versions(
    files: &[(&str, &str)],
    environment: &Environment,
    versions: &Versions<'_>,
) -> Evaluation {
    evaluated_as("settings", files, environment, versions)
}

/// The same for a module of another name, without variables.
fn of_module(module: &str, files: &[(&str, &str)]) -> Evaluation {
    evaluated_as(module, files, &Environment::default(), &python_3_12)
}

fn evaluated_as(
    module: &str,
    files: &[(&str, &str)],
    environment: &Environment,
    versions: &Versions<'_>,
) -> Evaluation {
    evaluated_by(evaluate, module, files, environment, versions)
}

fn evaluated_by(
    evaluate: impl Fn(&Request<'_>) -> Evaluation,
    module: &str,
    files: &[(&str, &str)],
    environment: &Environment,
    versions: &Versions<'_>,
) -> Evaluation {
    let tree = Tree::of(files.iter().map(|(path, text)| file(path, *text)).collect());
    let mut loaded = Loaded::new(&tree, Utf8PathBuf::new());
    for _ in 0..ROUNDS {
        let evaluation = evaluate(&Request {
            files: &loaded,
            roots: &[Utf8PathBuf::new()],
            package: None,
            module,
            entry: None,
            environment,
            checkout: &Checkout::at("/srv/app"),
            cwd: Some("/srv/app".into()),
            installed: installed(),
            configuration: None,
            versions,
        });
        if !loaded.load(&evaluation.wants) {
            return evaluation;
        }
    }
    unreachable!("a test has few files")
}

/// The only version that is known.
fn python_3_12(name: &str) -> Option<Range> {
    (name == "python").then(|| Range::series([3, 12]))
}

/// The libraries that the tests import.
fn installed() -> Installed<'static> {
    let names = [
        "django",
        "environ",
        "environs",
        "decouple",
        "prettyconf",
        "dotenv",
        "dj_database_url",
        "django_heroku",
        "mezzanine",
        "configurations",
        "split_settings",
        "corsheaders",
        "structlog",
        "celery",
        "pydantic",
        "pydantic_settings",
        "requests",
        "unipath",
        "yaml",
    ];
    Installed::Only(names.map(str::to_owned).into())
}

/// What `X` is, as Python writes it, after one settings module.
fn x(text: &str) -> String {
    shown(&evaluated(&[("settings.py", text)], &[]), "X")
}

fn shown(evaluation: &Evaluation, name: &str) -> String {
    match &evaluation.outcome {
        Err(raise) => format!("{}: {}", raise.kind, raise.message.as_deref().unwrap_or("?")),
        Ok(_) => match evaluation.get(name) {
            Some(fact) if !fact.value.is_known() && matches!(fact.value, Value::Unknown(_)) => {
                "unknown".to_owned()
            }
            Some(fact) => fact.value.to_string(),
            None => "unbound".to_owned(),
        },
    }
}
