//! The program that a unit or a container is really there for, behind shells and scripts.

use crate::fact::{Environment, Fact, Supplied};
use crate::model::build::ignored;
use crate::model::command::{self, Around, Program, ScriptFile, Step};
use crate::model::{Files, Found, ProcessKind};
use crate::source::normalize;
use crate::syntax::Parsed;
use crate::syntax::dotenv::{self, Dialect};
use crate::syntax::shell::evaluate::{Argument, How, Load, Loaded};
use crate::syntax::shell::{self, Flavour};
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};
use std::borrow::Cow;
use std::sync::Arc;

/// What a command line comes to.
pub(super) struct Run {
    /// The number of the main program among all that it starts.
    pub(super) main: usize,
    pub(super) steps: Vec<Step>,
}

impl Run {
    /// The main program, and what is run before it.
    pub(super) fn into_main(mut self) -> Option<(Step, Arc<[Step]>)> {
        self.steps.truncate(self.main + 1);
        let main = self.steps.pop()?;
        Some((main, self.steps.into()))
    }
}

/// Follows a command line. `tree` finds the file of the tree that a path of the process leads to.
pub(super) fn run(
    files: &Files,
    words: &[Argument],
    environment: &Environment,
    directory: Option<&Fact<Utf8PathBuf>>,
    tree: &dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
) -> Option<Run> {
    run_in_image(files, words, environment, directory, Scripts::of_tree(tree))
}

/// The same where an image has scripts of its own.
pub(super) fn run_in_image(
    files: &Files,
    words: &[Argument],
    environment: &Environment,
    directory: Option<&Fact<Utf8PathBuf>>,
    scripts: Scripts<'_>,
) -> Option<Run> {
    let steps = all_steps(files, words, environment, directory, scripts);
    let main = main_of(&steps)?;
    Some(Run { main, steps })
}

/// Where a process finds the scripts that it is told to run.
#[derive(Clone, Copy)]
pub(super) struct Scripts<'a> {
    /// The file of the tree that a path leads to.
    pub(super) tree: &'a dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
    /// The text of one that lies in no tree.
    pub(super) written: &'a dyn Fn(&Utf8Path) -> Option<Spliced>,
    /// The folders that a name without a slash is looked up in.
    pub(super) searched: &'a [Utf8PathBuf],
}

impl<'a> Scripts<'a> {
    fn of_tree(tree: &'a dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>) -> Self {
        Self { tree, written: &|_| None, searched: &[] }
    }

    /// The file of the tree that a word leads to.
    pub(super) fn in_tree(&self, word: &str, from: Option<&Utf8Path>) -> Option<Utf8PathBuf> {
        self.places_of(word, from).iter().find_map(|path| (self.tree)(path))
    }

    /// Where a word may lead to, most likely first.
    pub(super) fn places_of(&self, word: &str, from: Option<&Utf8Path>) -> Vec<Utf8PathBuf> {
        let searched = self.searched.iter().filter(|_| !word.contains('/'));
        let found = searched.map(|folder| folder.join(word));
        let beside = match Utf8Path::new(word).is_absolute() {
            true => Some(Utf8PathBuf::from(word)),
            false => from.map(|from| from.join(word)),
        };
        found.chain(beside).map(|path| normalize(&path)).collect()
    }
}

/// All programs that a command line starts.
pub(super) fn steps(
    files: &Files,
    words: &[Argument],
    environment: &Environment,
    directory: Option<&Fact<Utf8PathBuf>>,
    tree: &dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
) -> Vec<Step> {
    all_steps(files, words, environment, directory, Scripts::of_tree(tree))
}

fn all_steps(
    files: &Files,
    words: &[Argument],
    environment: &Environment,
    directory: Option<&Fact<Utf8PathBuf>>,
    scripts: Scripts<'_>,
) -> Vec<Step> {
    follow(files, environment, directory, scripts, |around| command::steps(words, around))
}

