//! The environment that a project documents: what an example of an env file would supply, were it
//! copied as it is, or what the script supplied that set the site up.

use crate::fact::secret::is_placeholder;
use crate::fact::symbol::is_symbolic;
use crate::fact::{Certainty, Environment, Fact, Lookup, Supplied, switch};
use crate::model::build::env_files::project_of;
use crate::model::build::named_stage::stage_of;
use crate::model::django::{self, Project, Role};
use crate::model::env_file;
use crate::model::{Files, Kind, Read, Stage};
use crate::python;
use crate::source::normalize;
use crate::syntax::dotenv::{self, Dialect};
use crate::syntax::spliced::Spliced;
use crate::syntax::{Parsed, kind, shell};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// An environment with what the project's example says of variables that are not in view: those
/// of a file that is to be copied from it, and those that compose takes from its `.env` and hands
/// on under their own names. What a script writes where it sets the site up goes before any example.
/// `None` if there is no such file, or several that nobody can tell apart.
pub(super) fn environment(
    files: &Files,
    project: &Project,
    environment: &Environment,
    reads: &[python::Read],
) -> Option<Environment> {
    let asked = asked_for(files, environment);
    let name = |path: &Utf8Path| path.file_name().map(str::to_owned);
    // A script may write one for backups, or another program, while a compose file asks for the site's.
    let is_asked_for = |it: &Read<'_>| {
        let means_it =
            |asked: &Utf8PathBuf| asked.as_str().contains('$') || name(asked) == name(it.path);
        asked.as_ref().is_none_or(means_it)
    };
    let written = written(files).filter(is_asked_for);
    let home = asked.as_deref().and_then(Utf8Path::parent);
    let (example, why) = match written {
        Some(written) => (written, "a script writes so, and somebody may have changed it since"),
        None => {
            let example = nearest(files, &project.root, home)?;
            let is_for_it = asked.as_ref().is_none_or(|it| may_become(files, example.path, it));
            if !is_for_it || turns_debug_on(&example) {
                return None;
            }
            (example, "an example says so, which may be filled in otherwise")
        }
    };
    let mut documented = environment.clone();
    let mut says_something = false;
    let read = dotenv::read(Dialect::PythonDotenv, example.id, example.text, environment);
    for (name, value) in read.variables {
        let is_to_be_filled_in = match &value.value {
            Supplied::Value(text) => is_to_be_filled_in(text),
            Supplied::Unknown(_)
            | Supplied::MadeOf { .. }
            | Supplied::UrlTo { .. }
            | Supplied::OrEmpty(_)
            | Supplied::Perhaps(_)
            | Supplied::Removed => true,
        };
        let is_unseen = match environment.get(&name) {
            // A script sets it, whatever the file says.
            Lookup::Unknown(_) if environment.made_of(&name).is_some() => false,
            Lookup::Unknown(value) => !is_made_of_others(files, &name, &value),
            // What the server has is loaded from there, whatever the process is started with.
            Lookup::Absent => written.is_some(),
            Lookup::Set(_) => false,
        };
        // It may say itself that a container is to have another.
        let is_of_compose = || match environment.get(&name) {
            Lookup::Unknown(it) => {
                it.written_at().is_some_and(|it| files.read(it.file).parsed.kind() == Kind::Compose)
            }
            Lookup::Absent | Lookup::Set(_) => false,
        };
        let is_for_both =
            || speaks_of_docker(&example, &value) && (home.is_some() || is_of_compose());
        if is_unseen && !is_to_be_filled_in && !is_for_both() {
            says_something = true;
            documented.set(name, value.doubt(Certainty::Likely, why));
        }
    }
    documented.fill_in();
    // Outside of containers the machine may well have such a server.
    if says_something && home.is_some() {
        leave_out_servers(files, &mut documented, reads);
    }
    says_something.then_some(documented)
}

/// Whether the comment above a variable of an example speaks of Docker: `# in Docker: redis://redis:6379/0`.
fn speaks_of_docker<T>(example: &Read<'_>, value: &Fact<T>) -> bool {
    let place = value.written_at().filter(|it| it.file == example.id);
    let before =
        place.and_then(|it| example.text.get(..it.span.start as usize)).unwrap_or_default();
    let above = before.rsplit('\n').skip(1).map(str::trim).take_while(|it| it.starts_with('#'));
    above.into_iter().any(|line| line.to_lowercase().contains("docker"))
}

/// Whether a compose file makes a variable of others, which goes before an env file that has one of the same
/// name (Docker's manual, "Environment variables precedence").
fn is_made_of_others(files: &Files, name: &str, value: &Fact<Arc<str>>) -> bool {
    let Some(place) = value.written_at() else { return false };
    let read = files.read(place.file);
    let text = read.text.get(place.span.range()).unwrap_or_default().trim_matches(['"', '\'']);
    let text = text.strip_prefix(name).and_then(|it| it.strip_prefix('=')).unwrap_or(text);
    let own = text.trim_start_matches(['$', '{']).strip_prefix(name);
    let is_own =
        own.is_some_and(|it| !it.starts_with(|it: char| it == '_' || it.is_alphanumeric()));
    read.parsed.kind() == Kind::Compose && text.contains('$') && !is_own
}

