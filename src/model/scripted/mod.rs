//! What people are told to run, or machines do, beside what starts by itself: deploy scripts,
//! workflows, Makefiles. What they change of a project's files is not what the tree has of it.

mod commands;
mod env_files;
mod fills;
mod installs;

pub(super) use commands::Commands;
pub(in crate::model) use installs::installing;

use crate::model::{Files, Kind, Read};
use camino::Utf8Path;
use commands::{LISTS, SCRIPTS, STEPS, is_deploy};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What puts a file or a folder somewhere.
pub(in crate::model) const PUTS: [&str; 5] = ["cp", "mv", "ln", "install", "rsync"];

/// Lists of commands that somebody wrote to have them run.
pub(in crate::model) fn scripts<'f>(files: &Files<'f>) -> Vec<Read<'f>> {
    SCRIPTS.into_iter().flat_map(|kind| files.of(kind)).collect()
}

/// What scripts change of a project's files before it runs.
pub struct Scripted {
    /// The settings that one writes into the settings module itself, as
    /// `sed -i 's/DEBUG = True/DEBUG = False/' settings.py` does.
    pub settings: Arc<BTreeSet<String>>,
    /// Those that one writes in the place of a text, if that stands in the module.
    pub(in crate::model) exchanged: Vec<(String, BTreeSet<String>)>,
    commands: Vec<Arc<Commands>>,
}

impl Scripted {
    pub(in crate::model) fn find(files: &Files) -> Self {
        let read = tellers(files).into_iter().chain(deploying(files));
        let mut commands: Vec<_> = read.map(|read| commands_of(files, read)).collect();
        // Every unit and compose file is a list of commands, and each question goes through all that
        // say something: of a thousand, few do.
        commands.retain(|it| **it != Commands::default());
        let settings = commands.iter().flat_map(|it| it.settings.iter().cloned()).collect();
        let exchanged = commands.iter().flat_map(|it| it.exchanged.iter().cloned()).collect();
        Self { settings: Arc::new(settings), exchanged, commands }
    }

    /// Whether some command may write a file of this name.
    pub fn makes(&self, name: &str) -> bool {
        self.commands.iter().flat_map(|it| &it.makes).any(|line| line.contains(name))
    }

    /// The same of a file whose name is no part of another's, as that of `.env` may be.
    pub fn writes(&self, name: &str) -> bool {
        let is_it = |word: &str| {
            let word = word.trim_matches(['"', '\'', ';', ')', '>', '`']);
            Utf8Path::new(word).file_name() == Some(name)
        };
        let mut lines = self.commands.iter().flat_map(|it| &it.makes);
        lines.any(|line| line.split_whitespace().any(is_it))
    }