/// The variable that a shell on the way demands and does not get, and where.
pub(super) fn unset(
    files: &Files,
    words: &[Argument],
    environment: &Environment,
    directory: Option<&Fact<Utf8PathBuf>>,
    scripts: Scripts<'_>,
) -> Option<Fact<String>> {
    let unset = |around: Around<'_>| command::unset(words, around);
    let (name, place) = follow(files, environment, directory, scripts, unset)?;
    Some(Fact::at(name, place))
}

/// Has a command line followed with what is around it.
fn follow<T>(
    files: &Files,
    environment: &Environment,
    directory: Option<&Fact<Utf8PathBuf>>,
    scripts: Scripts<'_>,
    by: impl FnOnce(Around<'_>) -> T,
) -> T {
    let directory = directory.map(|it| it.map(|path| path.to_string()));
    let read = |path: &Utf8PathBuf| {
        let Some(file) = (scripts.tree)(path) else {
            let text = (scripts.written)(path)?;
            let flavour = Flavour::of_script(text.as_str());
            return Some(ScriptFile {
                script: Cow::Owned(shell::parse(&text, flavour)),
                flavour,
                exits_on_error: shell::exits_on_error(text.as_str()),
            });
        };
        let Found::Read(read) = files.find(&file) else { return None };
        let script = match read.parsed {
            Parsed::Shell(script) => Cow::Borrowed(script),
            // A script may have no ending and no first line that says so: `bash web`.
            Parsed::Text(_) if file.extension().is_none() && !read.text.starts_with("#!") => {
                Cow::Owned(shell::parse_file(read.id, read.text, Flavour::Posix))
            }
            _ => return None,
        };
        Some(ScriptFile {
            script,
            flavour: Flavour::of_script(read.text),
            exits_on_error: shell::exits_on_error(read.text),
        })
    };
    let script = |path: &Fact<String>, from: Option<&Fact<String>>| {
        let from = from.map(|it| Utf8Path::new(&it.value));
        scripts.places_of(&path.value, from).iter().find_map(read)
    };
    let load = |load: &Load, environment: &Environment| {
        let from = directory.as_ref().map_or(Utf8Path::new(""), |it| Utf8Path::new(&it.value));
        let path = normalize(&from.join(&load.path.value));
        let file = (scripts.tree)(&path).filter(|_| path.is_absolute())?;
        loaded(files, &file, load.how, environment)
    };
    by(Around { environment, directory: directory.as_ref(), script: &script, load: &load })
}

/// What a shell or a launcher takes from a file of the tree.
fn loaded(files: &Files, path: &Utf8Path, how: How, environment: &Environment) -> Option<Loaded> {
    let read = files.find(path).read().filter(|it| !files.is_unread(it.id))?;
    if ignored::is_rewritten(files, path) {
        return Some(Loaded { variables: Vec::new(), more: Some(ignored::REWRITTEN.into()) });
    }
    let of_dialect = |dialect: Dialect| {
        let reading = dotenv::read(dialect, read.id, read.text, environment);
        reading.variables.into_iter().map(|(name, value)| (name, value, true)).collect()
    };
    let variables: Vec<_> = match how {
        How::Xargs => of_dialect(Dialect::Xargs),
        How::Library(dialect) => of_dialect(dialect),
        How::Source => dotenv::load(read.id, read.text, environment, Flavour::Bash).variables,
    };
    // Each machine has its own by custom, even where git has somebody's.
    let is_machines = files.tree.is_ignored(path) || path.file_name() == Some(".env");
    let more = if is_machines {
        Some("the server's env file may hold more than the tree's".into())
    } else {
        let is_of_shell = !matches!(how, How::Library(_));
        (is_of_shell && !only_assigns(read.text))
            .then(|| "a script that is loaded may set more".into())
    };
    let doubted = |value: Fact<Supplied>| match files.tree.is_ignored(path) {
        true => ignored::doubt(value),
        false => value,
    };
    let variables = variables.into_iter().map(|(name, value, out)| (name, doubted(value), out));
    Some(Loaded { variables: variables.collect(), more })
}

/// Whether a shell takes nothing but variables from a text: a script that is loaded may have functions,
/// and what they do is seen nowhere.
fn only_assigns(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| {
        let bare = line.strip_prefix("export ").unwrap_or(line).trim_start();
        let name = bare.split('=').next().unwrap_or_default();
        let is_name =
            !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
        line.is_empty() || line.starts_with('#') || bare.contains('=') && is_name
    })
}

