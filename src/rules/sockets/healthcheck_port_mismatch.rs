//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::{Deployment, Probe, Url};
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
                    let to = first.value.endpoint.port().filter(|_| process.listens.len() == 1);
                    let edit = to.and_then(|to| ask(&probe, to));
                    finding.mend(Safety::Safe, "ask there", edit);
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

/// In place of the port, where the URL is written with one.
fn ask(probe: &Probe, to: u16) -> Option<Edit> {
    let Url { https, host, port, path } = &probe.url.value;
    let before = format!("{}://{host}:", if *https { "https" } else { "http" });
    let text = probe.url.map(|_| format!("{before}{port}{path}"));
    let port = before.len()..before.len() + port.to_string().len();
    Some(Edit::replace(text.part(port)?, to.to_string()))
}
