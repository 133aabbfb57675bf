//! See the page.

use crate::diagnostic::{Diagnostic, Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Listening, Probe, Process, Url};
use crate::rules::several::several;
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
    // One image's check is run for all that is started of it.
    let mut silent: Vec<(Probe, Vec<Fact<&Process>>)> = Vec::new();
    for container in &deployment.containers {
        for probe in container.probes() {
            let Some(asked) = deployment.probes_nothing(container, &probe) else { continue };
            if let Some(first) = asked.value.listens.first() {
                elsewhere(&probe, &asked, first, out);
                continue;
            }
            let place = probe.url.evidence().place();
            match silent.iter_mut().find(|(known, _)| known.url.evidence().place() == place) {
                Some((_, all)) => all.push(asked),
                None => silent.push((probe, vec![asked])),
            }
        }
    }
    for (probe, all) in &silent {
        nowhere(probe, all, out);
    }
}

fn elsewhere(probe: &Probe, asked: &Fact<&Process>, first: &Fact<Listening>, out: &mut Findings) {
    let process = asked.value;
    let finding = report(probe, process, &[&process.name], out);
    finding.because(asked);
    finding.also(first.label(format!("listens at `{}`", first.value.endpoint)));
    finding.help("ask where the server listens");
    let to = first.value.endpoint.port().filter(|_| process.listens.len() == 1);
    let edit = to.and_then(|to| ask(probe, to));
    finding.mend(Safety::Safe, "ask there", edit);
}

/// What has no port cannot be asked at any.
fn nowhere(probe: &Probe, all: &[Fact<&Process>], out: &mut Findings) {
    let Some(first) = all.first() else { return };
    let names: Vec<&str> = all.iter().map(|it| it.value.name.as_str()).collect();
    let finding = report(probe, first.value, &names, out);
    for asked in all {
        finding.because(asked);
        finding.also(asked.value.declared.label("listens nowhere"));
    }
    finding.at_most(Severity::Warning);
    let services = if all.len() == 1 { "the service" } else { "each of the services" };
    finding.help(format!("give {services} a `healthcheck` of its own, or disable it"));
}

fn report<'o>(
    probe: &Probe,
    process: &Process,
    names: &[&str],
    out: &'o mut Findings,
) -> &'o mut Diagnostic {
    let port = probe.url.value.port;
    out.report(
        process,
        format!("the health check of {} asks port {port}, where nothing listens", several(names)),
        probe.url.label(format!("asks port {port}")),
    )
}

/// In place of the port, where the URL is written with one.
fn ask(probe: &Probe, to: u16) -> Option<Edit> {
    let Url { https, host, port, path } = &probe.url.value;
    let before = format!("{}://{host}:", if *https { "https" } else { "http" });
    let text = probe.url.map(|_| format!("{before}{port}{path}"));
    let port = before.len()..before.len() + port.to_string().len();
    Some(Edit::replace(text.part(port)?, to.to_string()))
}
