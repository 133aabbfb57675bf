//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Connection, Deployment, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/service-host-unknown",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/service-host-unknown.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|it| it.kind.is_app()) {
        let app = process.fact();
        for connection in app.connections() {
            let Some(Target::Nobody(elsewhere)) = deployment.target(process, &connection) else {
                continue;
            };
            let Connection { host, setting, .. } = &connection;
            let at = app.outside(host).unwrap_or_else(|| host.map(|_| ()));
            let message = match elsewhere {
                Some(_) => format!("`{}` and `{host}` share no network", process.name),
                None => format!("`{}` connects to `{host}`, which is no service", process.name),
            };
            let finding = out.report(
                process,
                message,
                at.label("nobody answers to this name on its networks"),
            );
            finding.through(connection.assigned.clone(), format!("{setting} is made of it"));
            finding.because(&connection.known_by);
            match elsewhere {
                Some(service) => {
                    finding.also(service.name.label("this is on another network"));
                    finding.help("attach both services to one network");
                }
                None => {
                    finding.help("name the service as compose does, or give it this as an alias");
                }
            }
        }
    }
}
