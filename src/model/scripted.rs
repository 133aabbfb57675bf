//! What people are told to run, or machines do, beside what starts by itself: deploy scripts,
//! workflows, Makefiles. What they change of a project's files is not what the tree has of it.

use crate::model::{Files, Found, Kind, Read};
use crate::syntax::kind;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
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
    /// Files that a shell takes its variables from.
    pub(in crate::model) sourced: BTreeSet<String>,
    /// The variables that stand in scripts, by the names of the files that these write.
    written: BTreeMap<String, BTreeSet<String>>,
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
            written: written(files),
            sourced: sourced(files),
            installs: steps(files).into_iter().flat_map(installing).chain(tasks(files)).collect(),
        }
    }

    /// Whether some command may write a file of this name.
    pub fn makes(&self, name: &str) -> bool {
        self.makes.iter().any(|line| line.contains(name))
    }

    /// The variables that a script sets which writes a file of this name, as into an env file that
    /// is made where the site is deployed.
    pub fn written_to(&self, path: &str) -> BTreeSet<String> {
        let name = path.rsplit('/').next().unwrap_or_default();
        self.written.get(name).cloned().unwrap_or_default()
    }

    /// Whether a script writes something into a file of this name, or into a copy of what it says.
    pub fn edits(&self, name: &str, text: &str) -> bool {
        self.edits.iter().any(|line| line.contains(name))
            || self.filled_in.iter().any(|word| text.contains(word))
    }

    /// Whether a value has a word that scripts put another in the place of.
    pub fn fills_in(&self, value: &str) -> bool {
        self.filled_in.iter().any(|word| value.contains(word))
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
    step_files(files).into_iter().map(|read| read.text).collect()
}

pub(in crate::model) fn step_files<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    let kinds = [Kind::Dockerfile, Kind::Shell, Kind::Workflow, Kind::Makefile, Kind::Compose];
    kinds.into_iter().flat_map(|kind| files.of(kind)).collect()
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

fn written(files: &Files) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for read in lists(files) {
        let targets: Vec<&str> = read.text.lines().flat_map(|it| targets(it, read.text)).collect();
        for target in targets {
            let name = target.rsplit('/').next().unwrap_or_default();
            found.entry(name.to_owned()).or_default().extend(assigned(read.text));
        }
    }
    found
}

/// The files that a line writes: what stands behind `>`, or is given to `tee`. A variable is what the
/// text around sets it to first.
fn targets<'t>(line: &'t str, text: &'t str) -> Vec<&'t str> {
    let bare = |word: &'t str| word.trim_matches(['"', '\'', ';', '(', ')']);
    let redirected = line.match_indices('>').filter_map(|(at, _)| {
        let behind = line[at + 1..].trim_start_matches(['>', '|']);
        behind.split_whitespace().next()
    });
    let teed = line.match_indices("tee ").flat_map(|(at, verb)| {
        let words = line[at + verb.len()..].split_whitespace();
        words.take_while(|it| !it.starts_with(['<', '>', '|', '&']))
    });
    let value = |word: &'t str| {
        let name = word.strip_prefix('$')?.trim_matches(['{', '}']);
        let set = |line: &'t str| line.trim_start().strip_prefix(name)?.strip_prefix('=');
        text.lines().find_map(set).map(bare)
    };
    let words = redirected.chain(teed).map(bare).map(|word| value(word).unwrap_or(word));
    words.filter(|word| !word.is_empty() && !word.starts_with(['&', '-'])).collect()
}

/// What stands behind `.` and `source`, or in what `export $(…)` is given, somewhere on a line.
fn sourced(files: &Files) -> BTreeSet<String> {
    let lines = lists(files).into_iter().flat_map(|read| read.text.lines());
    let lines = lines.filter(|line| !line.trim_start().starts_with('#'));
    let mut found = BTreeSet::new();
    for line in lines {
        let words: Vec<&str> =
            line.split([' ', '\t', ';', '&', '|', '(', ')', '"', '\'']).collect();
        let exports = ["export $(", "export `", "env $("].iter().any(|it| line.contains(it));
        for pair in words.windows(2) {
            if matches!(pair[0], "." | "source") || exports {
                found.insert(pair[1].trim_matches('`').to_owned());
            }
        }
    }
    found.retain(|path| path.contains("env"));
    found
}

/// The names that a text gives values to: `SECRET_KEY=…`.
fn assigned(text: &str) -> impl Iterator<Item = String> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
    text.match_indices('=').filter_map(move |(at, _)| {
        let start = text[..at].trim_end_matches(is_part).len();
        let name = &text[start..at];
        name.starts_with(|it: char| it.is_ascii_uppercase()).then(|| name.to_owned())
    })
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
            && line.to_ascii_lowercase().contains("settings")
            && verbs.iter().any(|verb| line.contains(verb))
    };
    let is_part = |it: char| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_';
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
