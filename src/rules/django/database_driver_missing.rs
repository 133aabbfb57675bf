//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{DATABASES, Deployment, NeededBy};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/database-driver-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/database-driver-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (process, lacking) in deployment.lacking(NeededBy::Database) {
        let name = lacking.value.distribution;
        let finding = out.report(
            process,
            format!("`{}` has no driver for its database", process.name),
            lacking.label(format!("needs `{name}`, or another driver")),
        );
        let app = process.fact();
        let name_of_it = app.entry(DATABASES, &["default", "NAME"]);
        if let Some(named) = name_of_it.and_then(|it| app.outside(&it)) {
            finding.also(named.label("names the database"));
        }
        finding
            .also(lacking.value.listed.label("no driver is among these"))
            .because(&process.declared)
            .help(format!("add `{name}` to the requirements"));
    }
}
