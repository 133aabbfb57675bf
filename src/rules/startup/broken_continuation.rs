//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::command::{LeftBehind, Step};
use crate::model::{Container, Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/broken-continuation",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["startup/app-interface-mismatch"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/broken-continuation.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for process in deployment.processes.iter().filter(|it| it.kind.is_app()) {
        let end = process.started.as_ref().and_then(|it| it.cut_short.as_ref());
        let next = deployment.container(&process.name).and_then(next);
        let Some((end, place)) = end.and_then(|it| Some((it, it.written_at()?))) else {
            let left = process.started.as_ref().and_then(|it| it.left_behind.as_ref());
            let folded = next.map(|it| it.started.executable.map(|_| ()));
            let Some(option) = left.map(|it| it.option.clone()).or(folded) else { continue };
            if !said.contains(&option.evidence().place()) {
                said.push(option.evidence().place());
                unjoined(process, &option, left, out);
            }
            continue;
        };
        // Services that share a script share its fault.
        if said.contains(&Some(place)) {
            continue;
        }
        said.push(Some(place));
        let finding = out.report(
            process,
            format!("`{}` is started without what the next lines tell it", process.name),
            end.label("a blank behind the backslash: the command ends with this line"),
        );
        if let Some(next) = next {
            finding.also(next.started.executable.label("looked for as a program of its own"));
        }
        finding.because(&process.declared).help("take the blank away").mend(
            Safety::Unsafe,
            "take the blank away",
            [Edit::replace(place, "\\")],
        );
    }
}

/// Options on a line of their own, with nothing at the end of the line before. In a folded scalar of
/// YAML, lines that are indented further stay lines (YAML 1.2.2, 8.1.3).
fn unjoined(process: &Process, option: &Fact<()>, left: Option<&LeftBehind>, out: &mut Findings) {
    let message = format!("`{}` is started without what the next lines tell it", process.name);
    out.report(process, message, option.label("no part of the command above"))
        .because(&process.declared)
        .help("write it on the line before, or end that with a backslash")
        .mend(
            Safety::Unsafe,
            "end the line before with a backslash",
            left.map(|it| Edit::replace(it.end, " \\")),
        );
}

/// The options on the next line, which are taken for a program.
fn next(container: &Container) -> Option<&Step> {
    let next = container.steps.get(container.main? + 1)?;
    next.started.executable.value.starts_with('-').then_some(next)
}
