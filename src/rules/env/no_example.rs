//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::mention::Use;
use crate::model::{AbsentFile, Asked, Deployment};
use crate::rules::several::several;
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "env/no-example",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/no-example.md"),
};

/// Places where variables are asked for that are pointed at; all are counted.
const MOST_SHOWN: usize = 4;

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some((file, process)) =
        deployment.absent_files.iter().filter(|it| it.ignored).find_map(|file| {
            let process = deployment.apps().find(|process| process.name == file.process)?;
            Some((file, process))
        })
    else {
        return;
    };
    let undocumented = deployment.undocumented(process);
    let needed: Vec<&Asked> =
        undocumented.into_iter().filter(|read| read.has_no_default()).collect();
    let lists_some = |name: &str| {
        let lists = |it: &crate::model::EnvFile| it.lists(name).is_some();
        deployment.surroundings.env_files.iter().any(lists)
    };
    let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
    // A file for developers has a name or two in common with the one that is missing.
    let asked: BTreeSet<&str> =
        reads.filter(|it| it.has_no_default()).map(|it| it.name.as_str()).collect();
    let listed = asked.iter().filter(|name| lists_some(name)).count();
    let documents = |it: &crate::model::EnvFile| {
        !it.is_for_developers() && asked.iter().any(|name| it.lists(name).is_some())
    };
    // With what has a default beside it, one that is for this very project is known by fewer.
    let all = process.django.iter().flat_map(|it| &it.evaluation.reads);
    let all: BTreeSet<&str> = all.map(|it| it.name.as_str()).collect();
    let lists_many = |it: &crate::model::EnvFile| {
        !it.is_for_developers() && all.iter().filter(|name| it.lists(name).is_some()).count() >= 4
    };
    let is_listed = deployment.surroundings.env_files.iter().any(lists_many);
    let is_documented = deployment.surroundings.env_files.iter().any(documents);
    let told = |read: &Asked| deployment.surroundings.is_used(&read.name, &[Use::Told]);
    let is_most = |count: usize| count * 2 > needed.len();
    let is_written = |read: &&Asked| file.written.contains(&read.name);
    let written = needed.iter().copied().filter(is_written).count();
    // What may be left out, whoever sets the site up need not know of.
    let is_set_up = written > 0 && needed.iter().filter(|it| it.required).all(is_written);
    // Some file says what belongs there, be it as a table for people, or a script that writes it.
    if needed.is_empty()
        || is_set_up
        || is_most(written)
        || is_documented
        || is_listed
        || listed >= needed.len()
        || is_most(needed.iter().filter(|read| told(read)).count())
    {
        return;
    }
    let names: Vec<&str> = needed.iter().map(|read| read.name.as_str()).collect();
    let finding = out.report(
        process,
        format!("nothing in the repository says what `{}` has to hold", file.path),
        file.at.label(format!("`{}` reads it, and it is not here", process.name)),
    );
    let again = |it: &&AbsentFile| it.path == file.path && it.process != file.process;
    for other in deployment.absent_files.iter().filter(again).take(MOST_SHOWN) {
        finding.also(other.at.label(format!("`{}` reads it as well", other.process)));
    }
    let places = needed.iter().filter_map(|read| Some((read, read.asked_at()?)));
    for (read, place) in places.take(MOST_SHOWN) {
        let what = match &read.default {
            Some(_) => "has nothing for a default",
            None => "has no default",
        };
        finding.also(Fact::at((), place).label(format!("`{}` {what}", read.name)));
    }
    finding.help(format!("commit an example that lists {}", several(&names)));
    if needed.iter().all(|read| !read.required) {
        finding.at_most(Severity::Advice);
    }
}
