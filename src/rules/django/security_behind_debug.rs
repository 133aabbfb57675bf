//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/security-behind-debug",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("4.8"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/security-behind-debug.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        let Some(django) = &app.value.django else { continue };
        let Some((_, default)) = app.debug_by_default() else { continue };
        for guarded in &django.faults.guarded {
            let lost: Vec<&Fact<String>> =
                guarded.names.iter().filter(|it| !app.is_on_anyway(&it.value)).collect();
            let Some(first) = lost.first() else { continue };
            let others = match lost.len() {
                1 => String::new(),
                2 => " and one other setting".to_owned(),
                count => format!(" and {} other settings", count - 1),
            };
            out.report(
                app.value,
                format!("{}{others} hold only where DEBUG is turned off", first.value),
                guarded.condition.label("passed only if DEBUG is off"),
            )
            .also(first.label("without effect until then"))
            .also(default.label("and it is on unless a variable says otherwise"))
            // The default itself is `env/debug-fallback`'s to tell of.
            .at_most(Severity::Advice)
            .help("let DEBUG be off by default, and turn it on for development");
        }
    }
}
