//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Ignored, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/command-ignored",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/command-ignored.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let ignored = deployment.services().into_iter().filter_map(|(service, process, container)| {
        Some((process, container.ignores_command(service)?))
    });
    let ignored: Vec<(&Process, &Ignored)> = ignored.collect();
    let end = |it: &Ignored| it.last.evidence().place();
    for (at, (process, first)) in ignored.iter().enumerate() {
        // One script is mended for all.
        if ignored[..at].iter().any(|(_, it)| end(it) == end(first)) {
            continue;
        }
        let others: Vec<_> =
            ignored[at + 1..].iter().filter(|(_, it)| end(it) == end(first)).collect();
        let message = match others.len() {
            0 => format!("the command of `{}` has no effect", process.name),
            1 => format!("the commands of `{}` and one other have no effect", process.name),
            more => format!("the commands of `{}` and {more} others have no effect", process.name),
        };
        let script = &first.entrypoint.value;
        let finding = out.report(
            *process,
            message,
            first.command.label(format!("handed to `{script}`, which does not look at it")),
        );
        for (_, other) in others {
            finding.also(other.command.label("and so is this"));
        }
        finding
            .also(first.entrypoint.label("started in front of every command"))
            .also(first.last.label("this is how the script ends, whatever the command is"))
            .because(&process.declared)
            .help(
                "end the script with `exec \"$@\"`, or give the service an `entrypoint` of its own",
            );
    }
}
