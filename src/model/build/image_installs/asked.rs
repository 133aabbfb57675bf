//! What one command of a build installs of Python: pip's, uv's, pipenv's and poetry's ways of saying so.

use crate::fact::Fact;
use crate::model::command::{Program, Started, option};

/// One of the things that a command installs.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    /// `-r requirements.txt`
    List(Fact<String>),
    /// `gunicorn==23.0`
    Named(Fact<String>),
    /// `.` or `-e ./lib[prod]`: a folder with a project.
    Folder(Fact<String>),
    /// What the project of the working directory asks for.
    Project(ProjectFile),
    /// `/wheels/*.whl`: what `pip wheel` made earlier.
    Wheels,
    /// Nothing yet: a list is written of what the project asks for, for pip.
    Export(ProjectFile),
    /// Nothing yet: `pip wheel` makes wheels of lists.
    Wheeling,
}

/// The file that poetry, uv or pipenv read, and whether they install what is for developers as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProjectFile {
    pub(super) name: &'static str,
    pub(super) groups: bool,
}

/// What manages Python's packages beside those that are read here, or may do anything.
const OTHERS: [&str; 18] = [
    "conda",
    "mamba",
    "micromamba",
    "pdm",
    "hatch",
    "rye",
    "easy_install",
    "pixi",
    "make",
    "just",
    "task",
    "tox",
    "nox",
    "ansible",
    "ansible-playbook",
    "fab",
    "inv",
    "buildout",
];

/// Options of `pip install` and of its like in uv that take a word (pip's and uv's manuals).
const WITH_VALUE: [&str; 37] = [
    "-i",
    "--index-url",
    "--extra-index-url",
    "--index",
    "--default-index",
    "-f",
    "--find-links",
    "-t",
    "--target",
    "--prefix",
    "--root",
    "--src",
    "-w",
    "--wheel-dir",
    "-d",
    "--dest",
    "--cache-dir",
    "--trusted-host",
    "--timeout",
    "--default-timeout",
    "--retries",
    "--proxy",
    "--no-binary",
    "--only-binary",
    "--platform",
    "--python-version",
    "--implementation",
    "--abi",
    "--progress-bar",
    "--log",
    "-C",
    "--config-settings",
    "--global-option",
    "-p",
    "--python",
    "--link-mode",
    "--upgrade-strategy",
];

/// What a command installs, and nothing of most. `None` if it may install what nobody sees.
pub(super) fn asked(started: &Started) -> Option<Vec<Asked>> {
    let words = started.words.as_slice();
    let program = started.program_name();
    let name = match (&started.module, is_python(program)) {
        (Some(module), _) => module.value.as_str(),
        (None, true) => return of_python(started),
        (None, false) => program,
    };
    if OTHERS.contains(&name) || is_script(started) {
        return None;
    }
    match name {
        "apt" | "apt-get" | "apk" | "dnf" | "yum" | "microdnf" => {
            (!words.iter().any(|it| is_of_system(&it.value))).then(Vec::new)
        }
        "uv" => of_uv(words),
        "poetry" => of_poetry(words),
        "pipenv" => of_pipenv(words),
        "pip-sync" => Some(lists(words)),
        // A distribution is built of a project, and may be installed by its name.
        "build" => None,
        _ if is_pip(name) => of_pip(words),
        _ => Some(Vec::new()),
    }
}

/// `pip`, `pip3`, `pip3.12`.
fn is_pip(name: &str) -> bool {
    name.strip_prefix("pip").is_some_and(is_version)
}

fn is_python(name: &str) -> bool {
    name.strip_prefix("python").is_some_and(is_version)
}

fn is_version(text: &str) -> bool {
    text.chars().all(|it| it.is_ascii_digit() || it == '.')
}

/// What an interpreter is given: `setup.py` asks for what only running it tells.
fn of_python(started: &Started) -> Option<Vec<Asked>> {
    let of_setup =
        |it: &Fact<String>| ["setup", "install"].iter().any(|word| it.value.contains(word));
    (!started.script.iter().chain(&started.words).any(of_setup)).then(Vec::new)
}

/// Every word that is no option is a list.
fn lists(words: &[Fact<String>]) -> Vec<Asked> {
    let lists = words.iter().filter(|it| !it.value.starts_with('-'));
    lists.cloned().map(Asked::List).collect()
}

/// A script that nobody could read. A shell alone runs what it is handed, as the installers of tools.
fn is_script(started: &Started) -> bool {
    let path = started.executable.value.as_str();
    let takes_file = started.program.value == Program::Shell
        && started.words.iter().any(|it| !it.value.starts_with('-') && it.value != "-s");
    takes_file && !started.words.iter().any(|it| it.value == "-c")
        || path.ends_with(".sh")
        || path.starts_with("./")
        || path.contains('$')
}

/// Whether a package of a distribution is one of Python's libraries, and not a part of Python.
fn is_of_system(package: &str) -> bool {
    const PARTS: [&str; 9] =
        ["dev", "pip", "venv", "setuptools", "wheel", "distutils", "minimal", "virtualenv", "full"];
    let library = ["python3-", "python-", "py3-", "python3.", "python2-"]
        .iter()
        .find_map(|it| package.strip_prefix(it));
    library
        .is_some_and(|it| !PARTS.iter().any(|part| it.split(['-', '=']).any(|word| word == *part)))
        && package.contains('-')
}

/// The words behind the options of the program itself, from its command on.
fn from_command(words: &[Fact<String>]) -> &[Fact<String>] {
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|it| it.value.starts_with('-')) {
        at += if WITH_VALUE.contains(&word.value.as_str()) { 2 } else { 1 };
    }
    words.get(at..).unwrap_or_default()
}

