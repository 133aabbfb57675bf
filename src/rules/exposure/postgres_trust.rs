//! See the page.

use crate::diagnostic::{Diagnostic, Findings, Severity, Subject};
use crate::fact::{Label, Lookup};
use crate::model::compose::Service;
use crate::model::{Breadth, Container, Deployment, PostgresServer, Process};
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
        by_variable(service, process, container, out);
        if let Some(server) = &container.postgres {
            by_record(server, service, process, out);
        }
    }
    if deployment.compose.is_none() {
        for server in &deployment.surroundings.postgres {
            of_the_machine(server, out);
        }
    }
}

/// Records of `pg_hba.conf` hold for who comes from another container as well.
fn by_record(server: &PostgresServer, service: &Service, process: &Process, out: &mut Findings) {
    let Some(trust) = server.trusts() else { return };
    if server.only_to_itself().is_some() {
        return;
    }
    let is_public = trust.breadth == Breadth::Public;
    let at = trust.at.label(who(trust.whoever));
    of_container(service, process, at, is_public.then_some(server.port()), out).help(METHOD);
}

/// Everybody can connect if the port is published; otherwise only what shares a network with it.
fn of_container<'o>(
    service: &Service,
    process: &Process,
    at: Label,
    port: Option<u16>,
    out: &'o mut Findings,
) -> &'o mut Diagnostic {
    let message = format!("`{}` lets everybody in without a password", process.name);
    let finding = out.report(process, message, at);
    let mut open = service.ports.iter().filter(|it| port.is_some_and(|port| it.leads_to(port)));
    match open.find_map(|it| it.open()) {
        Some(open) => finding.also(open.label("and everybody can connect here")),
        None => finding.at_most(Severity::Warning),
    }
}

fn of_the_machine(server: &PostgresServer, out: &mut Findings) {
    let Some(trust) = server.trusts() else { return };
    if server.only_to_itself().is_some() {
        return;
    }
    let whom = match trust.breadth {
        Breadth::Public => "everybody",
        Breadth::One | Breadth::Network => "every machine of a network",
    };
    let finding = out.report(
        Subject::Nothing,
        format!("the PostgreSQL of this machine lets {whom} in without a password"),
        trust.at.label(who(trust.whoever)),
    );
    match server.open_to_all().filter(|_| trust.breadth == Breadth::Public) {
        Some(listen) => _ = finding.also(listen.label("listens on public addresses")),
        // Nobody knows where it listens, or only a network can connect.
        None => _ = finding.at_most(Severity::Warning),
    }
    finding.help(METHOD);
}

const METHOD: &str = "write `scram-sha-256` in the place of `trust`";

fn who(everybody: bool) -> &'static str {
    match everybody {
        true => "whoever connects is whoever they say, the superuser too",
        false => "whoever connects is whoever they say",
    }
}

/// What the image's entrypoint writes a record by.
fn by_variable(service: &Service, process: &Process, container: &Container, out: &mut Findings) {
    let postgres = container.flavour.as_ref().is_some_and(|it| it.value.is_postgres());
    let method = process.environment.get("POSTGRES_HOST_AUTH_METHOD");
    let Lookup::Set(method) = method else { return };
    if !postgres || method.value != "trust" {
        return;
    }
    of_container(service, process, method.label(who(true)), Some(5432), out)
        .help("set `POSTGRES_PASSWORD`, and take this away");
}
