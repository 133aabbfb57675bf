//! What launchers and servers give to what they start: the variables of files that they load, and of stores
//! and profiles that are not in view.

use crate::fact::{Environment, Fact, Lookup, Supplied};
use crate::model::command::{Program, Started};
use crate::source::{Place, normalize};
use crate::syntax::dotenv::Dialect;
use crate::syntax::shell::evaluate::{How, Load, Loader};
use camino::Utf8Path;

/// One giver of variables, in the order in which they are asked.
#[derive(Clone, Debug)]
pub(super) enum Supply {
    Files(EnvFiles),
    /// A store of secrets, a folder of them, the profile of a user.
    Unseen(&'static str, Option<Place>),
}

/// The env files that a program loads.
#[derive(Clone, Debug)]
pub(super) struct EnvFiles {
    pub(super) reader: Reader,
    /// The program.
    pub(super) at: Fact<()>,
    /// As options name them.
    pub(super) named: Vec<Fact<String>>,
}

/// How a program finds its env files, and what it makes of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    dialect: Dialect,
    /// The variable that names them where no option does.
    variable: Option<&'static str>,
    /// The variable that has it load none.
    switch: Option<&'static str>,
    /// That which it loads where nobody names any.
    default: Option<&'static str>,
}

/// pipenv, "Advanced Usage of Pipenv": "Automatic Loading of `.env`"; what stands there wins
/// (`load_dot_env`).
pub(super) const PIPENV: Reader = Reader {
    dialect: Dialect::PythonDotenvOverride,
    variable: Some("PIPENV_DOTENV_LOCATION"),
    switch: Some("PIPENV_DONT_LOAD_ENV"),
    default: Some(".env"),
};

/// uv, "Using environment variables in uv run".
pub(super) const UV: Reader = Reader {
    dialect: Dialect::Uv,
    variable: Some("UV_ENV_FILE"),
    switch: Some("UV_NO_ENV_FILE"),
    default: None,
};

/// python-dotenv, "Command-line Interface": `--override` is the default of `run`.
pub(super) const DOTENV: Reader = Reader {
    dialect: Dialect::PythonDotenvOverride,
    variable: None,
    switch: None,
    default: Some(".env"),
};

/// uvicorn's settings, `--env-file`: `load_dotenv(dotenv_path=env_file)`.
const UVICORN: Reader = Reader {
    dialect: Dialect::PythonDotenv,
    variable: Some("UVICORN_ENV_FILE"),
    switch: None,
    default: None,
};

/// granian's `load_env`, with `override=False`.
const GRANIAN: Reader = Reader { variable: Some("GRANIAN_ENV_FILES"), ..UVICORN };

impl Started {
    /// What the server itself loads before the application.
    pub(super) fn supply(&self) -> Option<Supply> {
        let reader = match self.program.value {
            Program::Uvicorn => UVICORN,
            Program::Granian => GRANIAN,
            _ => return None,
        };
        let (at, named) = (self.program.map(|_| ()), self.env_files.clone());
        Some(Supply::Files(EnvFiles { reader, at, named }))
    }
}

impl Supply {
    /// Adds what it gives to what there is.
    pub(super) fn lay(
        &self,
        directory: Option<&Fact<String>>,
        load: Loader<'_>,
        environment: &mut Environment,
    ) {
        match self {
            Self::Unseen(why, at) => environment.open(why, *at),
            Self::Files(files) => files.lay(directory, load, environment),
        }
    }
}

impl EnvFiles {
    fn lay(
        &self,
        directory: Option<&Fact<String>>,
        load: Loader<'_>,
        environment: &mut Environment,
    ) {
        let is_off = |name: &str| environment.sets(name);
        if self.reader.switch.is_some_and(is_off) {
            return;
        }
        let mut paths = self.paths(environment);
        // uv asks the last of them first, for what is there already wins (`run`, "Read the environment
        // files").
        if self.reader.dialect == Dialect::Uv {
            paths.reverse();
        }
        for path in paths {
            self.load(&path, directory, load, environment);
        }
    }

    /// The files that it loads, relative to where it starts.
    fn paths(&self, environment: &Environment) -> Vec<Fact<String>> {
        if !self.named.is_empty() {
            return self.named.clone();
        }
        let by_variable = self.reader.variable.map(|name| environment.get(name));
        if let Some(Lookup::Set(paths)) = by_variable {
            let each = paths.value.split_whitespace();
            return each.map(|path| paths.map(|_| path.to_owned())).collect();
        }
        self.reader.default.iter().map(|path| self.at.map(|()| (*path).to_owned())).collect()
    }

    fn load(
        &self,
        path: &Fact<String>,
        directory: Option<&Fact<String>>,
        load: Loader<'_>,
        environment: &mut Environment,
    ) {
        let place = path.evidence().place();
        let from = directory.map_or(Utf8Path::new(""), |it| Utf8Path::new(&it.value));
        let whole = path.map(|path| normalize(&from.join(path)).to_string());
        let loaded = place.and_then(|place| {
            let how = How::Library(self.reader.dialect);
            load(&Load { path: whole, how, place }, environment)
        });
        let Some(loaded) = loaded else {
            return environment.open("its env file is not in view", place);
        };
        for (name, value, _) in loaded.variables {
            let value = match self.reader.dialect {
                Dialect::PythonDotenvOverride => Some(value),
                _ => beside(environment, &name, value),
            };
            value.into_iter().for_each(|value| environment.set(name.clone(), value));
        }
        loaded.more.into_iter().for_each(|why| environment.open(&why, place));
    }
}

/// What a file's value comes to where what is there already wins.
fn beside(environment: &Environment, name: &str, value: Fact<Supplied>) -> Option<Fact<Supplied>> {
    if environment.sets(name) {
        return None;
    }
    Some(match environment.get(name) {
        Lookup::Absent => value,
        Lookup::Set(_) | Lookup::Unknown(_) => {
            value.map(|_| Supplied::Unknown("what is not in view may have set it before".into()))
        }
    })
}
