//! The environment that systemd gives the commands of a service (systemd.exec(5), "Environment
//! Variables in Spawned Processes"; `build_environment` and `exec_child` of execute.c).
//!
//! Weakest first: the manager's own, what systemd tells the process about itself,
//! `PassEnvironment=`, `Environment=`, each `EnvironmentFile=`; then `UnsetEnvironment=` takes
//! away. Which files there are is for the caller to say.

use crate::fact::{Environment, Fact, Origin, Supplied};
use crate::model::units::{Line, Unit};
use crate::source::{FileId, Place};
use crate::syntax::dotenv::{self, Comments, Dialect};
use crate::syntax::systemd::environment::{self, Entry, File};
use crate::syntax::systemd::specifier::Undecided;
use camino::Utf8PathBuf;
use std::sync::Arc;

/// What is at the path of an `EnvironmentFile=`; several for a glob, in their order.
#[derive(Clone, Debug)]
pub enum EnvFile<'a> {
    Read {
        file: FileId,
        text: &'a str,
    },
    /// Surely not there: the unit does not start, or with `-` it starts without.
    Missing,
    /// It lies outside of what was checked.
    Unseen(Arc<str>),
}

/// Finds the files of one `EnvironmentFile=`.
pub type FindEnvFiles<'a> = &'a dyn Fn(&File, Place) -> Vec<EnvFile<'a>>;

const SOURCE: &str = "systemd.exec(5), \"Environment Variables in Spawned Processes\"";

/// Set for every process, to what only the host knows.
const OF_THE_MANAGER: [&str; 5] =
    ["PATH", "LANG", "INVOCATION_ID", "SYSTEMD_EXEC_PID", "JOURNAL_STREAM"];

/// Directories that systemd makes, where it makes them, and the variable that tells.
const DIRECTORIES: [(&str, &str, &str); 5] = [
    ("RuntimeDirectory", "/run", "RUNTIME_DIRECTORY"),
    ("StateDirectory", "/var/lib", "STATE_DIRECTORY"),
    ("CacheDirectory", "/var/cache", "CACHE_DIRECTORY"),
    ("LogsDirectory", "/var/log", "LOGS_DIRECTORY"),
    ("ConfigurationDirectory", "/etc", "CONFIGURATION_DIRECTORY"),
];

impl Unit {
    pub fn environment(&self, files: FindEnvFiles<'_>) -> Environment {
        let mut out = Environment::default();
        self.by_systemd(&mut out);
        for name in self.words("Service", "PassEnvironment") {
            let passed = Supplied::Perhaps("the manager passes on what it has itself".into());
            out.set(name.value.clone(), name.map(|_| passed));
        }
        for line in self.all("Service", "Environment") {
            self.assign(line, &mut out);
        }
        for line in self.all("Service", "EnvironmentFile") {
            self.load(line, files, &mut out);
        }
        for unset in self.words("Service", "UnsetEnvironment") {
            self.unset(&unset, &mut out);
        }
        out
    }

    fn by_systemd(&self, out: &mut Environment) {
        let origin = Origin::Default { of: "systemd", version: "", source: SOURCE };
        let unknown = |why: &str| Fact::new(Supplied::Unknown(why.into()), origin);
        for name in OF_THE_MANAGER {
            out.set(name, unknown("only the host knows it"));
        }
        // Without `User=` there is not even a HOME (measured with systemd 252).
        if let Some(user) = self.get("Service", "User") {
            let is_name = !user.value.bytes().all(|b| b.is_ascii_digit());
            for name in ["USER", "LOGNAME"] {
                out.set(
                    name,
                    user.map(|user| match is_name {
                        true => Supplied::Value(user.clone()),
                        false => {
                            Supplied::Unknown("only the host knows the user of this number".into())
                        }
                    }),
                );
            }
            for name in ["HOME", "SHELL"] {
                out.set(
                    name,
                    user.map(|_| Supplied::Unknown("only the host knows the user".into())),
                );
            }
        }
        for (key, base, variable) in DIRECTORIES {
            let words = self.words("Service", key);
            let Some(first) = words.first() else { continue };
            let path = |word: &Fact<String>| {
                Utf8PathBuf::from(format!(
                    "{base}/{}",
                    word.value.split(':').next().unwrap_or_default()
                ))
            };
            let mut paths: Vec<_> = words.iter().map(path).collect();
            paths.sort();
            let paths: Vec<_> = paths.iter().map(|it| it.as_str()).collect();
            out.set(variable, first.map(|_| Supplied::Value(paths.join(":"))));
        }
    }

    fn assign(&self, line: &Line, out: &mut Environment) {
        for entry in environment::entries(&line.value, &self.name, self.manager).0 {
            match entry {
                Entry::Set { name, value: Ok(value) } => {
                    let text = Supplied::Value(value.as_str().to_owned());
                    // An empty value stands where it would: behind the name.
                    let place = if value.is_empty() { name.place } else { value.place() };
                    out.set(name.value, line.doubted(Fact::at(text, place)));
                }
                Entry::Set { name, value: Err(undecided) } => {
                    let (Undecided::Elsewhere(letter, _) | Undecided::Unknown(letter, _)) =
                        undecided;
                    let why = format!("only the host tells what `%{letter}` is");
                    let unknown = Fact::at(Supplied::Unknown(why.into()), name.place);
                    out.set(name.value, line.doubted(unknown));
                }
                Entry::Inserted(place) => {
                    out.open("somebody fills it in on the server", Some(place))
                }
            }
        }
    }

    fn load(&self, line: &Line, files: FindEnvFiles<'_>, out: &mut Environment) {
        // What systemd ignores is a problem of the line and supplies nothing.
        let Ok(file) = environment::file(&line.value, &self.name, self.manager) else { return };
        let place = line.value.place();
        for found in files(&file, place) {
            match found {
                EnvFile::Read { file, text } => {
                    let dialect = Dialect::Systemd(Comments::Either);
                    for (name, value) in dotenv::read(dialect, file, text, out).variables {
                        out.set(name, line.doubted(value.given(&Fact::at((), place))));
                    }
                }
                EnvFile::Missing => {}
                EnvFile::Unseen(why) => out.open(&why, Some(place)),
            }
        }
    }

    /// `NAME` takes a variable away, `NAME=value` only if it has this value.
    fn unset(&self, word: &Fact<String>, out: &mut Environment) {
        let (name, value) = match word.value.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word.value.as_str(), None),
        };
        let removed = match (value, out.layers(name).last().map(|fact| &fact.value)) {
            (None, _) => Supplied::Removed,
            (Some(value), Some(Supplied::Value(held))) if held == value => Supplied::Removed,
            (Some(_), held) => match held.and_then(Supplied::unknown) {
                Some(why) => Supplied::Perhaps(why.clone()),
                None => return,
            },
        };
        out.set(name.to_owned(), word.map(|_| removed));
    }
}