/// A word that stands where its fact does.
pub(super) fn argument(word: &Fact<String>) -> Argument {
    let written = word.evidence().place().map(|place| Spliced::new(&word.value, place));
    Argument { text: word.clone(), written, splits: false }
}

/// The last program that stays: a server or a worker, or what takes the shell's place. A command
/// of the project's own, of which nobody knows whether it stays, counts only beside no other.
fn main_of(steps: &[Step]) -> Option<usize> {
    let stays = |step: &Step| {
        let kind = step.started.kind(false);
        kind.is_app()
            || matches!(kind, ProcessKind::Proxy | ProcessKind::Database | ProcessKind::Cache)
    };
    let is_own = |step: &Step| {
        let program = &step.started.program.value;
        matches!(program, Program::Manage(_)) && !program.is_runserver()
    };
    // What others of the kind follow has come to its end, as has what a server follows:
    // `wait_for_db`, and then `migrate`.
    let ends_in_own = steps.last().is_some_and(&is_own);
    let has_ended = |at: usize| {
        let after = &steps[at + 1..];
        let is_followed = !after.is_empty() && ends_in_own
            || after.iter().any(|step| stays(step) && !is_own(step));
        is_followed && is_own(&steps[at]) && !steps[at].conditional
    };
    let last = |fits: &dyn Fn(&Step) -> bool| {
        (0..steps.len()).rev().find(|at| stays(&steps[*at]) && fits(&steps[*at]) && !has_ended(*at))
    };
    let is_for_developers = |step: &Step| step.started.program.value.is_runserver();
    let watches = |step: &Step| step.started.reload.is_some();
    // Of a proxy or a worker and the application that was brought up before it, the latter is what it
    // is for; and of a database that was, and the supervisord behind it, again the latter.
    let is_beside_server = |at: &usize| {
        use ProcessKind::{Cache, Database, Proxy, Scheduler, Worker};
        let beside = [Proxy, Worker, Scheduler, Database, Cache];
        beside.contains(&steps[*at].started.kind(false))
    };
    let is_server = |step: &Step| step.started.program.value.is_server();
    // `runserver` does not end, so that nothing behind it is ever reached, nor behind any other server.
    let is_runserver = |step: &Step| is_for_developers(step) && !step.optional && !step.apart;
    let blocks = |step: &Step| is_runserver(step) || step.ends_the_way(steps);
    let reached = steps.iter().position(blocks);
    // What it brings up is found later; a command of the project's own before it has ended.
    let is_supervisor = |step: &Step| !step.conditional && step.program_name() == "supervisord";
    let main = last(&|step| !step.conditional && !is_own(step))
        .map(|at| match is_beside_server(&at) {
            true => last(&|step| !step.conditional && is_server(step))
                .or_else(|| steps.iter().rposition(is_supervisor).filter(|it| *it > at))
                .unwrap_or(at),
            false => at,
        })
        .or_else(|| steps.iter().rposition(is_supervisor))
        .or_else(|| last(&|step| !step.conditional))
        // Of branches that what is not in view decides between, a server takes the one for servers.
        .or_else(|| last(&|step| !is_own(step) && !is_for_developers(step) && !watches(step)))
        .or_else(|| last(&|step| !is_own(step) && !is_for_developers(step)))
        .or_else(|| last(&|step| !is_own(step)))
        .or_else(|| last(&|_| true))
        .or_else(|| {
            steps.iter().rposition(|step| step.exec && step.started.program.value != Program::Shell)
        })
        .or_else(|| steps.len().checked_sub(1))?;
    Some(reached.map_or(main, |it| main.min(it)))
}
