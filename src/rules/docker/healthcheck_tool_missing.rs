//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/healthcheck-tool-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/healthcheck-tool-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(container) = deployment.container(&process.name) else { continue };
        let steps = &container.health.steps;
        // What runs in place of another counts with that, and what is looked for first is not missed.
        for (number, step) in steps.iter().enumerate().filter(|(_, it)| !it.optional) {
            let Some(missing) = container.lacks_all(steps, number) else { continue };
            let Some(((_, image), others)) = missing.split_first() else { continue };
            let tool = step.program_name();
            let finding = out.report(
                process,
                format!(
                    "the health check of `{}` runs `{tool}`, which its image lacks",
                    process.name
                ),
                step.started.executable.label("not found"),
            );
            for (other, _) in others {
                finding.also(other.started.executable.label("nor is this, which is tried then"));
            }
            finding
                .also(image.label(format!("has no `{tool}`, and nothing installs it")))
                .because(&process.declared)
                .help(format!("install `{tool}`, or check with what the image has"));
        }
    }
}
