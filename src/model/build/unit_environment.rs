//! The environment that systemd gives the commands of a unit (systemd.exec(5), "Environment").
//!
//! In systemd's order: what the manager sets, `PassEnvironment=`, `Environment=`, then each
//! `EnvironmentFile=`, the later winning. A file that is not in view opens the environment.

use crate::fact::{Certainty, Environment, Fact, Origin, Supplied};
use crate::model::build::host::{Host, Looked};
use crate::model::build::ignored;
use crate::model::supply::OF_FOREIGN_PLATFORMS;
use crate::model::units::{Line, Unit};
use crate::model::{Files, Found, Read};
use crate::source::Place;
use crate::syntax::dotenv::{self, Comments, Dialect};
use crate::syntax::systemd::environment::{self, Entry};
use camino::Utf8Path;

/// What systemd sets by itself, to values that only the host knows.
const BY_MANAGER: &[&str] =
    &["HOME", "INVOCATION_ID", "LANG", "LOGNAME", "PATH", "SHELL", "SYSTEMD_EXEC_PID", "USER"];

pub(super) fn environment(files: &Files, host: &Host, unit: &Unit) -> Environment {
    let mut out = Environment::default();
    out.never(OF_FOREIGN_PLATFORMS);
    let source = "systemd.exec(5), \"Environment Variables in Spawned Processes\"";
    let by_manager = Origin::Default { of: "systemd", version: "", source };
    for name in BY_MANAGER {
        out.set(*name, Fact::new(Supplied::Unknown("only the host knows it".into()), by_manager));
    }
    for name in unit.words("Service", "PassEnvironment") {
        let passed = Supplied::Perhaps("the manager passes on what it has itself".into());
        out.set(name.value.clone(), name.map(|_| passed));
    }
    for line in unit.all("Service", "Environment") {
        assign(unit, line, &mut out);
    }
    for line in unit.all("Service", "EnvironmentFile") {
        read_file(files, host, unit, line, &mut out);
    }
    for name in unit.words("Service", "UnsetEnvironment") {
        out.set(name.value.clone(), name.map(|_| Supplied::Removed));
    }
    // Whoever fills in the path gives it the variables of the machine as well.
    if let Some(asked) = unit.placeholder().filter(|_| host.root.is_none()) {
        out.open("somebody fills the unit in before it is installed", asked.evidence().place());
    }
    out
}

fn assign(unit: &Unit, line: &Line, out: &mut Environment) {
    for entry in environment::entries(&line.value, &unit.name, unit.manager).0 {
        match entry {
            Entry::Set { name, value } => {
                let supplied = match &value {
                    Ok(value) => {
                        Fact::at(Supplied::Value(value.as_str().to_owned()), value.place())
                    }
                    Err(_) => Fact::at(
                        Supplied::Unknown("only the host expands its specifier".into()),
                        name.place,
                    ),
                };
                out.set(name.value, line.doubted(supplied));
            }
            Entry::Inserted(place) => out.open("somebody fills it in on the server", Some(place)),
        }
    }
}

fn read_file(files: &Files, host: &Host, unit: &Unit, line: &Line, out: &mut Environment) {
    let Ok(file) = environment::file(&line.value, &unit.name, unit.manager) else { return };
    let place = line.value.place();
    let Ok(path) = &file.path else {
        return out.open("only the host expands the path of its env file", Some(place));
    };
    if file.is_glob() {
        return out.open("its env files are found by a pattern", Some(place));
    }
    let path = Utf8Path::new(path.as_str());
    out.consult(Fact::at(path.to_string(), place));
    match host.look(files, path) {
        Looked::At(Found::Read(read), _) if files.is_unread(read.id) => {
            out.open("its env file could not be read", Some(place));
        }
        Looked::At(Found::Read(_), at)
            if host.root.is_none() && ignored::is_rewritten(files, &at) =>
        {
            out.open(ignored::REWRITTEN, Some(place));
        }
        Looked::At(Found::Read(read), at) => {
            let reading = dotenv::read(Dialect::Systemd(Comments::Either), read.id, read.text, out);
            let ignored = files.tree.is_ignored(&at);
            for (name, value) in reading.variables {
                let value = if ignored { ignored::doubt(value) } else { value };
                out.set(name, line.doubted(value));
            }
            if ignored {
                out.open(why_ignored(), Some(place));
            } else if at.file_name() == Some(".env") && host.root.is_none() {
                // Each machine has its own by custom, even where git has somebody's.
                out.open("the server's `.env` may hold more than the repository's", Some(place));
            }
        }
        Looked::At(Found::Wanted | Found::Folder | Found::Absent, _) => {}
        Looked::Absent if host.is_complete => {}
        Looked::Absent | Looked::Outside => {
            missing(path, place, out);
            if let Some(read) = kept_beside(files, unit, path) {
                let reading =
                    dotenv::read(Dialect::Systemd(Comments::Either), read.id, read.text, out);
                let why = format!("nothing in view says that it is put at `{path}`");
                for (name, value) in reading.variables {
                    out.set(name, line.doubted(value.doubt(Certainty::Likely, &why)));
                }
            }
        }
    }
}

/// The file that lies beside a unit and is meant to be put where the unit reads it, as it has the
/// program in a variable (Celery, "Daemonization"): called alike, and with that variable in it.
fn kept_beside<'a>(files: &Files<'a>, unit: &Unit, path: &Utf8Path) -> Option<Read<'a>> {
    let mut commands = unit.all("Service", "ExecStart");
    let (_, behind) = commands.find_map(|it| it.value.as_str().split_once("${"))?;
    let (variable, _) = behind.split_once('}')?;
    let folder = unit.path.parent()?;
    let stem = path.file_stem()?;
    let is_alike = |it: &&Utf8Path| {
        let own = it.file_stem().unwrap_or_default();
        it.extension().is_none_or(|it| matches!(it, "conf" | "env" | "default"))
            && (own.starts_with(stem) || stem.starts_with(own))
    };
    let beside = files.tree.children(folder).map(|(path, _)| path.as_path()).filter(is_alike);
    let assigns = |text: &str| {
        text.lines().any(|line| line.strip_prefix(variable).is_some_and(|it| it.starts_with('=')))
    };
    let mut found = beside.filter_map(|path| match files.find(path) {
        Found::Read(read) if assigns(read.text) => Some(read),
        Found::Read(_) | Found::Wanted | Found::Folder | Found::Absent => None,
    });
    let (read, None) = (found.next()?, found.next()) else { return None };
    Some(read)
}

fn why_ignored() -> &'static str {
    "git ignores its env file, so the server's may hold more"
}

fn missing(path: &Utf8Path, place: Place, out: &mut Environment) {
    out.open(&format!("`{path}` is not in view"), Some(place));
}
