//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::{Connection, Deployment, ServerKind, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/localhost-in-container",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/localhost-in-container.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut processes: Vec<_> = deployment.processes.iter().filter(|it| it.kind.is_app()).collect();
    // Of those that share settings, what answers requests is named.
    processes.sort_by_key(|it| !it.kind.is_web());
    for process in processes {
        let app = process.fact();
        let further = app.apis().into_iter().chain(app.documented_connections());
        for connection in app.connections().into_iter().chain(further) {
            let Some(Target::Itself(offering)) = deployment.target(process, &connection) else {
                continue;
            };
            // What browsers can reach as well may be meant for them.
            let inner = offering.is_some_and(|service| service.ports.is_empty());
            if connection.kind == ServerKind::Http && !inner {
                continue;
            }
            let Connection { host, setting, .. } = &connection;
            let at = app.outside(host).unwrap_or_else(|| host.map(|_| ()));
            // What an image has for its build, an env file that is not in view may well replace.
            if deployment.may_be_outdone(process, at.evidence().place()) {
                continue;
            }
            // It stands where the way to send mail is chosen, and not the server.
            let is_default = connection.assigned.is_none() && setting == "EMAIL_HOST";
            let finding = out.report(
                process,
                format!(
                    "`{}` connects to itself for {setting}, and nothing listens there",
                    process.name
                ),
                at.label(match is_default {
                    true => format!("goes to `{host}` by default, which is the container itself"),
                    false => format!("in a container `{host}` is the container itself"),
                }),
            );
            finding.through(connection.assigned.clone(), format!("{setting} is made of it"));
            finding.because(&connection.known_by);
            match offering {
                Some(service) => {
                    finding.also(service.name.label("this is where it is"));
                    let name = service.name.value.as_str();
                    finding.help(format!("connect to `{name}`"));
                    // In a URL the host is a part of what is written there.
                    let whole = at.written_as(&host.value);
                    let edit = whole.map(|place| Edit::replace(place, name));
                    finding.mend(Safety::Unsafe, format!("connect to `{name}`"), edit);
                }
                None => {
                    finding.at_most(Severity::Warning);
                    finding.help(match is_default {
                        true => "name the mail server in EMAIL_HOST",
                        false => "name the machine that the server runs on",
                    });
                }
            }
        }
    }
}
