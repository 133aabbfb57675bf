//! See the page.

use crate::diagnostic::{Findings, Severity, Subject};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::contract::{Contract, Tls};
use crate::model::journey::{End, Journey, Journeys, Request};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/contract-route-differs",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/contract-route-differs.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(contract) = &deployment.contract else { return };
    if contract.routes.is_empty() {
        return;
    }
    let journeys = Journeys::new(deployment, None);
    for host in hosts(deployment, contract) {
        for (path, declared) in &contract.routes {
            let Some(request) = request(deployment, contract, &host, &path.value) else { continue };
            let declared = Fact::at(declared.value, declared.place);
            compare(&journeys.answer(&request), &declared, out);
        }
    }
}

fn compare(journey: &Journey, declared: &Fact<u16>, out: &mut Findings) {
    let End::Answered(response) = &journey.end else { return };
    let Some(status) = response.status.filter(|it| *it != declared.value) else { return };
    let last = journey.hops.iter().rev().find_map(|hop| hop.written().last());
    let Some(last) = last else { return };
    let by = match &journey.doubt {
        Some(doubt) => declared.clone().doubt(doubt.certainty, &doubt.why),
        None => declared.clone(),
    };
    let request = journey.request.to_string();
    let url = request.trim_start_matches("GET ");
    out.report(
        Subject::Site(journey.request.host.clone()),
        format!("{url} answers {status}, and {} is declared", declared.value),
        last.clone(),
    )
    .also(by.label("is declared"))
    .help(format!("`kilter trace {url}` shows how this comes about"));
}

/// The names that are declared, or else those of the sites that pass on to applications.
fn hosts(deployment: &Deployment, contract: &Contract) -> Vec<String> {
    if !contract.domains.is_empty() {
        return contract.domains.iter().map(|it| it.value.clone()).collect();
    }
    let mut hosts = Vec::new();
    for (site, _) in deployment.proxied() {
        let host = site.hosts().next().map(|it| it.value);
        hosts.extend(host.filter(|it| !hosts.contains(it)));
    }
    hosts
}

/// As a browser asks that has been here before: by https, wherever that is spoken.
fn request(
    deployment: &Deployment,
    contract: &Contract,
    host: &str,
    path: &str,
) -> Option<Request> {
    let speaks_tls = deployment.speaks_tls(host);
    let outer = contract.tls.as_ref().is_some_and(|it| it.value == Tls::Elsewhere);
    let scheme = if speaks_tls { "https" } else { "http" };
    let request = Request::get(&format!("{scheme}://{host}{path}")).ok()?;
    if outer && !speaks_tls {
        return request.with_header("X-Forwarded-Proto: https").ok();
    }
    Some(request)
}
