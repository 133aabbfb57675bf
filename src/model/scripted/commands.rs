//! What the commands of one file do to the files of a project.

use crate::model::scripted::env_files;
use crate::model::scripted::fills::{edits, filled_in, substituted};
use crate::model::scripted::installs::{installing, is_task, listing, only_tells};
use crate::model::{Kind, Read};
use crate::source::{file_name, lines_with_any};
use crate::syntax::kind;
use aho_corasick::AhoCorasick;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Where commands stand that somebody or something runs.
pub(super) const LISTS: [Kind; 9] = [
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

/// What installs things where a site is built or run.
pub(super) const STEPS: [Kind; 5] =
    [Kind::Dockerfile, Kind::Shell, Kind::Workflow, Kind::Makefile, Kind::Compose];

/// What is edited by hand, in the words of those who do it.
pub(super) const SCRIPTS: [Kind; 3] = [Kind::Shell, Kind::Makefile, Kind::Workflow];

#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::model) struct Commands {
    /// The settings that a command writes into the settings module.
    pub(super) settings: BTreeSet<String>,
    /// Those that it writes in the place of a text, where that stands there.
    pub(super) exchanged: Vec<(String, BTreeSet<String>)>,
    /// The files of Python, in the words of the script, that it puts another in the
    /// place of.
    pub(super) replaced: Vec<Utf8PathBuf>,
    /// The env files, in the words of the script, of which a deployment leaves nothing as it was.
    pub(super) rewritten: Vec<Utf8PathBuf>,
    /// The lines that may write files.
    pub(super) makes: Vec<String>,
    /// The lines that edit files.
    pub(super) edits: Vec<String>,
    /// The words that they put others in the place of.
    pub(super) filled_in: Vec<String>,
    /// The lines, in small letters, that install something.
    pub(super) installs: Vec<String>,
    /// Files that a shell takes its variables from.
    pub(super) sourced: BTreeSet<String>,
    /// Env files that it hands to docker: `docker run --env-file .env`.
    pub(super) handed: BTreeSet<String>,
    /// The names of the files that it writes.
    pub(super) targets: BTreeSet<String>,
    /// The variables that stand in it, if it writes any.
    pub(super) assigned: BTreeSet<String>,
}

impl Commands {
    pub(super) fn of(read: Read<'_>) -> Self {
        let (kind, text) = (read.parsed.kind(), read.text);
        let mut found = Self::default();
        if LISTS.contains(&kind) {
            found.makes = makes(text);
            found.sourced = sourced(text);
            found.handed = handed(text);
            found.targets = text.lines().flat_map(|it| targets(it, text)).map(name).collect();
            if !found.targets.is_empty() {
                found.assigned = assigned(text).collect();
            }
        }
        if LISTS.contains(&kind) || kind == Kind::Dockerfile {
            found.replaced = replaced(text);
        }
        if (SCRIPTS.contains(&kind) || is_deploy(read.path)) && deploys(text) {
            found.rewritten = env_files::rewritten(text);
        }
        if is_deploy(read.path) {
            let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
            let commands = lines.flat_map(|line| line.split(['"', '\'']));
            found.replaced = commands.filter_map(put_over).collect();
        }
        if is_deploy(read.path) && text.contains("Template(") {
            found.filled_in = substituted(text).collect();
        }
        if LISTS.contains(&kind) || kind == Kind::Dockerfile || is_deploy(read.path) {
            (found.settings, found.exchanged) = settings(text);
        }
        if SCRIPTS.contains(&kind) {
            found.edits = edits(text);
            let words = found.edits.iter().flat_map(|line| filled_in(line));
            found.filled_in = words.map(|word| word.replace("\\.", ".")).collect();
        }
        if STEPS.contains(&kind) || is_deploy(read.path) {
            found.installs = installing(text);
            found.installs.retain(|line| !only_tells(line));
            found.installs.extend(listing(text));
        }
        if kind == Kind::Text && is_of_yaml(read) {
            found.replaced = put_by_tasks(text).collect();
            found.rewritten = env_files::put_by_tasks(text);
            found
                .makes
                .extend(text.lines().filter(|it| target_of_task(it).is_some()).map(str::to_owned));
        }
        if kind == Kind::Text && is_task(read) {
            found.installs.push(text.to_ascii_lowercase());
        }
        found
    }
}

/// Whether what stands in a file brings something to a server or starts it there: a test may well make an
/// env file of its own.
fn deploys(text: &str) -> bool {
    let words = [
        "ssh",
        "scp",
        "rsync",
        "systemctl",
        "supervisorctl",
        "up -d",
        "up --build",
        "restart",
        "docker stack",
        "docker service",
        "docker run",
    ];
    words.iter().any(|it| text.contains(it))
}

