//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/healthcheck-port-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/healthcheck-port-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for container in &deployment.containers {
        for probe in container.probes() {
            let Some(asked) = deployment.probes_nothing(container, &probe) else { continue };
            let (process, port) = (asked.value, probe.url.value.port);
            let finding = out.report(
                process,
                format!(
                    "the health check of `{}` asks port {port}, where nothing listens",
                    process.name
                ),
                probe.url.label(format!("asks port {port}")),
            );
            finding.because(&asked);
            match process.listens.first() {
                Some(first) => {
                    finding.also(first.label(format!("listens at `{}`", first.value.endpoint)));
                    finding.help("ask where the server listens");
                }
                None => {
                    finding.also(process.declared.label("listens nowhere"));
                    finding.at_most(Severity::Warning);
                    finding.help("give the service a `healthcheck` of its own, or disable it");
                }
            }
        }
    }
}
