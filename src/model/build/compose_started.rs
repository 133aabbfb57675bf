//! What brings compose files up where visitors come, of what the tree has.
//!
//! Files that are called after production were made for it, and whatever brings them up under that name is
//! heard. All others are called by everybody on their own machine: there a call counts that is the server's
//! own — a unit's, a crontab's, one of a script that fetches what is new or goes over ssh, of a runner of
//! somebody's own, of a target called `deploy` — or that a text for people has below a heading about servers;
//! so do a playbook and a program of fabric that know compose.

use crate::fact::Fact;
use crate::model::build::compose_drops;
use crate::model::build::compose_said;
use crate::model::build::told::recipe_at;
use crate::model::compose::{Invocation, invocations};
use crate::model::scripted::deploying;
use crate::model::{Files, Kind, Read};
use crate::syntax::Parsed;
use std::collections::BTreeSet;

/// Whether a call in a file of commands is one of the server's.
pub(super) fn is_servers(files: &Files, read: Read<'_>, call: &Fact<Invocation>) -> bool {
    let Some(place) = call.evidence().place() else { return false };
    let before = &read.text[..place.span.start as usize];
    let line = before.rsplit('\n').next().unwrap_or_default();
    if line.trim_start().starts_with('#') {
        return false;
    }
    let goes_there = line.contains("ssh") || line.contains("DOCKER_HOST=");
    goes_there
        || compose_drops::deploying(read, place.span).is_some()
        || match read.parsed {
            Parsed::Workflow(_) => read.has("self-hosted") || is_job_of_pipeline(read.text, before),
            Parsed::Shell(_) => compose_drops::runs_on_server(files, read.path),
            _ if read.parsed.kind() == Kind::Makefile => {
                let recipe = recipe_at(read.text, place.span.start as usize);
                let target = read.text[recipe].split(':').next().unwrap_or_default();
                ["deploy", "prod", "server", "live"].iter().any(|it| target.contains(it))
            }
            _ => matches!(read.parsed.kind(), Kind::Systemd | Kind::Crontab),
        }
}

/// The services that a script brings up before it brings up others, once it has waited, or has had the
/// database brought up to date.
pub(super) fn brought_up_first(read: Read<'_>, calls: &[&Fact<Invocation>]) -> BTreeSet<String> {
    let mut first = BTreeSet::new();
    if !matches!(read.parsed, Parsed::Shell(_)) {
        return first;
    }
    let starts = |it: &&&Fact<Invocation>| {
        matches!(it.value.subcommand.as_deref(), Some("up" | "start")) && !it.value.is_update
    };
    let starts: Vec<&&Fact<Invocation>> = calls.iter().filter(starts).collect();
    for (at, call) in starts.iter().enumerate() {
        let after = starts[at + 1..].iter().find(|it| it.value.arguments != call.value.arguments);
        let between = after.and_then(|after| {
            let (from, to) = (call.evidence().place()?, after.evidence().place()?);
            read.text.get(from.span.end as usize..to.span.start as usize)
        });
        // Branches of `case` take turns.
        let is_waited_for = between.is_some_and(|text| {
            let waits = ["sleep ", "wait", "pg_isready", " migrate"];
            waits.iter().any(|it| text.contains(it)) && !text.contains(";;")
        });
        if is_waited_for {
            first.extend(call.value.arguments.iter().cloned());
        }
    }
    first
}

/// Whether commands that end here are those of a job of GitLab's, or of another such service, which is
/// called after deploying. GitHub's are asked for their steps.
fn is_job_of_pipeline(text: &str, before: &str) -> bool {
    let is_head = |line: &&str| line.starts_with(|it: char| !it.is_whitespace() && it != '#');
    let is_github = text.lines().any(|line| line.trim_end() == "jobs:");
    let job = before.rfind('\n').map_or("", |end| &before[..end]);
    let head = job.lines().rev().find(is_head).unwrap_or_default();
    !is_github && ["deploy", "prod", "release"].iter().any(|it| head.contains(it))
}

/// Whether a text for people has a server bring up what compose takes if nobody names a file.
pub(super) fn is_told(documents: &[Read<'_>]) -> bool {
    documents.iter().any(|read| {
        let name = read.path.file_name().unwrap_or_default().to_ascii_lowercase();
        let is_about_servers = ["deploy", "install"].iter().any(|it| name.starts_with(it));
        let (theirs, others) = compose_said::starts_on_server(read.text);
        theirs || is_about_servers && others
    })
}

/// Whether a unit that systemd starts with the machine brings containers up, by itself or by a script of the
/// tree that calls compose with what it is given, or supervisor does, which is such a unit's.
pub(super) fn is_started_by_unit(files: &Files) -> bool {
    let is_up = |it: &Invocation| it.subcommand.as_deref() == Some("up");
    let brings_up = |read: &Read| invocations(read.id, read.text).iter().any(|it| is_up(&it.value));
    let callers = files.of(Kind::Shell).into_iter().filter(|it| calls_compose(it));
    let callers: Vec<Read> = callers.collect();
    let by_script = |line: &str| {
        let mut words = line.split([' ', '\t', '"', '\'', '=']);
        let calls = |read: &Read, word: &str| {
            word.contains('/') && word.rsplit('/').next() == read.path.file_name()
        };
        let script = words.find_map(|it| callers.iter().find(|read| calls(read, it)));
        script.is_some_and(|read| words.any(|it| it == "up") || brings_up(read))
    };
    let starts = |read: &Read| {
        let mut lines = read.text.lines().filter(|it| it.starts_with("ExecStart="));
        brings_up(read) || lines.any(by_script)
    };
    let with_machine = |read: &Read| read.has("WantedBy=") || read.has("OnBootSec=");
    files.of(Kind::Systemd).iter().any(|it| with_machine(it) && starts(it))
        || files.of(Kind::Supervisor).iter().any(brings_up)
}

fn calls_compose(read: &Read) -> bool {
    read.has("docker-compose") || read.has("docker compose")
}

/// Whether a playbook or a program of fabric calls compose on the machines that it sets up.
pub(super) fn is_done_by_others(files: &Files) -> bool {
    let names_compose = |line: &str| {
        ["docker_compose", "docker-compose", "docker compose"].iter().any(|it| line.contains(it))
            && !line.trim_start().starts_with('#')
    };
    let is_task = |text: &str| {
        let is_module = |line: &str| {
            let line = line.trim_start().trim_start_matches("- ");
            ["ansible.builtin.", "command:", "shell:", "docker_compose", "community.docker."]
                .iter()
                .any(|it| line.starts_with(it))
        };
        text.lines().any(is_module) && text.lines().any(names_compose)
    };
    let is_list = |read: &Read<'_>| matches!(read.path.extension(), Some("yml" | "yaml"));
    let starts =
        |line: &str| names_compose(line) && line.contains(" up") && !line.contains("local(");
    files.of(Kind::Text).iter().filter(|it| is_list(it)).any(|it| is_task(it.text))
        || deploying(files).iter().any(|it| it.text.lines().any(starts))
}
