//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::faults::Missing;
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
        for it in &django.faults.unimportable {
            let entry = &it.entry;
            let message = match it.on_request {
                true => format!("no page is answered: `{}` cannot be imported", entry.value),
                false => format!("nothing starts: `{}` cannot be imported", entry.value),
            };
            let finding = match &it.why {
                Missing::Module(module) => {
                    let label = format!("there is no module `{module}`");
                    out.report(process, message, entry.label(label))
                        .help("mend the name, or take it out")
                }
                Missing::Class { module, class } => {
                    let label = format!("`{module}` has no `{class}`");
                    out.report(process, message, entry.label(label))
                        .help("mend the name, or take it out")
                }
                Missing::Misspelt { meant } => {
                    let top = entry.value.split('.').next().unwrap_or_default();
                    let label = entry.label(format!("there is no package `{top}`"));
                    out.report(process, message, label).help(format!("write `{meant}`"))
                }
                Missing::Distribution(listed) => out
                    .report(process, message, entry.label("neither of the project nor installed"))
                    .also(listed.label("what is installed does not bring it"))
                    .help("add the distribution that brings it to the requirements"),
            };
            finding.because(&process.declared);
        }
    }
}
