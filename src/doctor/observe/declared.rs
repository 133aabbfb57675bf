//! Looks at what the operator declares of the machine: its name, its system, who has which path.

use crate::doctor::observe::{self, Ways, unseen};
use crate::doctor::transcript::Transcript;
use crate::fact::Fact;
use crate::host::Host;
use crate::model::contract::{Contract, PathContract};
use crate::model::observed::{Declared, Owned, Seen, State, Unseen};
use crate::source::{Sources, Stat, StatKind, normalize};
use camino::{Utf8Path, Utf8PathBuf};

/// A chain of links is as long as it may be on Linux (path_resolution(7)).
const MOST_LINKS: usize = 40;

pub(super) fn look(contract: &Contract, ways: &Ways<'_>, sources: &mut Sources) -> Declared {
    let host = contract.host.as_ref();
    let name = host.and_then(|it| it.name.as_ref());
    let system = host.and_then(|it| it.os.as_ref());
    Declared {
        name: name.map(|_| told_by("/etc/hostname", ways.host, sources, host_name)),
        system: system.map(|_| told_by("/etc/os-release", ways.host, sources, system_of)),
        paths: contract.paths.iter().map(|it| owned(it, ways, sources)).collect(),
    }
}

fn told_by(
    path: &str,
    host: &dyn Host,
    sources: &mut Sources,
    read: fn(&str) -> Option<String>,
) -> Seen<Fact<String>> {
    let file = observe::read(path, host, sources)?;
    let text = file.map(|it| sources.get(it).text()).unwrap_or_default();
    let said = read(text).ok_or_else(|| {
        let why = format!("`{path}` does not say");
        Unseen { why, remedy: None }
    })?;
    let mut transcript = Transcript::new(format!("what {path} says"));
    let part = transcript.line(&said);
    Ok(transcript.keep(sources).fact(said, part))
}

/// The first line that is no comment (hostname(5)).
fn host_name(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|it| !it.is_empty() && !it.starts_with('#')).map(str::to_owned)
}

/// `debian 12` (os-release(5)).
fn system_of(text: &str) -> Option<String> {
    let value = |key: &str| {
        let of_key =
            |line: &str| Some(line.trim().strip_prefix(key)?.strip_prefix('=')?.to_owned());
        text.lines().find_map(of_key).map(|it| it.trim_matches(['"', '\'']).to_owned())
    };
    let id = value("ID")?;
    Some(match value("VERSION_ID") {
        Some(version) => format!("{id} {version}"),
        None => id,
    })
}

fn owned(declared: &PathContract, ways: &Ways<'_>, sources: &mut Sources) -> Owned {
    let path = declared.path.value.clone();
    let mut transcript = Transcript::new(format!("stat {path}"));
    let found = stat(&path, ways.host);
    let users = ways.users;
    let (mut owner, mut group, mut mode) = (None, None, None);
    match &found {
        Ok(Some(stat)) => {
            mode = Some((stat.mode, transcript.say(&format!("mode {:04o}", stat.mode))));
            transcript.say(", of ");
            let name = users.user_name(stat.uid);
            owner = Some((name.clone(), transcript.say(&name)));
            transcript.say(":");
            let name = users.group_name(stat.gid);
            group = Some((name.clone(), transcript.say(&name)));
        }
        Ok(None) => _ = transcript.say("nothing is there"),
        Err(why) => _ = transcript.say(&why.why),
    }
    let whole = transcript.line("");
    let kept = transcript.keep(sources);
    let state = found.map(|_| {
        let ((owner, by_owner), (group, by_group)) = owner.zip(group)?;
        let (mode, by_mode) = mode?;
        Some(State {
            owner: kept.fact(owner, by_owner),
            group: kept.fact(group, by_group),
            mode: kept.fact(mode, by_mode),
        })
    });
    Owned { path, state, at: kept.fact((), whole) }
}

/// Of what a path leads to: what a link itself has for a mode means nothing.
fn stat(path: &Utf8Path, host: &dyn Host) -> Seen<Option<Stat>> {
    let mut path: Utf8PathBuf = path.to_owned();
    for _ in 0..MOST_LINKS {
        let found = host.stat(&path).map_err(|why| unseen(&why))?;
        let Some(Stat { kind: StatKind::Link(target), .. }) = &found else { return Ok(found) };
        let folder = path.parent().unwrap_or(Utf8Path::new("/"));
        path = normalize(&folder.join(target));
    }
    Err(Unseen { why: "its links lead in a circle".to_owned(), remedy: None })
}
