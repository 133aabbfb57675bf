//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::compose::Port;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/publish-port-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/publish-port-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        let Some(listening) = process.listens.first() else { continue };
        let ports: Vec<u16> =
            process.listens.iter().filter_map(|it| it.value.endpoint.port()).collect();
        // Who publishes another port than a default may well set the variable that it is for.
        let told = listening.evidence().is_written()
            && listening.evidence().doubt().is_none()
            && !container.runs_more();
        let one = told && ports.len() == process.listens.len() && process.listens_known;
        let reached = |port: &Port| ports.iter().any(|it| port.leads_to(*it));
        let unknown = service.ports.iter().any(|it| it.target_range().is_none());
        if !process.kind.is_web() || !one || unknown || service.ports.iter().any(reached) {
            continue;
        }
        let Some(port) = service.ports.first() else { continue };
        let here = Fact::at((), port.place);
        let bound = &listening.value.endpoint;
        out.report(
            process,
            format!("the published port of `{}` leads to where nothing listens", process.name),
            here.label(format!("leads to port {} of the container", port.target)),
        )
        .also(listening.label(format!("listens at `{bound}`")))
        .help(format!("publish port {} of the container", ports[0]))
        .mend(Safety::Safe, format!("lead to {}", ports[0]), lead(port, ports[0]));
    }
}

fn lead(port: &Port, to: u16) -> Option<Edit> {
    let target = port.target.fact();
    Some(Edit::replace(target.part(0..target.value.len())?, to.to_string()))
}
