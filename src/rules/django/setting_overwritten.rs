//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/setting-overwritten",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/setting-overwritten.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        let Some(django) = &app.value.django else { continue };
        // What nothing reads any more is lost both times.
        let overwritten = django.faults.overwritten.iter();
        for it in overwritten.filter(|it| !app.reads_no_more(&it.name)) {
            out.report(
                app.value,
                format!("{} is assigned twice, and the first is lost", it.name),
                it.by.label("this is what holds"),
            )
            .also(it.lost.label("without effect"))
            .help("put into one what is meant of both, and take the other out");
        }
    }
}
