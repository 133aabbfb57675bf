//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Deployment, NeededBy};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/server-not-installed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/server-not-installed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        for lacking in process.lacks.iter().filter(|it| it.value.needed_by == NeededBy::Command) {
            let name = lacking.value.distribution;
            let why = match lacking.value.by_image {
                true => "which nothing in its image installs",
                false => "which no requirement file lists",
            };
            let finding = out.report(
                process,
                format!("`{}` needs `{name}`, {why}", process.name),
                lacking.label(format!("needs `{name}`")),
            );
            finding
                .also(lacking.value.listed.label(format!("`{name}` is not among these")))
                .help(format!("add `{name}` to the requirements"));
            if lacking.value.takes_lines {
                finding.append(&lacking.value.listed, name, Safety::Safe);
            }
        }
    }
}