fn of_pip(words: &[Fact<String>]) -> Option<Vec<Asked>> {
    let [command, rest @ ..] = from_command(words) else { return Some(Vec::new()) };
    match command.value.as_str() {
        "install" => installed(rest),
        "wheel" | "download" => {
            let mut asked = installed(rest)?;
            asked.push(Asked::Wheeling);
            Some(asked)
        }
        _ => Some(Vec::new()),
    }
}

/// What `pip install` is given.
fn installed(words: &[Fact<String>]) -> Option<Vec<Asked>> {
    let mut found = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.value.as_str();
        let of_option = |short: &str, long: &str| {
            let joined = text.strip_prefix(long).and_then(|it| it.strip_prefix('='));
            let joined =
                joined.or_else(|| text.strip_prefix(short).filter(|_| !text.starts_with("--")));
            joined.filter(|it| !it.is_empty()).map(|it| word.map(|_| it.to_owned()))
        };
        match text {
            "-r" | "--requirement" | "--requirements" => {
                found.push(Asked::List(words.next()?.clone()))
            }
            "-e" | "--editable" => found.push(one(words.next()?)?),
            "-c" | "--constraint" | "--constraints" => _ = words.next(),
            _ if WITH_VALUE.contains(&text) => _ = words.next(),
            _ if text.starts_with('-') => {
                if let Some(list) = of_option("-r", "--requirement") {
                    found.push(Asked::List(list));
                } else if let Some(folder) = of_option("-e", "--editable") {
                    found.push(one(&folder)?);
                }
            }
            _ => found.push(one(word)?),
        }
    }
    // What comes by a pipe, or from a variable that is empty here.
    (!found.is_empty()).then_some(found)
}

/// A word that is neither an option nor belongs to one.
fn one(word: &Fact<String>) -> Option<Asked> {
    let text = word.value.as_str();
    if text.contains(['$', '`']) {
        return None;
    }
    if text.ends_with(".whl") || text.ends_with("/*") {
        return Some(Asked::Wheels);
    }
    // A URL has its name in front, as PEP 508 wants it, or it is not known.
    let is_named = text.starts_with(|it: char| it.is_ascii_alphanumeric()) && !text.contains("://");
    let is_folder = text.starts_with('.') || text.starts_with('/');
    match (is_folder, is_named || text.contains("@ ") || text.contains("#egg=")) {
        (true, _) => Some(Asked::Folder(word.clone())),
        (false, true) if text.contains('/') && !text.contains('@') => None,
        (false, true) => Some(Asked::Named(word.clone())),
        (false, false) => None,
    }
}

const PYPROJECT: &str = "pyproject.toml";

fn has(words: &[Fact<String>], any: &[&str]) -> bool {
    let is_it = |word: &str, option: &&str| word.split('=').next() == Some(*option);
    words.iter().any(|word| any.iter().any(|it| is_it(&word.value, it)))
}

fn of_uv(words: &[Fact<String>]) -> Option<Vec<Asked>> {
    let [command, rest @ ..] = from_command(words) else { return Some(Vec::new()) };
    let less = has(rest, &["--no-dev", "--no-default-groups"]);
    let more = has(rest, &["--group", "--all-groups", "--only-group", "--extra", "--all-extras"]);
    let file = ProjectFile { name: PYPROJECT, groups: !less || more };
    match command.value.as_str() {
        "pip" => match from_command(rest) {
            [sync, rest @ ..] if sync.value == "sync" => Some(lists(rest)),
            rest => of_pip(rest),
        },
        "sync" if has(rest, &["--directory", "--project", "--script", "--package"]) => None,
        "sync" => Some(vec![Asked::Project(file)]),
        "export" => Some(vec![Asked::Export(file)]),
        "add" | "run" => None,
        _ => Some(Vec::new()),
    }
}

fn of_poetry(words: &[Fact<String>]) -> Option<Vec<Asked>> {
    let [command, rest @ ..] = from_command(words) else { return Some(Vec::new()) };
    let only = option(rest, &["--only"]).is_some_and(|it| it.value == "main");
    let less = only || has(rest, &["--no-dev", "--only-root"]);
    let more = has(rest, &["--with", "-E", "--extras", "--all-extras", "--all-groups"]);
    let file = ProjectFile { name: PYPROJECT, groups: !less || more };
    match command.value.as_str() {
        "install" | "sync" if has(rest, &["-C", "--directory", "-P", "--project"]) => None,
        "install" | "sync" | "update" => Some(vec![Asked::Project(file)]),
        "export" => Some(vec![Asked::Export(file)]),
        "add" | "build" => None,
        _ => Some(Vec::new()),
    }
}

fn of_pipenv(words: &[Fact<String>]) -> Option<Vec<Asked>> {
    let [command, rest @ ..] = from_command(words) else { return Some(Vec::new()) };
    let file = ProjectFile { name: "Pipfile", groups: has(rest, &["--dev", "-d"]) };
    match command.value.as_str() {
        "install" | "sync" => {
            if has(rest, &["-r", "--requirements", "--categories"]) {
                return None;
            }
            let named = rest.iter().filter(|it| !it.value.starts_with('-'));
            let named: Option<Vec<Asked>> = named.map(one).collect();
            Some(std::iter::once(Asked::Project(file)).chain(named?).collect())
        }
        "requirements" | "lock" => Some(vec![Asked::Export(file)]),
        _ => Some(Vec::new()),
    }
}
