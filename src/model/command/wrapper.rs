//! What stands before a program: `env A=b`, `exec`, `sudo -u app`, `poetry run`, `sh -c`.

use crate::fact::Fact;
use crate::model::command::{Options, name};

/// A command line without its wrappers.
#[derive(Debug, Default)]
pub(super) struct Unwrapped {
    pub(super) words: Vec<Fact<String>>,
    pub(super) sets: Vec<(String, Fact<String>)>,
    pub(super) user: Option<Fact<String>>,
}

/// Wrappers that take no value before the command they run.
const PLAIN: &[&str] = &[
    "exec",
    "nohup",
    "tini",
    "dumb-init",
    "catatonit",
    "ddtrace-run",
    "opentelemetry-instrument",
    "time",
];

/// Tools that run a command in a project's environment: `poetry run`.
const RUNNERS: &[&str] = &["poetry", "pipenv", "uv", "pdm", "hatch", "rye", "newrelic-admin"];

/// More than this many wrappers in each other is nobody's command.
const DEEPEST: usize = 16;

pub(super) fn unwrap(words: &[Fact<String>]) -> Option<Unwrapped> {
    let mut out = Unwrapped { words: words.to_vec(), ..Unwrapped::default() };
    for _ in 0..DEEPEST {
        let first = out.words.first()?.value.clone();
        let rest = out.words[1..].to_vec();
        let program = name(&first);
        if let Some((variable, value)) = assignment(&first) {
            let fact = out.words[0].map(|_| value.to_owned());
            out.sets.push((variable.to_owned(), fact));
            out.words = rest;
            continue;
        }
        out.words = match program {
            "env" => skip_options(&rest, &["-u", "--unset", "-C", "--chdir"]),
            "sudo" | "gosu" | "su-exec" | "setpriv" | "runuser" | "chroot" | "su" => {
                user(program, &rest, &mut out.user)
            }
            "nice" | "ionice" | "taskset" | "chrt" => {
                skip_options(&rest, &["-n", "-c", "--adjustment"])
            }
            "timeout" => skip_options(&rest, &["-s", "-k"]).into_iter().skip(1).collect(),
            it if PLAIN.contains(&it) => skip_options(&rest, &[]),
            it if RUNNERS.contains(&it) => {
                let at = rest
                    .iter()
                    .position(|word| matches!(word.value.as_str(), "run" | "run-program"));
                let Some(at) = at else { return Some(out) };
                skip_options(&rest[at + 1..], &["--env-file", "--extra", "--group", "--with"])
            }
            _ => return Some(out),
        };
    }
    None
}

/// `NAME=value` before a command.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (variable, value) = word.split_once('=')?;
    let is_name = !variable.is_empty()
        && !variable.starts_with(|c: char| c.is_ascii_digit())
        && variable.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((variable, value))
}

/// What follows a wrapper's own options, those in `valued` with their values.
fn skip_options(words: &[Fact<String>], valued: &[&str]) -> Vec<Fact<String>> {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let text = word.value.as_str();
        if text == "--" {
            at += 1;
            break;
        }
        if !text.starts_with('-') {
            break;
        }
        at += if valued.contains(&text) { 2 } else { 1 };
    }
    words.get(at..).unwrap_or_default().to_vec()
}

/// Takes a change of user away: `sudo -u app`, `gosu app:app`, `setpriv --reuid=app`.
fn user(
    program: &str,
    words: &[Fact<String>],
    user: &mut Option<Fact<String>>,
) -> Vec<Fact<String>> {
    let options = Options::read(words, &["-E", "-H", "-n", "-i", "-l", "-", "--init-groups"]);
    let named = options.value(&["-u", "--user", "--reuid"]);
    match program {
        "gosu" | "su-exec" => {
            *user = words.first().map(|word| word.map(|it| before_colon(it).to_owned()));
            words.get(1..).unwrap_or_default().to_vec()
        }
        _ => {
            // Without a user sudo and su make it root.
            *user = named.or_else(|| Some(words.first()?.map(|_| "root".to_owned())));
            let valued = ["-u", "--user", "-g", "--group", "--reuid", "--regid", "-s"];
            skip_options(words, &valued)
        }
    }
}

fn before_colon(text: &str) -> &str {
    text.split(':').next().unwrap_or(text)
}
