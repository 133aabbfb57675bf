//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::faults::{Missing, Unimportable};
use crate::rules::several::several;
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "django/app-not-importable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/app-not-importable.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let Some(django) = &process.django else { continue };
        let mut told = BTreeSet::new();
        for it in &django.faults.unimportable {
            let entry = &it.entry;
            if entry.written_at().is_some_and(|at| told.contains(&at)) {
                continue;
            }
            let finding = match &it.why {
                Missing::Module(module) => {
                    let alike =
                        django.faults.unimportable.iter().filter(|other| is_alike(it, other));
                    let all: Vec<&Unimportable> = alike.collect();
                    told.extend(all.iter().filter_map(|it| it.entry.written_at()));
                    let label = entry.label(format!("there is no module `{module}`"));
                    let finding = out.report(process, message(&all), label);
                    for other in all.iter().skip(1) {
                        finding.also(other.entry.label("nor this"));
                    }
                    finding.help(match all.len() {
                        1 => "mend the name, or take it out",
                        _ => "add what is missing to the repository, or take it out",
                    })
                }
                Missing::Class { module, class } => {
                    let label = format!("`{module}` has no `{class}`");
                    out.report(process, message(&[it]), entry.label(label))
                        .help("mend the name, or take it out")
                }
                Missing::Misspelt { meant } => {
                    let top = entry.value.split('.').next().unwrap_or_default();
                    let label = entry.label(format!("there is no package `{top}`"));
                    out.report(process, message(&[it]), label).help(format!("write `{meant}`"))
                }
                Missing::Distribution(listed) => out
                    .report(
                        process,
                        message(&[it]),
                        entry.label("neither of the project nor installed"),
                    )
                    .also(listed.label("what is installed does not bring it"))
                    .help("add the distribution that brings it to the requirements"),
            };
            finding.because(&process.declared);
        }
    }
}

/// Whether one cause may have both: modules of the project, named in one file, as when only a part of it
/// was committed.
fn is_alike(one: &Unimportable, other: &Unimportable) -> bool {
    let file = |it: &Unimportable| it.entry.written_at().map(|at| at.file);
    matches!(other.why, Missing::Module(_))
        && one.on_request == other.on_request
        && file(one) == file(other)
}

fn message(missing: &[&Unimportable]) -> String {
    let names: Vec<&str> = missing.iter().map(|it| it.entry.value.as_str()).collect();
    let then = match missing.iter().all(|it| it.on_request) {
        true => "no page is answered",
        false => "nothing starts",
    };
    format!("{then}: {} cannot be imported", several(&names))
}
