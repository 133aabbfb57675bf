//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::faults::Named;
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
        let (does, module, label, cure) = match &lacking.named {
            Named::Module(name) => {
                ("import", name, "imported here", "add the module, or take the import out")
            }
            Named::File(name) => {
                ("include", name, "included here", "add the file, or name it with `optional()`")
            }
        };
        let message = match &lacking.ignored {
            Some(_) => {
                format!(
                    "a checkout alone does not start: the settings {does} `{module}`, which git ignores"
                )
            }
            None => format!("nothing starts: the settings {does} `{module}`, which is not there"),
        };
        let finding = out.report(process, message, lacking.at.label(label));
        finding.because(&django.module);
        match &lacking.ignored {
            Some(ignored) => finding
                .also(ignored.label("git ignores it, so no checkout has it"))
                .at_most(Severity::Advice)
                .help("put an example beside it, to be copied where the site is set up"),
            None => finding.help(cure),
        };
    }
}
