//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/setting-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/setting-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        let Some(django) = &app.value.django else { continue };
        for asked in &django.faults.unset {
            let module = django.named_module();
            out.report(
                app.value,
                format!("no page is answered: `{module}` has no {}", asked.value),
                asked.label("the URLconf asks for it, and nothing sets it"),
            )
            .also(module.label("these are the settings"))
            .because(&app.value.declared)
            .help(format!("set {} there, or where all settings take it from", asked.value));
        }
    }
}
