//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Named, django};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/settings-module-unusable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/settings-module-unusable.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|process| !process.is_for_developers()) {
        let Some(django) = process.django.as_ref() else { continue };
        let module = django.named_module();
        // Of what nothing runs, nobody knows whether it is of Django at all.
        let hollow = django.hollow && process.started.is_some();
        let (fault, label) = match (django.absent.is_some(), hollow) {
            (true, _) => ("there is no such module", "names a module that does not exist"),
            (false, true) => ("that has no settings", "without a SECRET_KEY, Django stops"),
            (false, false) => continue,
        };
        let message = format!("`{}` loads `{module}`, and {fault}", process.name);
        let finding = out.report(process, message, module.label(label));
        match django.named {
            // An env file that is not in view may name another.
            Named::Environment if deployment.may_be_supplied_over(process, django::VARIABLE) => {
                finding.at_most(Severity::Warning)
            }
            Named::Environment if django.absent.is_some() => finding.because(&process.declared),
            // What is empty here may have been left to the server to fill.
            Named::Environment | Named::Declared(_) | Named::Default(_) | Named::Assumed => {
                finding.at_most(Severity::Warning)
            }
        };
        finding.help("name a settings module that the project has");
    }
}
