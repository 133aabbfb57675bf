//! Env files that a deployment makes anew on the server, whatever the tree has under their name.

use crate::model::Kind;
use crate::syntax::kind;
use camino::{Utf8Path, Utf8PathBuf};

/// The env files that commands write, or put another in the place of. One that `sed -i` edits, or that is a
/// template of the tree filled in, has all else of the tree's.
pub(super) fn rewritten(text: &str) -> Vec<Utf8PathBuf> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let commands = lines.clone().flat_map(|line| line.split(['&', ';', '|']));
    let mut found: Vec<Utf8PathBuf> = lines.flat_map(redirected).collect();
    found.extend(commands.flat_map(changed));
    found.extend(made_by_action(text));
    found
}

/// The env files that tasks of Ansible make of templates or copies (`dest:` of "ansible.builtin.template"
/// and "ansible.builtin.copy").
pub(super) fn put_by_tasks(text: &str) -> Vec<Utf8PathBuf> {
    let targets = text.lines().filter_map(|line| {
        let (before, behind) = line.split_once("dest=").or_else(|| line.split_once("dest:"))?;
        let target = behind.trim_start().split([',', '#']).next()?.trim_end();
        (!before.trim_start().starts_with('#')).then_some(target)
    });
    // What an expression has is not known, as with a variable of a shell.
    targets.filter_map(|it| env_file(&it.replace("{{", "$").replace("}}", ""))).collect()
}

/// `> .env`, which leaves nothing of what was there; `>>` adds to it.
fn redirected(line: &str) -> impl Iterator<Item = Utf8PathBuf> {
    line.match_indices('>').filter_map(move |(at, _)| {
        let adds = line[..at].ends_with('>') || line[at + 1..].starts_with('>');
        // `envsubst < site.env.template > .env`, `sed … .env.example > .env`
        let before = line[..at].split_whitespace().next_back();
        let fills_in = before.is_some_and(|it| is_to_be_filled_in(Utf8Path::new(bare(it))));
        let word = line[at + 1..].trim_start_matches('|').split_whitespace().next();
        word.filter(|_| !adds && !fills_in).and_then(env_file)
    })
}

/// The env files that a command puts another file over, fills or takes away.
fn changed(command: &str) -> Vec<Utf8PathBuf> {
    const VERBS: [&str; 8] = ["cp", "mv", "ln", "install", "scp", "rsync", "tee", "rm"];
    let mut words = command.split_whitespace();
    let Some(verb) = words.find_map(|word| VERBS.into_iter().find(|it| *it == bare(word))) else {
        return Vec::new();
    };
    let (options, files): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with('-'));
    match verb {
        "tee" if options.iter().any(|it| matches!(*it, "-a" | "--append")) => Vec::new(),
        "tee" | "rm" => files.into_iter().filter_map(env_file).collect(),
        _ => {
            let [sources @ .., target] = files.as_slice() else { return Vec::new() };
            // People begin with an example.
            let begins = sources.iter().any(|it| is_to_be_filled_in(Utf8Path::new(bare(it))));
            let is_put = !sources.is_empty() && !begins;
            env_file(target).filter(|_| is_put).into_iter().collect()
        }
    }
}

/// `file_name:` of the actions that make an env file, which is `.env` by default.
fn made_by_action(text: &str) -> Option<Utf8PathBuf> {
    let is_action = |line: &str| {
        line.split_once("uses:")
            .is_some_and(|(_, name)| name.contains("envfile") || name.contains("env-file"))
    };
    let mut lines = text.lines().skip_while(|line| !is_action(line));
    lines.next()?;
    let mut own = lines.take_while(|line| !line.trim_start().starts_with("- "));
    let named = own.find_map(|line| line.trim().strip_prefix("file_name:"));
    env_file(named.map_or(".env", str::trim))
}

/// The env file that a word names, be it on another machine: `root@host:/srv/shop/.env`.
fn env_file(word: &str) -> Option<Utf8PathBuf> {
    let word = bare(word);
    let path = Utf8Path::new(word.rsplit_once(':').map_or(word, |(_, path)| path));
    let is_env = kind::by_name(path) == Some(Kind::Dotenv) && !kind::is_example(path);
    is_env.then(|| path.to_owned())
}

fn is_to_be_filled_in(path: &Utf8Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    kind::is_example(path) || kind::TEMPLATES.contains(&ending)
}

/// A word without what quotes it, and what ends a text around it.
fn bare(word: &str) -> &str {
    word.trim_matches(['"', '\'', '(', ')', '}', '`'])
}
