//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::command::Step;
use crate::model::{Container, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/broken-continuation",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/broken-continuation.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for process in deployment.processes.iter().filter(|it| it.kind.is_app()) {
        let end = process.started.as_ref().and_then(|it| it.cut_short.as_ref());
        let Some((end, place)) = end.and_then(|it| Some((it, it.written_at()?))) else { continue };
        // Services that share a script share its fault.
        if said.contains(&place) {
            continue;
        }
        said.push(place);
        let finding = out.report(
            process,
            format!("`{}` is started without what the next lines tell it", process.name),
            end.label("a blank behind the backslash: the command ends with this line"),
        );
        if let Some(next) = deployment.container(&process.name).and_then(next) {
            finding.also(next.started.executable.label("looked for as a program of its own"));
        }
        finding.because(&process.declared).help("take the blank away").mend(
            Safety::Unsafe,
            "take the blank away",
            [Edit::replace(place, "\\")],
        );
    }
}

/// The options on the next line, which are taken for a program.
fn next(container: &Container) -> Option<&Step> {
    let next = container.steps.get(container.main? + 1)?;
    next.started.executable.value.starts_with('-').then_some(next)
}
