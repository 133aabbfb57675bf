//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::faults::{Missing, Needed, Unimportable};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

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
        let mut left: Vec<&Unimportable> = django.faults.unimportable.iter().collect();
        while let Some(first) = left.first().copied() {
            let all: Vec<&Unimportable> = left.extract_if(.., |it| is_alike(first, it)).collect();
            let entry = &first.entry;
            let (label, help) = match &first.why {
                Missing::Module(module) => {
                    let help = match all.len() {
                        1 => "mend the name, or take it out",
                        _ => "add what is missing to the repository, or take it out",
                    };
                    (format!("there is no module `{module}`"), help.to_owned())
                }
                Missing::Class { module, class } => (
                    format!("`{module}` has no `{class}`"),
                    "mend the name, or take it out".to_owned(),
                ),
                Missing::Misspelt { meant } => {
                    let top = entry.value.split('.').next().unwrap_or_default();
                    (format!("there is no package `{top}`"), format!("write `{meant}`"))
                }
                Missing::Distribution(_) => (
                    "neither of the project nor installed".to_owned(),
                    "add the distribution that brings it to the requirements".to_owned(),
                ),
            };
            let finding = out.report(process, message(&all), entry.label(label));
            for other in &all[1..] {
                finding.also(other.entry.label("nor this"));
            }
            if let Missing::Distribution(listed) = &first.why {
                finding.also(listed.label("what is installed does not bring it"));
            }
            finding.help(help).because(&process.declared);
        }
    }
}

/// Whether one cause may have both: modules of the project, named in one file, as when only a part of it
/// was committed.
fn is_alike(one: &Unimportable, other: &Unimportable) -> bool {
    let file = |it: &Unimportable| it.entry.written_at().map(|at| at.file);
    let are_modules = [one, other].iter().all(|it| matches!(it.why, Missing::Module(_)));
    std::ptr::eq(one, other) || are_modules && one.when == other.when && file(one) == file(other)
}

/// Of things that are alike.
fn message(missing: &[&Unimportable]) -> String {
    let names: Vec<&str> = missing.iter().map(|it| it.entry.value.as_str()).collect();
    let then = match missing.iter().map(|it| it.when).next() {
        Some(Needed::ForPages) => "no page is answered",
        Some(Needed::ForMail) => "no mail is sent",
        Some(Needed::ForLogin) => "nobody can log in",
        Some(Needed::ForCache) => "the first use of the cache fails",
        Some(Needed::AtStart) | None => "nothing starts",
    };
    format!("{then}: {} cannot be imported", several(&names))
}
