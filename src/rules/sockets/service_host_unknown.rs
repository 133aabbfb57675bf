//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::secret::is_placeholder;
use crate::fact::{Certainty, Fact};
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

const NO_SERVER: &str = "no service here is such a server, and another machine may have the name";

fn check(deployment: &Deployment, out: &mut Findings) {
    // Whoever makes the file of an example names the host.
    if deployment.is_an_example() {
        return;
    }
    for process in deployment.processes.iter().filter(|it| it.kind.is_app()) {
        let app = process.fact();
        for connection in app.connections() {
            let Some(Target::Nobody(elsewhere)) = deployment.target(process, &connection) else {
                continue;
            };
            let Connection { host, setting, .. } = &connection;
            // What is to be put here is not known.
            if is_placeholder(&host.value) {
                continue;
            }
            let at = app.host_at(host);
            // Docker asks the machine's own name server what it does not know itself.
            let at = match elsewhere.is_some() || deployment.offers(&connection) {
                true => at,
                false => at.doubt(Certainty::Likely, NO_SERVER),
            };
            let services = deployment.compose.as_ref();
            let own = services.and_then(|it| it.service(&process.name));
            let bridge = own.filter(|it| it.is_on_docker0());
            let bridge = bridge.and_then(|it| it.network_mode.as_ref());
            let message = match elsewhere {
                Some(_) if bridge.is_some() => {
                    format!(
                        "`{}` is on a network without names, and connects to `{host}`",
                        process.name
                    )
                }
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
            if deployment.never_asks(process, &connection) {
                finding.at_most(Severity::Advice);
            }
            match elsewhere {
                _ if let Some(mode) = bridge => {
                    let mode = Fact::at((), mode.place);
                    finding.also(mode.label("on this bridge no service has a name"));
                    finding.help(
                        "leave `network_mode` out: the network that compose makes knows them",
                    );
                }
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
