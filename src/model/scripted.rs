//! What people are told to run, or machines do, beside what starts by itself: deploy scripts,
//! workflows, Makefiles. What they change of a project's files is not what the tree has of it.

use crate::model::{Files, Found, Kind, Read};
use crate::syntax::kind;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Where commands stand that somebody or something runs.
const LISTS: [Kind; 9] = [
    Kind::Shell,
    Kind::Makefile,
    Kind::Workflow,
    Kind::Systemd,
    Kind::Procfile,
    Kind::Supervisor,
    Kind::Crontab,
    Kind::Compose,
    Kind::Toml,
];

/// What scripts change of a project's files before it runs.
pub struct Scripted {
    /// The settings that one writes into the settings module itself, as
    /// `sed -i 's/DEBUG = True/DEBUG = False/' settings.py` does.
    pub settings: Arc<BTreeSet<String>>,
    /// The Python files, in the words of the script, that it puts another in the place of.
    replaced: Vec<Utf8PathBuf>,
    /// The lines that may write files.
    makes: Vec<String>,
    /// The lines that edit files.
    edits: Vec<String>,
    /// The words that they put others in the place of.
    filled_in: Vec<String>,
    /// The lines, in small letters, that install something.
    installs: Vec<String>,
}

impl Scripted {
    pub(in crate::model) fn find(files: &Files) -> Self {
        let edits = edits(files);
        Self {
            settings: Arc::new(settings(files)),
            replaced: replaced(files),
            makes: makes(files),
            filled_in: edits.iter().flat_map(|line| filled_in(line)).map(str::to_owned).collect(),
            edits,
            installs: steps(files).into_iter().flat_map(installing).chain(tasks(files)).collect(),
        }
    }

    /// Whether some command may write a file of this name.
    pub fn makes(&self, name: &str) -> bool {
        self.makes.iter().any(|line| line.contains(name))
    }

    /// Whether a script writes something into a file of this name, or into a copy of what it says.
    pub fn edits(&self, name: &str, text: &str) -> bool {
        self.edits.iter().any(|line| line.contains(name))
            || self.filled_in.iter().any(|word| text.contains(word))
    }

    /// Whether a script or a build of the tree installs a distribution by its name.
    pub fn installs(&self, distribution: &str) -> bool {
        names(&self.installs, distribution)
    }

    /// Whether a script puts another file in the place of this one on the server, as
    /// `cp conf/prod_settings.py shop/settings.py` does.
    pub fn is_replaced(&self, path: &Utf8Path) -> bool {
        // The folder counts where it is written out; a variable in front of it may be any.
        let folder = |it: &Utf8Path| it.parent().and_then(Utf8Path::file_name).map(str::to_owned);
        self.replaced.iter().any(|target| {
            target.file_name() == path.file_name()
                && folder(target).is_none_or(|of| folder(path).is_some_and(|it| it == of))
        })
    }
}

/// What installs things where a site is built or run.
pub(in crate::model) fn steps<'a>(files: &Files<'a>) -> Vec<&'a str> {
    let kinds = [Kind::Dockerfile, Kind::Shell, Kind::Workflow, Kind::Makefile, Kind::Compose];
    kinds.into_iter().flat_map(|kind| files.of(kind)).map(|read| read.text).collect()
}

/// Everything that lists commands.
pub(in crate::model) fn lists<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    LISTS.iter().flat_map(|kind| files.of(*kind)).collect()
}

fn makes(files: &Files) -> Vec<String> {
    let writes =
        [">", "-o ", "cp ", "touch ", "mv ", "tee ", "wget ", "curl ", "mkdir ", "envsubst"];
    let lists = lists(files).into_iter();
    let lines = lists.flat_map(|read| read.text.lines());
    lines.filter(|line| writes.iter().any(|it| line.contains(it))).map(str::to_owned).collect()
}

fn edits(files: &Files) -> Vec<String> {
    let editors = ["sed ", "envsubst", "perl -pi"];
    let scripts = [Kind::Shell, Kind::Makefile, Kind::Workflow];
    let scripts = scripts.into_iter().flat_map(|kind| files.of(kind));
    let lines = scripts.flat_map(|script| script.text.lines());
    lines.filter(|line| editors.iter().any(|it| line.contains(it))).map(str::to_owned).collect()
}

