//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Named};
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
        let Some(django) = process.django.as_ref().filter(|it| it.absent) else { continue };
        let module = &django.module;
        let finding = out.report(
            process,
            format!("`{}` loads `{module}`, and there is no such module", process.name),
            module.label("names a module that does not exist"),
        );
        match django.named {
            Named::Environment => finding.because(&process.declared),
            Named::Default(_) | Named::Assumed => finding.at_most(Severity::Warning),
        };
        finding.help("name a settings module that the project has");
    }
}
