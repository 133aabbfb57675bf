//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
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
    for (service, process, container) in deployment.services() {
        let Some(ignored) = &container.ignored else { continue };
        // The image's own command is but the default of what nobody asks for.
        if service.command.is_none() {
            continue;
        }
        let script = &ignored.entrypoint.value;
        // `command: /start` of what starts so anyway.
        let words = service.command.iter().flat_map(|it| &it.words).map(ToString::to_string);
        if words.eq([script.clone()]) {
            continue;
        }
        out.report(
            process,
            format!("the command of `{}` has no effect", process.name),
            ignored.command.label(format!("handed to `{script}`, which does not look at it")),
        )
        .also(ignored.entrypoint.label("started in front of every command"))
        .also(ignored.last.label("this is how the script ends, whatever the command is"))
        .because(&process.declared)
        .help("end the script with `exec \"$@\"`, or give the service an `entrypoint` of its own");
    }
}
