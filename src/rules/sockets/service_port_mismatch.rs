//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/service-port-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/service-port-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|it| it.kind.is_app()) {
        let app = process.fact();
        for connection in app.connections().into_iter().chain(app.documented_connections()) {
            let Some(Target::Service(service, target)) = deployment.target(process, &connection)
            else {
                continue;
            };
            let Some(port) = &connection.port else { continue };
            let Some(open) = deployment.closed_port(target, port.value) else { continue };
            let name = &service.name.value;
            let right = open.value.first().copied().unwrap_or_default();
            let at = app.outside(port).or(app.outside_part(&connection.host));
            let at = at.unwrap_or_else(|| port.map(|_| ()));
            let finding = out.report(
                process,
                format!("`{}` connects to port {port} of `{name}`", process.name),
                at.label(format!("`{name}` does not listen on {port}")),
            );
            finding.also(open.label(format!("listens on {right}")));
            let published = service
                .ports
                .iter()
                .find(|it| it.published_range().is_some_and(|range| range.value.0 == port.value));
            if let Some(published) = published {
                let published = Fact::at((), published.place);
                finding.also(published.label("this port is the host's, not the container's"));
            }
            finding.because(&connection.known_by).help(format!("connect to port {right}"));
            // A URL that holds a password is not written anew, and the port of none is parted.
            let digits = at.written_as(&port.value.to_string());
            let edit = digits.map(|place| Edit::replace(place, right.to_string()));
            finding.mend(Safety::Safe, format!("connect to port {right}"), edit);
        }
    }
}
