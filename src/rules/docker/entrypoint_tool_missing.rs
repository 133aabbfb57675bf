//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/entrypoint-tool-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/entrypoint-tool-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Services share a script, and it is mended once.
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        for step in container.steps.iter().filter(|it| it.is_needed()) {
            let Some(image) = container.lacks(step) else { continue };
            if said.contains(&step.place) {
                continue;
            }
            said.push(step.place);
            let tool = step.program_name();
            out.report(
                process,
                format!("the start of `{}` runs `{tool}`, which its image lacks", process.name),
                step.started.executable.label("not found"),
            )
            .also(image.label(format!("has no `{tool}`, and nothing installs it")))
            .because(&process.declared)
            .help(format!(
                "install `{tool}`, or let compose wait: `depends_on` with `condition: service_healthy`"
            ));
        }
    }
}