fn makes(text: &str) -> Vec<String> {
    static WRITES: Words = LazyLock::new(|| {
        let words = [
            ">", "-o ", "-out ", "--output", "cp ", "touch ", "mv ", "tee ", "wget ", "curl ",
            "mkdir ", "envsubst",
        ];
        AhoCorasick::new(words).ok()
    });
    lines_having(text, &WRITES)
}

/// Words that are looked for at once.
pub(super) type Words = LazyLock<Option<AhoCorasick>>;

/// The lines of a text that have one of some words.
pub(super) fn lines_having(text: &str, words: &Words) -> Vec<String> {
    words.iter().flat_map(|it| lines_with_any(text, it)).map(str::to_owned).collect()
}

fn name(target: &str) -> String {
    target.rsplit('/').next().unwrap_or_default().to_owned()
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
        let set = |line: &'t str| {
            let line = line.trim_start();
            let declares = ["local ", "export ", "readonly ", "declare "];
            let line = declares.iter().find_map(|it| line.strip_prefix(it)).unwrap_or(line);
            line.strip_prefix(name)?.strip_prefix('=')
        };
        text.lines().find_map(set).map(bare)
    };
    let words = redirected.chain(teed).map(bare).map(|word| value(word).unwrap_or(word));
    words.filter(|word| !word.is_empty() && !word.starts_with(['&', '-'])).collect()
}

/// What stands behind `.` and `source`, or in what `export $(…)` is given, somewhere on a line.
fn sourced(text: &str) -> BTreeSet<String> {
    // Few lines have it, and to part the others takes longer than all else.
    let lines = text.lines().filter(|line| line.contains("env"));
    let lines = lines.filter(|line| !line.trim_start().starts_with('#'));
    let mut found = BTreeSet::new();
    for line in lines {
        let words: Vec<&str> =
            line.split([' ', '\t', ';', '&', '|', '(', ')', '"', '\'']).collect();
        let exports = ["export $(", "export `", "env $("].iter().any(|it| line.contains(it));
        for pair in words.windows(2) {
            if (matches!(pair[0], "." | "source") || exports) && pair[1].contains("env") {
                found.insert(pair[1].trim_matches('`').to_owned());
            }
        }
    }
    found
}

/// What stands behind `--env-file` where docker or podman is called, be it in an option that a variable holds.
fn handed(text: &str) -> BTreeSet<String> {
    const OPTION: &str = "--env-file";
    if !["docker", "podman"].iter().any(|it| text.contains(it)) {
        return BTreeSet::new();
    }
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let behind = lines.flat_map(|line| line.match_indices(OPTION).map(move |it| (line, it.0)));
    let ends = |it: char| it.is_whitespace() || matches!(it, '=' | '"' | '\'' | ')' | ';');
    let words = behind.filter_map(|(line, at)| {
        line[at + OPTION.len()..].trim_start_matches(ends).split(ends).next()
    });
    words.filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// The names that a text gives values to: `SECRET_KEY=…`.
fn assigned(text: &str) -> impl Iterator<Item = String> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
    text.match_indices('=').filter_map(move |(at, _)| {
        let start = text[..at].trim_end_matches(is_part).len();
        let name = &text[start..at];
        // `echo -e "\nKEY=…"`.
        let is_escaped = text[..start].ends_with('\\');
        let name = name.strip_prefix('n').filter(|_| is_escaped).unwrap_or(name);
        name.starts_with(|it: char| it.is_ascii_uppercase()).then(|| name.to_owned())
    })
}

pub(super) fn is_of_yaml(read: Read<'_>) -> bool {
    matches!(read.path.extension(), Some("yml" | "yaml"))
}

/// The files of Python that tasks of Ansible make of templates, or copy under another name
/// (Ansible's documentation, "ansible.builtin.template").
fn put_by_tasks(text: &str) -> impl Iterator<Item = Utf8PathBuf> {
    let targets = text.lines().filter_map(target_of_task).filter(|it| it.ends_with(".py"));
    targets.map(|target| {
        // What a variable has is not known, and may be the folder.
        let known = target.rsplit("}}").next().unwrap_or(target);
        known.trim_start_matches('/').into()
    })
}

/// The value of `dest=` or `dest:`, whose expressions may have blanks in them.
fn target_of_task(line: &str) -> Option<&str> {
    let line = line.split(" #").next().unwrap_or(line);
    let (before, behind) = line.split_once("dest=").or_else(|| line.split_once("dest:"))?;
    let behind = behind.trim_start().trim_matches(['"', '\'']);
    let end = behind.find(".py").map(|at| at + ".py".len());
    (!before.trim_start().starts_with('#')).then(|| behind.get(..end.unwrap_or(behind.len())))?
}

/// Whether a file is one of Python that deploys, for fabric as a rule.
pub(super) fn is_deploy(path: &Utf8Path) -> bool {
    let name = file_name(path).unwrap_or_default();
    name.ends_with(".py") && (name.starts_with("fab") || name.contains("deploy"))
}