    /// The variables that a script sets which writes a file of this name, as into an env file that
    /// is made where the site is deployed.
    pub fn written_to(&self, path: &str) -> BTreeSet<String> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let writers = self.commands.iter().filter(|it| it.targets.contains(name));
        writers.flat_map(|it| it.assigned.iter().cloned()).collect()
    }

    /// Whether a script writes something into a file of this name, or into a copy of what it says.
    pub fn edits(&self, name: &str, text: &str) -> bool {
        self.edited().any(|line| line.contains(name)) || self.fills_in(text)
    }

    /// The same of one file of the tree: a line that names the folder of another one, `web/nginx.conf`,
    /// does not mean it. What is absolute or made of variables may be a copy of it.
    pub fn edits_file(&self, path: &Utf8Path, text: &str) -> bool {
        let name = path.file_name().unwrap_or_default();
        let folder = path.parent().and_then(Utf8Path::file_name);
        let means_it = |word: &str| {
            let word = Utf8Path::new(word.trim_matches(['"', '\'', ';', ')']));
            let named = word.parent().and_then(Utf8Path::file_name);
            let is_another = named.is_some_and(|it| Some(it) != folder && it != ".");
            let is_open = word.is_absolute() || word.as_str().contains(['$', '*', '`', '~']);
            is_open || !is_another
        };
        let edits =
            |line: &str| line.split_whitespace().any(|it| it.contains(name) && means_it(it));
        self.edited().any(edits) || self.fills_in(text)
    }

    /// The lines that edit files.
    pub(in crate::model) fn edited(&self) -> impl Iterator<Item = &str> {
        self.commands.iter().flat_map(|it| &it.edits).map(String::as_str)
    }

    /// Whether scripts put anything in the place of words.
    pub(in crate::model) fn fills_in_any(&self) -> bool {
        self.commands.iter().any(|it| !it.filled_in.is_empty())
    }

    /// Whether a text has a word that scripts put another in the place of.
    pub fn fills_in(&self, text: &str) -> bool {
        self.words_filled_in(text).next().is_some()
    }

    /// The same of words that nginx takes for variables: `$name`.
    pub(in crate::model) fn fills_in_variables(&self, text: &str) -> bool {
        self.words_filled_in(text).any(|it| it.starts_with('$'))
    }

    /// The words of a text that scripts put others in the place of.
    fn words_filled_in(&self, text: &str) -> impl Iterator<Item = &String> {
        let words = self.commands.iter().flat_map(|it| &it.filled_in);
        words.filter(move |word| text.contains(word.as_str()))
    }

    /// The files that a shell takes its variables from.
    pub(in crate::model) fn sourced(&self) -> impl Iterator<Item = &str> {
        self.commands.iter().flat_map(|it| &it.sourced).map(String::as_str)
    }

    /// The env files that docker is given.
    pub(in crate::model) fn handed(&self) -> impl Iterator<Item = &str> {
        self.commands.iter().flat_map(|it| &it.handed).map(String::as_str)
    }

    /// Whether a script or a build of the tree installs a distribution by its name.
    pub fn installs(&self, distribution: &str) -> bool {
        self.commands.iter().any(|it| names(&it.installs, distribution))
    }

    /// Whether a script puts another file in the place of this one on the server, as
    /// `cp conf/prod_settings.py shop/settings.py` does.
    pub fn is_replaced(&self, path: &Utf8Path) -> bool {
        // The folder counts where it is written out; a variable in front of it may be any.
        let folder = |it: &Utf8Path| {
            let name = it.parent().and_then(Utf8Path::file_name)?;
            (!name.contains('$')).then(|| name.to_owned())
        };
        self.commands.iter().flat_map(|it| &it.replaced).any(|target| {
            target.file_name() == path.file_name()
                && folder(target).is_none_or(|of| folder(path).is_some_and(|it| it == of))
        })
    }

    /// Whether a deployment leaves nothing certain of an env file, whose path is that below the root of
    /// its tree: nobody knows how the folder of that is called on the server.
    pub fn rewrites(&self, env_file: &Utf8Path) -> bool {
        let own = env_file.parent().and_then(Utf8Path::file_name);
        self.commands.iter().flat_map(|it| &it.rewritten).any(|target| {
            let folder = target.parent().and_then(Utf8Path::file_name);
            let is_open = folder.is_none_or(|it| it.contains('$') || matches!(it, "." | ".."));
            let is_root = own.is_none() && (target.is_absolute() || target.starts_with("~"));
            target.file_name() == env_file.file_name() && (is_open || is_root || folder == own)
        })
    }
}

/// Reads side by side what will be asked for one by one, or while others wait for it.
pub(in crate::model) fn read_ahead(files: &Files) {
    tellers(files).into_par_iter().with_max_len(1).for_each(|read| _ = commands_of(files, read));
}

fn commands_of(files: &Files, read: Read<'_>) -> Arc<Commands> {
    files.memo.commands(read.id, || Commands::of(read))
}

/// The programs of Python that deploy, for fabric as a rule.
pub(in crate::model) fn deploying<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    let deploy = files.ending_in(&["py"]).into_iter().filter(|path| is_deploy(path));
    let read = deploy.filter_map(|path| files.skim(path).read());
    read.collect()
}

/// Everything that may change files of a project, by its format.
fn tellers<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    let others = [Kind::Dockerfile, Kind::Text];
    lists(files).into_iter().chain(others.into_iter().flat_map(|kind| files.of(kind))).collect()
}

/// What installs things where a site is built or run.
pub(in crate::model) fn steps<'a>(files: &Files<'a>) -> Vec<&'a str> {
    step_files(files).into_iter().map(|read| read.text).collect()
}

pub(in crate::model) fn step_files<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    STEPS.into_iter().flat_map(|kind| files.of(kind)).collect()
}

/// Everything that lists commands.
pub(in crate::model) fn lists<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    LISTS.iter().flat_map(|kind| files.of(*kind)).collect()
}

/// Whether one of such lines has a distribution.
pub(in crate::model) fn names(installing: &[String], distribution: &str) -> bool {
    let underscored = distribution.replace('-', "_");
    installing.iter().any(|line| line.contains(distribution) || line.contains(&underscored))
}
