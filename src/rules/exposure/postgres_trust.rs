//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Lookup;
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/postgres-trust",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["exposure/published-datastore"],
    security: Some("9.8"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/postgres-trust.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        let postgres =
            container.flavour.as_ref().is_some_and(|it| it.value.stock.names.contains(&"postgres"));
        let Lookup::Set(method) = process.environment.get("POSTGRES_HOST_AUTH_METHOD") else {
            continue;
        };
        if !postgres || method.value != "trust" {
            continue;
        }
        let open =
            service.ports.iter().find_map(|port| port.open().filter(|_| port.leads_to(5432)));
        let finding = out.report(
            process,
            format!("`{}` lets everybody in without a password", process.name),
            method.label("whoever connects is whoever they say, the superuser too"),
        );
        match open {
            Some(open) => _ = finding.also(open.label("and everybody can connect here")),
            // Only what shares a network with it can connect.
            None => _ = finding.at_most(Severity::Warning),
        }
        finding.help("set `POSTGRES_PASSWORD`, and take this away");
    }
}
