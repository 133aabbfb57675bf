//! Variables in the command lines of a service that nothing sets (systemd.service(5), "Command lines": what
//! is not set is an empty string).

use crate::fact::{Fact, Lookup};
use crate::model::UnitKind;
use crate::model::units::{EnvFile, Unit};
use crate::source::Place;
use crate::syntax::spliced::Spliced;

/// A variable that a command asks for.
#[derive(Clone, Debug)]
pub struct UnsetVariable {
    /// `ExecStart`
    pub key: &'static str,
    /// Without braces, at where it stands with them.
    pub name: Fact<String>,
}

/// What the manager tells some commands, whatever the unit sets (systemd.exec(5), "Environment Variables Set
/// or Propagated by the Service Manager").
const TOLD: [&str; 16] = [
    "CREDENTIALS_DIRECTORY",
    "EXIT_CODE",
    "EXIT_STATUS",
    "HOME",
    "LISTEN_FDNAMES",
    "LISTEN_FDS",
    "LISTEN_PID",
    "LOGNAME",
    "MAINPID",
    "MANAGERPID",
    "NOTIFY_SOCKET",
    "SERVICE_RESULT",
    "SHELL",
    "TERM",
    "USER",
    "WATCHDOG_USEC",
];

/// The keys whose values are commands.
const COMMANDS: [&str; 6] =
    ["ExecStart", "ExecStartPre", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost"];

impl Unit {
    /// The variables that its commands ask for by `${NAME}`, and that no line of it can set: of an env file
    /// nobody knows here what it has. The first of each name, those of `ExecStart=` before others.
    pub fn unset_variables(&self) -> Vec<UnsetVariable> {
        let is_whole = self.complete && !self.is_rendered && self.placeholder().is_none();
        if !self.is(UnitKind::Service) || !is_whole {
            return Vec::new();
        }
        let environment = self.environment(&|_, _| vec![EnvFile::Unseen("not looked at".into())]);
        let mut found: Vec<UnsetVariable> = Vec::new();
        for key in COMMANDS {
            for command in self.commands(key).iter().filter(|it| !it.prefixes.no_expansion) {
                let words = [&command.program].into_iter().chain(&command.arguments);
                for (name, place) in words.flat_map(|it| braced(&it.text)) {
                    let is_known = TOLD.contains(&name.as_str())
                        || found.iter().any(|it| it.name.value == name)
                        || !matches!(environment.get(&name), Lookup::Absent);
                    if !is_known && place.file == self.whole.file {
                        found.push(UnsetVariable { key, name: Fact::at(name, place) });
                    }
                }
            }
        }
        found
    }
}

/// Each `${NAME}` of a text; `$${NAME}` is for the shell.
fn braced(text: &Spliced) -> Vec<(String, Place)> {
    let raw = text.as_str();
    let starts = raw.match_indices("${").filter(|(at, _)| !raw[..*at].ends_with('$'));
    let found = starts.filter_map(|(at, _)| {
        let name = &raw[at + 2..];
        let name = &name[..name.find('}')?];
        let is_name = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
            && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
        is_name.then(|| (name.to_owned(), text.place_of(at..at + name.len() + 3)))
    });
    found.collect()
}
