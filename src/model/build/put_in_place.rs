//! Sites that a script or the command of a container puts where nginx reads them:
//! `cp /etc/nginx/sites/https.conf /etc/nginx/conf.d/default.conf`, in a branch for each of several as a rule.

use crate::model::command::Step;
use crate::model::{Files, Kind};
use crate::syntax::nginx::{Directive, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// The files of a container that scripts and its own steps put below `/etc/nginx`, by where they then lie. Of
/// several that take turns at one place, as with and without a certificate, the one with TLS is what stays.
pub(super) fn all<'a>(
    files: &Files,
    steps: &[Step],
    placed: &BTreeMap<Utf8PathBuf, (&'a Utf8Path, &'a Tree)>,
) -> Vec<(Utf8PathBuf, (&'a Utf8Path, &'a Tree))> {
    let mut found = by_scripts(files, placed);
    // What is done at each start lies over whatever was there.
    for step in steps.iter().filter(|it| !it.conditional) {
        let words = step.started.words.iter().map(|it| it.value.as_str());
        let Some((from, to)) = copy(step.program_name(), words) else { continue };
        if let Some(file) = placed.get(&from) {
            found.push((to, *file));
        }
    }
    found
}

fn by_scripts<'a>(
    files: &Files,
    placed: &BTreeMap<Utf8PathBuf, (&'a Utf8Path, &'a Tree)>,
) -> Vec<(Utf8PathBuf, (&'a Utf8Path, &'a Tree))> {
    let mut ways: BTreeMap<Utf8PathBuf, Vec<&Utf8PathBuf>> = BTreeMap::new();
    for (from, to) in files.of(Kind::Shell).into_iter().flat_map(|read| copies(read.text)) {
        let Some((from, _)) = placed.get_key_value(&from) else { continue };
        let ways = ways.entry(to).or_default();
        if !ways.contains(&from) {
            ways.push(from);
        }
    }
    let chosen = |(to, ways): (Utf8PathBuf, Vec<&Utf8PathBuf>)| {
        let before = placed.get_key_value(&to).map(|(at, _)| at);
        let ways: Vec<&Utf8PathBuf> = ways.into_iter().chain(before).collect();
        let with_tls = ways.iter().filter(|it| speaks_tls(&placed[**it].1.directives));
        let with_tls: Vec<_> = with_tls.collect();
        let one = match (ways.as_slice(), with_tls.as_slice()) {
            ([only], _) => only,
            (_, [only]) => **only,
            _ => return None,
        };
        Some((to, placed[one]))
    };
    ways.into_iter().filter_map(chosen).collect()
}

pub(super) fn speaks_tls(directives: &[Directive]) -> bool {
    directives.iter().any(|it| {
        it.is("listen") && it.args.iter().any(|arg| arg.value == "ssl")
            // What did so before nginx 1.25.1 (ngx_http_ssl_module, "ssl").
            || it.is("ssl") && it.arg(0) == Some("on")
            || speaks_tls(it.children())
    })
}

/// What the lines of a script copy, move or link to below `/etc/nginx`, by absolute paths.
fn copies(text: &str) -> impl Iterator<Item = (Utf8PathBuf, Utf8PathBuf)> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| line.split(['&', ';', '|'])).filter_map(|command| {
        let words = command.split_whitespace().map(|it| it.trim_matches(['"', '\'']));
        let mut words = words.skip_while(|it| matches!(*it, "then" | "else" | "do" | "sudo"));
        copy(words.next()?, words)
    })
}

/// What a command copies, moves or links to below `/etc/nginx`, by its program and the words behind that.
fn copy<'w>(
    program: &str,
    words: impl Iterator<Item = &'w str>,
) -> Option<(Utf8PathBuf, Utf8PathBuf)> {
    if !matches!(program, "cp" | "mv" | "ln") {
        return None;
    }
    let mut words = words.filter(|it| !it.starts_with('-'));
    let (from, to) = (words.next()?, words.next()?);
    let is_path = |it: &str| it.starts_with('/') && !it.contains(['$', '*', '`']);
    if words.next().is_some() || !is_path(from) || !is_path(to) || !to.starts_with("/etc/nginx") {
        return None;
    }
    let to = match to.ends_with('/') {
        true => Utf8Path::new(to).join(Utf8Path::new(from).file_name()?),
        false => Utf8PathBuf::from(to),
    };
    Some((Utf8PathBuf::from(from), to))
}
