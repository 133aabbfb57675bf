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
    let mut told = Vec::new();
    for process in &deployment.processes {
        let lacking = process.lacks.iter().find(|it| it.value.needed_by == NeededBy::Cache);
        let Some(lacking) = lacking else { continue };
        // Processes of one project lack it alike.
        let backend = lacking.evidence().place();
        if told.contains(&backend) {
            continue;
        }
        told.push(backend);
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
