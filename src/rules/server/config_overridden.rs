//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "server/config-overridden",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/server/config-overridden.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(started) = &process.started else { continue };
        // A file for containers has the address of a container, and the unit another.
        for it in started.overridden.iter().filter(|it| it.option != "--bind") {
            let option = it.option.trim_start_matches('-');
            out.report(
                process,
                format!("`{option}` is said twice for `{}`, and not alike", process.name),
                it.loses.label("has no effect"),
            )
            .also(it.wins.label("this wins"))
            .help("say it in one place");
        }
    }
}
