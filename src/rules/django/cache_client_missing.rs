//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, NeededBy};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/cache-client-missing",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/cache-client-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (process, lacking) in deployment.lacking(NeededBy::Cache) {
        let name = lacking.value.distribution;
        out.report(
            process,
            format!("`{}` cannot use its cache: nothing installs `{name}`", process.name),
            lacking.label(format!("needs `{name}`")),
        )
        .also(lacking.value.listed.label(format!("`{name}` is not among these")))
        .because(&process.declared)
        .help(format!("add `{name}` to the requirements"));
    }
}
