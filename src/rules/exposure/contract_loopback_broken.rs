//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/contract-loopback-broken",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["exposure/published-datastore", "exposure/redis-public"],
    security: Some("7.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/contract-loopback-broken.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(contract) = &deployment.contract else { return };
    for service in &contract.loopback_only {
        for opening in deployment.open_ports() {
            if !opening.is_of(&service.value) {
                continue;
            }
            out.report(
                opening.subject,
                format!("`{}` is to be local, and everybody reaches it", service.value),
                opening.at.label("open to other machines"),
            )
            .also(Fact::at((), service.place).label("declared for this machine only"))
            .help("bind it to 127.0.0.1, or publish no port of it");
        }
    }
}
