//! Which calls of compose mean a set of files, and the file that they take its variables from.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::Read;
use crate::model::build::compose_files::{self, Set};
use crate::model::build::compose_named::resolve_all;
use crate::model::build::compose_started;
use crate::model::build::compose_usage::Caller;
use crate::model::build::named_stage::{is_for_few, stage_of};
use crate::model::compose::Invocation;
use crate::source::normalize;
use crate::syntax::Parsed;
use camino::{Utf8Path, Utf8PathBuf};

#[derive(Clone, Copy)]
pub(super) struct Meant<'a> {
    /// Every compose file that some set has.
    pub(super) known: &'a [&'a Utf8Path],
    pub(super) set: &'a Set,
}

impl<'a> Meant<'a> {
    /// The calls that may mean these files.
    pub(super) fn calls<'c>(
        self,
        caller: &'c Caller<'_>,
    ) -> impl Iterator<Item = &'c Fact<Invocation>> + use<'a, 'c> {
        caller.calls.iter().filter(move |call| self.concerns(caller, &call.value.files))
    }

    /// Whether files that a script names are those of the set. A name that leads nowhere may be of
    /// the server.
    pub(super) fn concerns(self, caller: &Caller<'_>, named: &[String]) -> bool {
        let Some(last) = self.set.files.last() else { return false };
        if named.is_empty() {
            if let Some(source) = caller.in_its_place {
                return last.file_name() == Some(source);
            }
            let first = self.set.files.first();
            return first.is_some_and(|it| compose_files::is_default(it))
                && !self.is_beside_another(caller.read);
        }
        match resolve_all(caller.read, named, self.known).as_slice() {
            calls @ [_, ..] => calls.iter().any(|files| files.contains(last)),
            [] => {
                let is_named = |it: &String| {
                    it.contains(['$', '%', '{'])
                        || Utf8Path::new(it).file_name() == last.file_name()
                };
                named.iter().any(is_named)
            }
        }
    }

    /// Whether a script lies beside another file that compose takes by itself, and goes nowhere else.
    fn is_beside_another(self, caller: Read<'_>) -> bool {
        let Parsed::Shell(_) = caller.parsed else { return false };
        let is_beside = |path: &&&Utf8Path| {
            compose_files::is_default(path) && path.parent() == caller.path.parent()
        };
        let mut beside = self.known.iter().filter(is_beside).peekable();
        beside.peek().is_some()
            && beside.all(|path| !self.set.files.iter().any(|it| it == path))
            && !caller.text.split_whitespace().any(|word| word == "cd")
    }

    /// The files that compose takes the variables of these from, in the order in which later ones win:
    /// `.env` of their folder, unless what brings them up names others (`--env-file`; Compose, "Interpolation").
    /// What the server does counts before what others do, whose own files are passed over.
    pub(super) fn variable_files(
        self,
        files: &Files,
        callers: &[Caller<'_>],
        folder: &Utf8Path,
    ) -> Vec<Utf8PathBuf> {
        let mut servers = Vec::new();
        let mut others = Vec::new();
        for caller in callers {
            let starts = |call: &&Fact<Invocation>| call.value.subcommand.as_deref() == Some("up");
            for call in self.calls(caller).filter(starts) {
                let named = &call.value.env_files;
                let is_servers = compose_started::is_servers(files, caller.read, call);
                let of = if is_servers { &mut servers } else { &mut others };
                if !named.iter().any(|it| is_of_few(it)) {
                    of.push((caller.read, named));
                }
            }
        }
        let calls = if servers.is_empty() { others } else { servers };
        let same = calls.windows(2).all(|pair| pair[0].1 == pair[1].1);
        let named = calls.first().filter(|(_, named)| same && !named.is_empty());
        let found = named.and_then(|(read, named)| {
            named.iter().map(|it| in_tree(files, read.path, folder, it)).collect()
        });
        found.unwrap_or_else(|| vec![folder.join(".env")])
    }
}

/// Whether an env file is called after development or tests.
fn is_of_few(named: &str) -> bool {
    let path = Utf8Path::new(named);
    path.file_name().and_then(stage_of).is_some_and(|it| it.is_for_few()) || is_for_few(path)
}

/// The file of the tree that a call names: from the folder that it is made in, which is one around the
/// script, or that of the compose files. `None` if it may be more than one.
fn in_tree(
    files: &Files,
    caller: &Utf8Path,
    folder: &Utf8Path,
    named: &str,
) -> Option<Utf8PathBuf> {
    let from = caller.ancestors().skip(1).chain([folder]);
    let mut found: Vec<Utf8PathBuf> = from.map(|it| normalize(&it.join(named))).collect();
    found.retain(|it| files.tree.is_file(it));
    found.sort();
    found.dedup();
    match found.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}
