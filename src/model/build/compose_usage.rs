//! What scripts, Makefiles and workflows start of a set of compose files, and how.
//!
//! READMEs are heard only where scripts start a part: what they say in full is then what people do.

use crate::model::build::compose_calls::{documents, resolve, scripts};
use crate::model::build::compose_files::{self, Set};
use crate::model::compose::{Invocation, Project, Started, Usage, invocations};
use crate::model::{Files, Read, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// What is done with the project of a set, of all sets that the tree has.
pub(super) fn usage(files: &Files, sets: &[Set], set: &Set, project: &Project) -> Usage {
    let known: Vec<&Utf8Path> =
        sets.iter().flat_map(|set| &set.files).map(Utf8PathBuf::as_path).collect();
    let seen = Seen { known, set, project };
    let is_of_production = |it: &&Set| {
        it.stage_is_said && it.stage.value == Stage::Production && it.files != set.files
    };
    let others: Vec<Seen<'_>> =
        sets.iter().filter(is_of_production).map(|set| Seen { set, ..seen.clone() }).collect();
    let mut usage = Usage::default();
    let (mut is_used, mut is_other_used) = (false, false);
    for read in scripts(files) {
        usage.is_stack |= seen.is_deployed_to_swarm(read);
        is_used |= usage.is_stack || !seen.calls(read).is_empty();
        is_other_used |= others.iter().any(|other| other.is_started_by_name(read));
        for call in seen.calls(read) {
            match call.subcommand.as_deref() {
                Some("run") => usage.jobs.extend(seen.job(&call)),
                Some("up" | "start" | "create") => seen.start(&call, &mut usage.started),
                // The first half of a call: what it goes on with, nobody knows.
                None if !call.files.is_empty() => usage.started = Started::All,
                Some(_) | None => {}
            }
        }
    }
    // A file of a name that nobody takes by itself was given it for a use of its own.
    let is_default = set.files.last().is_some_and(|it| compose_files::is_default(it));
    usage.is_passed_over = is_default && is_other_used && !is_used;
    if matches!(usage.started, Started::Named(_)) {
        for read in documents(files, &seen.known) {
            let ups = seen.calls(read).into_iter();
            for call in ups.filter(|call| call.subcommand.as_deref() == Some("up")) {
                seen.start(&call, &mut usage.started);
            }
        }
    }
    usage
}

#[derive(Clone)]
struct Seen<'a> {
    /// Every compose file that some set has.
    known: Vec<&'a Utf8Path>,
    set: &'a Set,
    project: &'a Project,
}

impl Seen<'_> {
    /// The calls that may mean these files.
    fn calls(&self, read: Read<'_>) -> Vec<Invocation> {
        let calls = invocations(read.id, read.text).into_iter().map(|call| call.value);
        calls.filter(|call| self.concerns(read.path, &call.files)).collect()
    }

    /// Whether files that a script names are those of the set. A name that leads nowhere may be of
    /// the server.
    fn concerns(&self, caller: &Utf8Path, named: &[String]) -> bool {
        let Some(last) = self.set.files.last() else { return false };
        if named.is_empty() {
            return self.set.files.first().is_some_and(|it| compose_files::is_default(it));
        }
        match resolve(caller, named, &self.known) {
            Some(files) => files.contains(last),
            None => {
                let is_named = |it: &String| {
                    it.contains('$') || Utf8Path::new(it).file_name() == last.file_name()
                };
                named.iter().any(is_named)
            }
        }
    }

    /// Whether a script brings up these files and says which they are.
    fn is_started_by_name(&self, read: Read<'_>) -> bool {
        let starts =
            |call: &Invocation| !call.files.is_empty() && call.subcommand.as_deref() == Some("up");
        self.is_deployed_to_swarm(read) || self.calls(read).iter().any(starts)
    }

    /// The service that is run with its own command.
    fn job(&self, call: &Invocation) -> Option<String> {
        let [only] = call.arguments.as_slice() else { return None };
        self.project.service(only).map(|it| it.name.value.clone())
    }

    fn start(&self, call: &Invocation, started: &mut Started) {
        let are_known = call.arguments.iter().all(|it| self.project.service(it).is_some());
        match started {
            _ if call.arguments.is_empty() || !are_known => *started = Started::All,
            Started::All => {}
            Started::Named(names) => names.extend(call.arguments.iter().cloned()),
            Started::Unseen => {
                *started = Started::Named(call.arguments.iter().cloned().collect::<BTreeSet<_>>());
            }
        }
    }

    /// Whether a line hands the file to Swarm: `docker stack deploy -c FILE NAME`.
    fn is_deployed_to_swarm(&self, read: Read<'_>) -> bool {
        let lines = read.text.split('\n').filter(|line| !line.trim_start().starts_with('#'));
        let calls = lines.filter_map(|line| {
            let (_, behind) = line.split_once("docker stack ")?;
            behind.strip_prefix("deploy").or_else(|| behind.strip_prefix("up"))
        });
        calls.into_iter().any(|behind| {
            let mut words = behind.split_whitespace();
            let mut named = Vec::new();
            while let Some(word) = words.next() {
                let (option, value) = match word.split_once('=') {
                    Some((option, value)) => (option, Some(value)),
                    None => (word, None),
                };
                if matches!(option, "-c" | "--compose-file") {
                    named.extend(value.or_else(|| words.next()));
                }
            }
            let named: Vec<String> =
                named.iter().map(|it| it.trim_matches(['"', '\'']).to_owned()).collect();
            !named.is_empty() && self.concerns(read.path, &named)
        })
    }
}
