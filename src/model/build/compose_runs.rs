//! What services are told to run by themselves: `docker compose run --rm certbot certonly` of scripts,
//! Makefiles, workflows and guides.
//!
//! Only a call counts that surely means the files of a set: it names them, or the tree has no others that
//! compose takes by itself. A guide counts as well: what it tells, somebody types.

use crate::fact::Fact;
use crate::model::Read;
use crate::model::build::compose_files;
use crate::model::build::compose_meant::Meant;
use crate::model::build::compose_named::resolve_all;
use crate::model::build::compose_usage::Caller;
use crate::model::compose::{Invocation, Project, Ran, going_on};
use crate::source::Place;
use camino::Utf8Path;

/// Each call, in the order of the files.
pub(super) fn runs(
    callers: &[Caller<'_>],
    guides: &[Caller<'_>],
    meant: Meant<'_>,
    project: &Project,
) -> Vec<Fact<Ran>> {
    let mut found: Vec<Fact<Ran>> = Vec::new();
    for caller in callers.iter().chain(guides) {
        let calls = meant.calls(caller).filter(|it| is_meant(meant, caller.read, &it.value));
        let calls = calls.flat_map(|it| match it.value.subcommand {
            Some(_) => vec![it.clone()],
            None => going_on(caller.read.id, caller.read.text, it),
        });
        for call in calls {
            let Some(ran) = ran(caller.read, &call, project) else { continue };
            let is_new = |it: &Fact<Ran>| it.evidence().place() != ran.evidence().place();
            if found.iter().all(is_new) {
                found.push(ran);
            }
        }
    }
    found
}

fn is_meant(meant: Meant<'_>, read: Read<'_>, call: &Invocation) -> bool {
    let Some(last) = meant.set.files.last() else { return false };
    if call.files.is_empty() {
        return meant.known.iter().filter(|it| compose_files::is_default(it)).count() == 1;
    }
    let resolved = resolve_all(read, &call.files, meant.known);
    match resolved.is_empty() {
        true => {
            call.files.last().is_some_and(|it| Utf8Path::new(it).file_name() == last.file_name())
        }
        false => resolved.iter().all(|files| files.last() == Some(last)),
    }
}

/// The service and the command behind it, where the call leaves the entrypoint as it is and is more than a
/// comment.
fn ran(read: Read<'_>, call: &Fact<Invocation>, project: &Project) -> Option<Fact<Ran>> {
    let at = call.evidence().place()?.span;
    let [service, words @ ..] = call.value.arguments.as_slice() else { return None };
    let service = project.service(service)?.name.value.clone();
    let (before, behind) = read.text.split_at_checked(at.start as usize)?;
    let line = before.rsplit('\n').next().unwrap_or_default();
    if call.value.subcommand.as_deref() != Some("run")
        || call.value.replaces_entrypoint
        || words.is_empty()
        || line.contains('#')
    {
        return None;
    }
    let end = behind.find(['\n', '`', ';', '|', '&', '>']).unwrap_or(behind.len());
    let call = behind[..end].trim_end_matches(['\\', ' ', '\t', '\r']);
    let whole = Place::new(read.id, at.start as usize, at.start as usize + call.len());
    Some(Fact::at(Ran { service, words: words.to_vec() }, whole))
}