/// Takes out the variables of servers that the example says nothing of, and that fall back to the
/// container itself: whoever copies it has no more than it says. Of other variables, those who deploy may
/// know.
fn leave_out_servers(files: &Files, documented: &mut Environment, reads: &[python::Read]) {
    const SERVERS: [&str; 9] =
        ["DB", "DATABASE", "POSTGRES", "SQL", "REDIS", "BROKER", "CACHE", "RABBITMQ", "MEMCACHED"];
    let is_of_a_server = |name: &str| {
        let mut words = name.split('_');
        words.any(|word| SERVERS.iter().any(|it| word.contains(it)))
    };
    let is_this_machine = |text: &String| text.contains("localhost") || text.contains("127.0.0.1");
    for read in reads.iter().filter(|it| is_of_a_server(&it.name)) {
        let local =
            read.default.as_ref().filter(|it| it.text.as_ref().is_some_and(is_this_machine));
        let place = local.and_then(|it| it.evidence.place());
        if let (Some(place), Lookup::Unknown(value)) = (place, documented.get(&read.name))
            && !is_made_of_others(files, &read.name, &value)
        {
            documented.set(read.name.clone(), Fact::at(Supplied::Removed, place));
        }
    }
}

/// What the example beside a file that is not in the tree gives variables: of several, that of the deployed
/// file is not known.
pub(super) fn values_for(files: &Files, path: &Utf8Path) -> Vec<(String, String)> {
    let examples = files.of(Kind::Dotenv).into_iter().filter(|read| {
        let name = read.path.file_name().unwrap_or_default();
        let is_its = path.file_name().is_some_and(|it| env_file::becomes(name, it));
        read.path.parent() == path.parent() && kind::is_example(read.path) && is_its
    });
    let examples: Vec<Read> = examples.collect();
    let Some(example) = only(examples.iter()).filter(|it| !turns_debug_on(it)) else {
        return Vec::new();
    };
    let read = dotenv::read(Dialect::Compose, example.id, example.text, &Environment::default());
    let known = read.variables.into_iter().filter_map(|(name, value)| match value.value {
        Supplied::Value(text) if !is_to_be_filled_in(&text) => Some((name, text)),
        _ => None,
    });
    known.collect()
}

fn is_to_be_filled_in(text: &str) -> bool {
    text.trim().is_empty() || is_placeholder(text) || is_symbolic(text)
}

/// The settings for production that an example names, for a process whose environment is not in view.
pub(super) fn settings_module(files: &Files, project: &Project) -> Option<Fact<String>> {
    let example = written(files).or_else(|| nearest(files, &project.root, None))?;
    let nothing = Environment::default();
    let read = dotenv::read(Dialect::PythonDotenv, example.id, example.text, &nothing);
    let (_, named) = read.variables.into_iter().rfind(|(name, _)| name == django::VARIABLE)?;
    let Supplied::Value(name) = &named.value else { return None };
    let is_live = django::role(name) == Role::Production
        && django::find_module(files, &project.root, name).is_some();
    let why = "an example of the env file that is not in view names them";
    is_live.then(|| named.map(|_| name.to_string()).doubt(Certainty::Likely, why))
}

/// The env file that a script writes where it sets a server up, if that is one.
pub(super) fn written<'f>(files: &Files<'f>) -> Option<Read<'f>> {
    files.written_env(|| written_by_scripts(files))
}

fn written_by_scripts(files: &Files<'_>) -> Option<(Utf8PathBuf, Spliced)> {
    const SERVES: [&str; 4] = ["systemctl", "supervisorctl", "nginx", "certbot"];
    let sets_up = |read: &Read<'_>| {
        read.has(".env") && SERVES.iter().any(|it| read.has(it)) && !is_for_developers(read.path)
    };
    let is_env = |path: &Utf8Path| {
        kind::by_name(path) == Some(Kind::Dotenv)
            && !kind::is_example(path)
            && !is_for_developers(path)
    };
    let scripts = files.of(Kind::Shell).into_iter().filter(sets_up);
    let mut found = scripts.flat_map(|read| {
        let script = match read.parsed {
            Parsed::Shell(script) => shell::written(script),
            _ => Vec::new(),
        };
        let of_env = script.into_iter().filter(|it| is_env(Utf8Path::new(&it.path)));
        of_env.map(move |it| (read.path.join(it.path.trim_start_matches('/')), it.text))
    });
    let only = found.next()?;
    // `sed -i "s/change-me/$KEY/" .env`
    let is_filled_in = || files.scripted().edited().any(|line| line.contains(".env"));
    (found.next().is_none() && !is_filled_in()).then_some(only)
}

fn is_for_developers(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    let words = ["dev", "development", "local", "test", "testing", "ci", "windows"];
    name.split(['.', '-', '_']).any(|word| words.contains(&word))
}

