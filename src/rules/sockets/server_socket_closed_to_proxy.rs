//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::command::{Program, Started};
use crate::model::{Deployment, May, Owned, Wants};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/server-socket-closed-to-proxy",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/server-socket-closed-to-proxy.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for connected in deployment.connected().into_iter().filter(|it| !it.listening.value.activated) {
        let process = connected.process.value;
        let Some(started) = &process.started else { continue };
        let (Some(user), Some(mode)) = (&process.user, socket_mode(started)) else { continue };
        let unit = deployment.unit(process);
        let group = started.group.clone().or_else(|| unit?.get("Service", "Group"));
        let (owner, owning) = match &started.socket_owner {
            Some(both) => match both.value.split_once(':') {
                Some((owner, group)) => (owner.to_owned(), Some(group.to_owned())),
                None => (both.value.clone(), None),
            },
            None => (user.value.clone(), group.map(|it| it.value)),
        };
        let owned =
            Owned { user: &owner, group: owning.as_deref().or(Some(&owner)), mode: mode.value };
        let may = deployment.may(connected.site, Wants::Write, owned);
        if may == May::Yes {
            continue;
        }
        let finding = out.report(
            process,
            format!("the proxy may not connect to the socket that `{}` makes", process.name),
            mode.label(format!("leaves the socket with mode {:03o}", mode.value)),
        );
        finding
            .also(connected.upstream.label("the proxy connects here"))
            .because(&connected.process)
            .help("run the server with the proxy's group, or let the group of both write");
        if may == May::IfMember {
            finding.at_most(Severity::Advice);
        }
    }
}

/// The mode of the socket where an option decides it: gunicorn makes one with 0777 less its own
/// `--umask` (measured with 23.0), uWSGI sets `chmod-socket`.
fn socket_mode(started: &Started) -> Option<Fact<u32>> {
    match started.program.value {
        Program::Gunicorn => started.umask.as_ref().map(|it| it.map(|umask| 0o777 & !umask)),
        Program::Uwsgi => started.socket_mode.clone(),
        _ => None,
    }
}
