//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::compose::{Port, Service};
use crate::rules::{Check, Rule};
use std::collections::HashMap;

pub(super) static RULE: Rule = Rule {
    id: "sockets/port-collision",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/port-collision.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(project) = &deployment.compose else { return };
    let services = project.active(&[]);
    let ports: Vec<(&Service, &Port)> = services
        .iter()
        .filter(|it| it.network_mode.is_none())
        // `run` publishes no port unless it is asked to, and then of one service at a time (Compose,
        // "docker compose run").
        .filter(|it| !deployment.is_job(&it.name.value))
        .flat_map(|service| service.ports.iter().map(move |port| (*service, port)))
        .collect();
    let mut taken: HashMap<(u16, String), Vec<(&Service, &Port)>> = HashMap::new();
    for (service, port) in ports {
        let Some(published) = port.published_range() else { continue };
        // Of a range for several containers each takes what is free.
        let (number, true) = (published.value.0, published.value.0 == published.value.1) else {
            continue;
        };
        let protocol = port.protocol.as_ref().map_or("tcp".to_owned(), ToString::to_string);
        let alike = taken.entry((number, protocol)).or_default();
        let is_beside =
            |other: &Service| project.start_together(&other.name.value, &service.name.value);
        let mut earlier = alike.iter().filter(|(other, it)| is_beside(other) && overlap(it, port));
        let first = earlier.next().copied();
        alike.push((service, port));
        let Some((other, earlier)) = first else { continue };
        let (name, with) = (&service.name.value, &other.name.value);
        let message = match name == with {
            true => format!("`{name}` publishes port {number} of the host twice"),
            false => format!("`{name}` and `{with}` publish one port of the host, {number}"),
        };
        out.report(
            deployment_subject(name),
            message,
            Fact::at((), port.place).label("taken already"),
        )
        .also(Fact::at((), earlier.place).label("by this"))
        .because(&published)
        .help("publish one of them on another port");
    }
}

fn deployment_subject(service: &str) -> crate::diagnostic::Subject {
    crate::diagnostic::Subject::Process(service.to_owned())
}

/// Whether both take an address of the host.
fn overlap(a: &Port, b: &Port) -> bool {
    let address = |it: &Port| match &it.host_ip {
        None => Some("0.0.0.0".to_owned()),
        Some(text) => Some(text.known()?.value),
    };
    match (address(a), address(b)) {
        (Some(a), Some(b)) => a == b || a == "0.0.0.0" || b == "0.0.0.0",
        _ => false,
    }
}