/// The env file that a compose file asks for, and which is not in view.
fn asked_for(files: &Files, environment: &Environment) -> Option<Utf8PathBuf> {
    environment.openings().iter().find_map(|open| {
        let place = open.place?;
        let asker = files.read(place.file);
        if asker.parsed.kind() != Kind::Compose {
            return None;
        }
        let name = asker.text.get(place.span.range())?.trim_matches(['"', '\'']);
        Some(normalize(&asker.path.parent()?.join(name)))
    })
}

/// Whether whoever makes the file that is asked for copies this example. One for production has an example
/// of its own, in the tree or not: that of another file is for a developer's machine, unless something
/// says that it is copied.
fn may_become(files: &Files, example: &Utf8Path, asked: &Utf8Path) -> bool {
    let stage = |it: &Utf8Path| it.file_name().and_then(stage_of);
    let is_of_stage =
        stage(asked) != Some(Stage::Production) || stage(example) == Some(Stage::Production);
    is_of_stage && !is_of_a_unit(files, example, asked) || is_copied_to(files, example, asked)
}

/// Whether a unit reads the very file that an example is called after, and that is not the one which is
/// asked for: `.env.production.example`, beside a compose file that wants `.env`.
fn is_of_a_unit(files: &Files, example: &Utf8Path, asked: &Utf8Path) -> bool {
    let (Some(example), Some(asked)) = (example.file_name(), asked.file_name()) else {
        return false;
    };
    let units = files.of(Kind::Systemd).into_iter().flat_map(|it| it.text.lines());
    let mut read = units.filter_map(|line| line.trim().strip_prefix("EnvironmentFile="));
    let is_its =
        |path: &str| path.rsplit('/').next().is_some_and(|it| env_file::becomes(example, it));
    !env_file::becomes(example, asked) && read.any(is_its)
}

/// Whether a line has both names, as `cp .env.example .env.prod`.
fn is_copied_to(files: &Files, example: &Utf8Path, asked: &Utf8Path) -> bool {
    let (Some(from), Some(to)) = (example.file_name(), asked.file_name()) else { return false };
    let has = |line: &str, name: &str| words_of(line).any(|word| word == name);
    texts_on_deploying(files).any(|it| it.text.lines().any(|it| has(it, from) && has(it, to)))
}

/// Whether an example is filled in for a developer's machine. What the settings for production make of it
/// may be no DEBUG all the same.
fn turns_debug_on(example: &Read<'_>) -> bool {
    let Parsed::Dotenv(tree) = example.parsed else { return false };
    tree.assignments().any(|it| {
        matches!(it.key.value.as_str(), "DEBUG" | "DJANGO_DEBUG")
            && switch(it.inner()) == Some(true)
    })
}

/// The example that somebody copies: one beside where the file is to lie, the nearest around the project,
/// or else the only one of the tree. Of several in one folder that which a compose file or a script
/// names, or the one for production.
fn nearest<'f>(files: &Files<'f>, root: &Utf8Path, home: Option<&Utf8Path>) -> Option<Read<'f>> {
    let folder = |read: &Read<'_>| read.path.parent().unwrap_or(Utf8Path::new("")).to_owned();
    let examples = files.of(Kind::Dotenv).into_iter();
    let examples: Vec<Read> = examples
        .filter(|read| kind::is_example(read.path) && !is_for_developers(read.path))
        .collect();
    let around = examples.iter().map(folder).filter(|it| root.starts_with(it));
    let beside = home.filter(|home| examples.iter().any(|it| folder(it) == *home));
    let nearest = around.max_by_key(|it| it.as_str().len());
    let Some(nearest) = beside.map(Utf8Path::to_owned).or(nearest) else {
        // `deploy/.env.production.example` is for the project around it, unless a program of its
        // own lies there.
        let is_of_it =
            |read: &Read<'_>| project_of(files, read.path).is_none_or(|of| root.starts_with(of));
        return only(examples.iter()).filter(is_of_it);
    };
    let here = || examples.iter().filter(|read| folder(read) == nearest);
    let named = |read: &&Read<'_>| is_copied(files, read.path);
    only(here()).or_else(|| only(here().filter(named))).or_else(|| {
        let live =
            |read: &&Read<'_>| read.path.file_name().and_then(stage_of) == Some(Stage::Production);
        only(here().filter(live))
    })
}

fn only<'f: 'r, 'r>(mut reads: impl Iterator<Item = &'r Read<'f>>) -> Option<Read<'f>> {
    let first = reads.next()?;
    reads.next().is_none().then_some(*first)
}

/// Whether a compose file or a script speaks of it by its name, as in `cp .env.prod.example .env`.
fn is_copied(files: &Files, path: &Utf8Path) -> bool {
    let Some(name) = path.file_name() else { return false };
    texts_on_deploying(files).any(|read| words_of(read.text).any(|word| word == name))
}

fn texts_on_deploying<'f>(files: &'f Files<'f>) -> impl Iterator<Item = Read<'f>> {
    let kinds = [Kind::Compose, Kind::Shell, Kind::Makefile, Kind::Workflow];
    kinds.into_iter().flat_map(|kind| files.of(kind))
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\n', '\'', '"', '/', '`'])
}
