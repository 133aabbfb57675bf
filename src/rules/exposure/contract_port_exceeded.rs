//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/contract-port-exceeded",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/contract-port-exceeded.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(ports) = deployment.contract.as_ref().and_then(|it| it.ports.as_ref()) else { return };
    let declared: Vec<u16> = ports.value.iter().map(|it| it.value).collect();
    for opening in deployment.open_ports() {
        if (opening.ports.0..=opening.ports.1).all(|port| declared.contains(&port)) {
            continue;
        }
        let shown = match opening.ports {
            (first, last) if first == last => format!("port {first}"),
            (first, last) => format!("ports {first} to {last}"),
        };
        out.report(
            opening.subject,
            format!("`{}` opens {shown}, which is not declared", opening.by),
            opening.at.label("everybody reaches this"),
        )
        .also(Fact::at((), ports.place).label("only these are to be open"))
        .help("close it, bind it to 127.0.0.1, or declare it");
    }
}
