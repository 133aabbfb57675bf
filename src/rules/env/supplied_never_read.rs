//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Idle};
use crate::rules::several::several;
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "env/supplied-never-read",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/supplied-never-read.md"),
};

/// Further places that are pointed at; all are counted.
const MOST_SHOWN: usize = 5;

fn check(deployment: &Deployment, out: &mut Findings) {
    // A name that is nearly right is told by its own rule.
    let idle: Vec<_> = deployment.idle().into_iter().filter(|it| it.near().is_none()).collect();
    // What several units or services share is one thing to mend.
    let file = |it: &Idle<'_>| it.at.evidence().place().map(|place| place.file);
    let mut groups: Vec<(BTreeSet<&str>, Vec<&Idle<'_>>)> = Vec::new();
    let files: BTreeSet<_> = idle.iter().map(file).collect();
    for of in files {
        let members: Vec<&Idle<'_>> = idle.iter().filter(|it| file(it) == of).collect();
        let names: BTreeSet<&str> = members.iter().map(|it| it.name.as_str()).collect();
        match groups.iter_mut().find(|(known, _)| *known == names) {
            Some((_, known)) => known.extend(members),
            None => groups.push((names, members)),
        }
    }
    for (_, members) in groups {
        let [first, also @ ..] = members.as_slice() else { continue };
        let mut names: Vec<&str> = vec![&first.name];
        for it in also {
            if !names.contains(&it.name.as_str()) {
                names.push(&it.name);
            }
        }
        report(first, &names, also.iter().map(|it| &it.at), out);
    }
}

fn report<'a>(
    first: &Idle<'_>,
    names: &[&str],
    also: impl Iterator<Item = &'a Fact<()>>,
    out: &mut Findings,
) {
    let (are, them) = if names.len() == 1 { ("is", "it") } else { ("are", "them") };
    let finding = out.report(
        first.process,
        format!("{} {are} supplied, and nothing reads {them}", several(names)),
        first.at.label(format!("given to `{}`", first.process.name)),
    );
    for at in also.take(MOST_SHOWN) {
        finding.also(at.label("nor does anything read this"));
    }
    finding.help(format!("take {them} out, or let the settings read {them}"));
}