/// The text that an editor looks for on a line, where it is one and no pattern: `s/DEBUG = True/…/`.
fn exchanged(line: &str) -> Option<&str> {
    let editor = ["sed ", "perl -p", "perl -i"].iter().find_map(|it| line.find(it))?;
    let mut starts = line[editor..].match_indices(['\'', '"']).filter_map(|(at, _)| {
        let rest = line[editor + at + 1..].strip_prefix('s')?;
        let delimiter = rest.chars().next().filter(|it| "/|#~@,:".contains(*it))?;
        Some(rest[delimiter.len_utf8()..].split(delimiter).next().unwrap_or_default())
    });
    let only = starts.next().filter(|_| starts.next().is_none() && !line.contains(';'))?;
    let is_plain = |it: char| it.is_ascii_alphanumeric() || " _='\"/,-".contains(it);
    (only.len() > 3 && only.chars().all(is_plain)).then_some(only)
}

/// The settings that a text writes, and those that it writes in the place of others.
fn settings(text: &str) -> (BTreeSet<String>, Vec<(String, BTreeSet<String>)>) {
    if !text.to_ascii_lowercase().contains("settings") {
        return Default::default();
    }
    let text = &text.replace("\\\n", " ");
    let writes = |line: &&str| {
        let line = line.trim_start();
        let verbs = ["sed ", "sed(", "perl -p", "perl -i", "append(", ".replace(", ">>", "tee "];
        !line.starts_with('#')
            && verbs.iter().any(|verb| line.contains(verb))
            && line.to_ascii_lowercase().contains("settings")
    };
    let is_part = |it: char| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_';
    let lines: Vec<&str> = text.lines().filter(writes).collect();
    let names = |line: &&str| -> BTreeSet<String> {
        let words = line.split(move |it| !is_part(it));
        words.filter(|word| word.len() > 3).map(str::to_owned).collect()
    };
    let exchanges = |line: &&str| Some((exchanged(line)?.to_owned(), names(line)));
    let mut exchanging: Vec<_> = lines.iter().filter_map(exchanges).collect();
    let others = lines.iter().filter(|line| exchanged(line).is_none());
    let mut found: BTreeSet<String> = others.flat_map(names).collect();
    // A text of several lines that is appended whole: `DATABASES = {{`.
    if !lines.is_empty() {
        let assigned = text.lines().filter_map(|line| line.split_once(" = "));
        let is_name = |it: &&str| it.len() > 3 && it.chars().all(is_part);
        found.extend(assigned.map(|(name, _)| name).filter(is_name).map(str::to_owned));
    }
    // `config["AllowedHosts"]`, and the keys of a database.
    let others = lines.iter().filter(|line| line.contains(".replace("));
    let others = others.flat_map(|line| line.split(|it: char| !it.is_ascii_alphanumeric()));
    found.extend(others.filter(|word| word.len() > 3).map(in_capitals));
    let with_database = |found: &mut BTreeSet<String>| {
        if found.contains("PASSWORD") || found.contains("USER") {
            found.insert("DATABASES".to_owned());
        }
    };
    with_database(&mut found);
    exchanging.iter_mut().for_each(|it| with_database(&mut it.1));
    (found, exchanging)
}

/// `AllowedHosts` as settings have it: `ALLOWED_HOSTS`.
fn in_capitals(word: &str) -> String {
    let mut written = String::new();
    for (at, letter) in word.char_indices() {
        let begins =
            letter.is_ascii_uppercase() && word[..at].ends_with(|it: char| it.is_ascii_lowercase());
        if begins {
            written.push('_');
        }
        written.push(letter.to_ascii_uppercase());
    }
    written
}

fn replaced(text: &str) -> Vec<Utf8PathBuf> {
    if !text.contains(".py") {
        return Vec::new();
    }
    let text = &text.replace("\\\n", " ");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let copying = lines.clone().filter(|line| line.contains(".py"));
    let copied = copying.flat_map(|line| line.split(['&', ';', '|'])).filter_map(put_over);
    copied.chain(lines.filter_map(|line| written_anew(line, text))).collect()
}

/// The file of Python that a line writes from the text which follows:
/// `cat <<EOF > settings.py`.
fn written_anew(line: &str, text: &str) -> Option<Utf8PathBuf> {
    if !line.contains("<<") || line.contains("<<<") || line.contains(">>") {
        return None;
    }
    let target = targets(line, text).into_iter().find(|it| it.ends_with(".py"))?;
    Some(target.into())
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
    // `settings.py.prod` is Python under another name.
    let is_python = from.ends_with(".py") || from.contains(".py.");
    let is_other = is_python && target.file_name()? != from;
    (is_other && !is_for_others).then(|| target.to_owned())
}
