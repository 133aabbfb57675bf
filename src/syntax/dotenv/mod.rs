//! Env files: one text that each of its readers understands differently.
//!
//! [`parse`] keeps every line as it is written, for those who judge the writing. [`read`] says
//! what one consumer makes of the text; there is no dialect that all share. Each reader follows
//! its consumer's own code and was compared with it, see `tests/dotenv`.

use crate::fact::{Environment, Fact, Supplied};
use crate::source::FileId;
use crate::syntax::Problem;
use crate::syntax::shell::Flavour;

mod compose;
mod decouple;
mod docker;
mod environ;
mod honcho;
mod interpolate;
mod line;
mod python_dotenv;
mod scope;
mod shell;
mod systemd;
mod uv;
mod xargs;

use python_dotenv::{Alone, Era};
use scope::First;

pub(crate) use shell::load;

pub use line::{Assignment, Line, Quote, Tree, parse};

/// Who reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// `load_dotenv()`; environs, pydantic-settings and podman-compose use the same library.
    PythonDotenv,
    /// `dotenv_values()` and `load_dotenv(override=True)`.
    PythonDotenvOverride,
    /// `environ.Env.read_env()`.
    DjangoEnviron,
    /// python-decouple's `RepositoryEnv`.
    Decouple,
    /// Compose v2's `.env`, which is for interpolation only.
    Compose,
    /// Compose v2's `env_file:`.
    ComposeEnvFile,
    /// docker-compose 1.x reads with an older python-dotenv.
    Compose1,
    Compose1EnvFile,
    /// `docker run --env-file`.
    Docker,
    /// `EnvironmentFile=`.
    Systemd(Comments),
    /// `set -a; . ./file` in bash.
    Bash,
    /// The same in dash and other strict POSIX shells.
    Dash,
    /// `export $(grep -v '^#' file | xargs)`.
    Xargs,
    /// honcho, which reads `.env` beside a Procfile.
    Honcho,
    /// `uv run --env-file`.
    Uv,
}

/// What systemd makes of a comment that ends in a backslash: up to 253 the next line belongs to
/// it (issue 27975).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comments {
    GoOn,
    End,
    /// The version is not known.
    Either,
}

impl Dialect {
    /// Whether a variable that the caller already has keeps the caller's value.
    pub fn caller_wins(self) -> bool {
        match self {
            Self::PythonDotenv
            | Self::DjangoEnviron
            | Self::Compose
            | Self::Compose1
            | Self::Uv => true,
            // decouple never touches the environment; `config()` asks it before the file.
            Self::Decouple
            | Self::PythonDotenvOverride
            | Self::ComposeEnvFile
            | Self::Compose1EnvFile
            | Self::Docker
            | Self::Systemd(_)
            | Self::Bash
            | Self::Dash
            | Self::Xargs
            | Self::Honcho => false,
        }
    }
}

/// What a consumer takes from a file.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Each variable once, in the order of the assignment that counts.
    pub variables: Vec<(String, Fact<Supplied>)>,
    /// Lines that it skips.
    pub skipped: Vec<Problem>,
    /// Why it refuses the file, or the rest of it; `variables` is what it still takes.
    pub refused: Option<Problem>,
}

impl Reading {
    pub fn get(&self, name: &str) -> Option<&Fact<Supplied>> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// What `dialect` makes of the text, called with this environment.
pub fn read(dialect: Dialect, file: FileId, text: &str, environment: &Environment) -> Reading {
    match dialect {
        Dialect::PythonDotenv => {
            python_dotenv::read(file, text, environment, First::Caller, Era::Current, Alone::Unset)
        }
        Dialect::PythonDotenvOverride => {
            python_dotenv::read(file, text, environment, First::File, Era::Current, Alone::Unset)
        }
        Dialect::Compose1 => {
            python_dotenv::read(file, text, environment, First::File, Era::Old, Alone::Empty)
        }
        Dialect::Compose1EnvFile => {
            python_dotenv::read(file, text, environment, First::File, Era::Old, Alone::Inherited)
        }
        Dialect::DjangoEnviron => environ::read(file, text),
        Dialect::Decouple => decouple::read(file, text),
        Dialect::Compose | Dialect::ComposeEnvFile => compose::read(file, text, environment),
        Dialect::Docker => docker::read(file, text, environment),
        Dialect::Systemd(comments) => systemd::read(comments, file, text),
        Dialect::Bash => shell::read(file, text, environment, Flavour::Bash),
        Dialect::Dash => shell::read(file, text, environment, Flavour::Posix),
        Dialect::Xargs => xargs::read(file, text, environment),
        Dialect::Honcho => honcho::read(file, text),
        Dialect::Uv => uv::read(file, text, environment),
    }
}
