//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::compose::{Port, Service};
use crate::rules::{Check, Rule};

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
        .flat_map(|service| service.ports.iter().map(move |port| (*service, port)))
        .collect();
    for (index, (service, port)) in ports.iter().enumerate() {
        let first = ports[..index].iter().find(|(_, earlier)| collides(earlier, port));
        let Some((other, earlier)) = first else { continue };
        let Some(published) = port.published_range() else { continue };
        let number = published.value.0;
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

/// Whether both want the same port of an address of the host.
fn collides(a: &Port, b: &Port) -> bool {
    let protocol = |it: &Port| it.protocol.as_ref().map_or("tcp".to_owned(), ToString::to_string);
    let (Some(one), Some(two)) = (a.published_range(), b.published_range()) else { return false };
    // Of a range for several containers each takes what is free.
    let single = one.value.0 == one.value.1 && two.value.0 == two.value.1;
    single && one.value == two.value && protocol(a) == protocol(b) && overlap(a, b)
}

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
