//! Env files, as each of their readers understands them.

use super::source;
use crate::fact::{Environment, Fact, Lookup, Origin, Supplied};
use crate::syntax::dotenv::{Comments, Dialect, Reading, read};

mod lines;
mod measured;
#[cfg(feature = "oracles")]
mod oracle;

/// The dialects by the names that fixtures use.
const DIALECTS: [(&str, Dialect); 15] = [
    ("python-dotenv", Dialect::PythonDotenv),
    ("python-dotenv-override", Dialect::PythonDotenvOverride),
    ("django-environ", Dialect::DjangoEnviron),
    ("decouple", Dialect::Decouple),
    ("compose", Dialect::Compose),
    ("compose-env-file", Dialect::ComposeEnvFile),
    ("compose1", Dialect::Compose1),
    ("compose1-env-file", Dialect::Compose1EnvFile),
    ("docker", Dialect::Docker),
    // What was asked is systemd 252.
    ("systemd", Dialect::Systemd(Comments::GoOn)),
    ("bash", Dialect::Bash),
    ("dash", Dialect::Dash),
    ("xargs", Dialect::Xargs),
    ("honcho", Dialect::Honcho),
    ("uv", Dialect::Uv),
];

fn dialect(name: &str) -> Dialect {
    let found = DIALECTS.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("no dialect `{name}`")).1
}

/// The environment that all consumers were called with.
fn caller() -> Environment {
    let variables = [("HOSTV", "from-host"), ("HOME", "/home/u")];
    Environment::closed(
        variables
            .map(|(name, value)| (name.to_owned(), Fact::new(value.to_owned(), Origin::UNSEEN))),
    )
}

fn reading(dialect: Dialect, text: &str, caller: &Environment) -> Reading {
    let (sources, id) = source(".env", text);
    read(dialect, id, sources.get(id).text(), caller)
}

/// What a variable is in the end: in the process for those who export, in the result for those
/// who only read.
fn outcome(
    dialect: Dialect,
    reading: &Reading,
    name: &str,
    caller: &Environment,
) -> Option<Supplied> {
    let from_caller = match caller.get(name) {
        Lookup::Set(value) => Some(Supplied::Value(value.value)),
        Lookup::Unknown(_) | Lookup::Absent => None,
    };
    let from_file = reading.get(name).map(|fact| fact.value.clone());
    // Their results were asked for, not the environment.
    let only_reads = matches!(
        dialect,
        Dialect::PythonDotenvOverride
            | Dialect::Decouple
            | Dialect::ComposeEnvFile
            | Dialect::Compose1EnvFile
            | Dialect::Docker
            | Dialect::Systemd(_)
            | Dialect::Honcho
    );
    let value = match dialect.caller_wins() && !only_reads {
        true => from_caller.or(from_file),
        false if only_reads => from_file,
        false => from_file.or(from_caller),
    };
    value.filter(|value| *value != Supplied::Removed)
}
