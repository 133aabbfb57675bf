//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::faults::Overwritten;
use crate::rules::several::each;
use crate::rules::{Check, Rule};
use indexmap::IndexMap;

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
        let overwritten = overwritten.filter(|it| !app.reads_no_more(&it.name));
        // A block that was pasted twice is one fault.
        let mut modules: IndexMap<_, Vec<&Overwritten>> = IndexMap::new();
        for it in overwritten {
            let module = it.by.evidence().place().map(|place| place.file);
            modules.entry(module).or_default().push(it);
        }
        for settings in modules.into_values() {
            let Some((first, others)) = settings.split_first() else { continue };
            let names: Vec<String> = settings.iter().map(|it| it.name.clone()).collect();
            let are = if others.is_empty() { "is" } else { "are" };
            let finding = out.report(
                app.value,
                format!("{} {are} assigned twice, and the first is lost", each(&names)),
                first.by.label("this is what holds"),
            );
            finding.also(first.lost.label("without effect"));
            for other in others {
                finding.also(other.lost.label("nor has this an effect"));
                finding.also(other.by.label("this holds instead"));
            }
            finding.help("put into one what is meant of both, and take the other out");
        }
    }
}
