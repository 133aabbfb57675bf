//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/settings-include-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/settings-include-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let Some(django) = &process.django else { continue };
        let Some(lacking) = &django.faults.lacking else { continue };
        let module = &lacking.module;
        let message = match &lacking.ignored {
            Some(_) => {
                format!(
                    "a checkout alone does not start: the settings import `{module}`, which git ignores"
                )
            }
            None => format!("nothing starts: the settings import `{module}`, which is not there"),
        };
        let finding = out.report(process, message, lacking.at.label("imported here"));
        finding.because(&django.module);
        match &lacking.ignored {
            Some(ignored) => finding
                .also(ignored.label("git ignores it, so no checkout has it"))
                .at_most(Severity::Advice)
                .help("put an example beside it, to be copied where the site is set up"),
            None => finding.help("add the module, or take the import out"),
        };
    }
}