/// The words that `sed` replaces on a line (`s~app_path~$path~g`), as far as nobody would write them
/// for themselves.
fn filled_in(line: &str) -> impl Iterator<Item = &str> {
    let delimited = line.match_indices('s').filter_map(|(at, _)| {
        let rest = &line[at + 1..];
        let delimiter = rest.chars().next().filter(|it| "/|#~@,:".contains(*it))?;
        let starts = !line[..at].ends_with(|it: char| it.is_ascii_alphanumeric());
        let word = rest[delimiter.len_utf8()..].split(delimiter).next()?;
        starts.then_some(word)
    });
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    delimited.filter(move |word| {
        let is_made_up = word.contains('_') || word.bytes().all(|it| it.is_ascii_uppercase());
        word.len() >= 6 && is_made_up && word.chars().all(is_name)
    })
}

/// The lines of a text, in small letters, that tell to install something.
pub(in crate::model) fn installing(text: &str) -> Vec<String> {
    const WORDS: [&str; 7] = ["install", " add ", " sync", "pip ", "conda", "--with", "apk "];
    let text = text.replace("\\\n", " ").to_ascii_lowercase();
    let lines = text.lines().filter(|line| WORDS.iter().any(|it| line.contains(it)));
    lines.map(str::to_owned).collect()
}

/// The files of tasks that install with pip (Ansible's documentation, "ansible.builtin.pip"), each as
/// one line: what a task installs stands on lines of its own.
fn tasks(files: &Files) -> impl Iterator<Item = String> {
    let is_list = |read: &Read| matches!(read.path.extension(), Some("yml" | "yaml"));
    let lists = files.of(Kind::Text).into_iter().filter(is_list);
    lists.filter(|read| read.text.contains("pip:")).map(|read| read.text.to_ascii_lowercase())
}

/// Whether one of such lines has a distribution.
pub(in crate::model) fn names(installing: &[String], distribution: &str) -> bool {
    let underscored = distribution.replace('-', "_");
    installing.iter().any(|line| line.contains(distribution) || line.contains(&underscored))
}

fn settings(files: &Files) -> BTreeSet<String> {
    let is_deploy = |path: &&Utf8PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.ends_with(".py") && (name.starts_with("fab") || name.contains("deploy"))
    };
    let tasks = files.tree.files().filter(is_deploy).filter_map(|path| match files.find(path) {
        Found::Read(read) => Some(read),
        Found::Wanted | Found::Folder | Found::Absent => None,
    });
    let texts = lists(files).into_iter().chain(files.of(Kind::Dockerfile)).chain(tasks);
    let lines = texts.flat_map(|read| read.text.lines());
    let writes = |line: &&str| {
        let line = line.trim_start();
        let verbs = ["sed ", "sed(", "append(", ">>", "tee "];
        !line.starts_with('#')
            && line.contains("settings")
            && verbs.iter().any(|verb| line.contains(verb))
    };
    let is_part = |it: char| it.is_ascii_uppercase() || it == '_';
    let words = lines.filter(writes).flat_map(|line| line.split(move |it| !is_part(it)));
    words.filter(|word| word.len() > 3).map(str::to_owned).collect()
}

fn replaced(files: &Files) -> Vec<Utf8PathBuf> {
    let texts = lists(files).into_iter().chain(files.of(Kind::Dockerfile));
    let commands = texts
        .flat_map(|read| read.text.lines())
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(|line| line.split(['&', ';', '|']));
    commands.filter_map(put_over).collect()
}

/// The file that a command copies one of another name over: none of an example, with which people
/// begin, and none for developers.
fn put_over(command: &str) -> Option<Utf8PathBuf> {
    let mut words = command.split_whitespace().map(|it| it.trim_matches(['"', '\'']));
    let verbs = ["cp", "mv", "ln", "install"];
    words.by_ref().find(|word| verbs.contains(word))?;
    let files: Vec<&Utf8Path> =
        words.filter(|it| !it.starts_with('-')).map(Utf8Path::new).collect();
    let [source, target] = files[..] else { return None };
    let from = source.file_name()?;
    let others = ["dev", "development", "local", "test", "tests", "testing", "ci", "travis"];
    let mut parts = source.as_str().split(['/', '.', '-', '_']);
    let is_for_others = kind::is_example(source) || parts.any(|part| others.contains(&part));
    let is_other = from.ends_with(".py") && target.file_name()? != from;
    (is_other && !is_for_others).then(|| target.to_owned())
}
