//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::compose::Service;
use crate::model::{Connection, Deployment, Process, ServerKind, Target};
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
        let mut groups: Vec<Vec<Local<'_>>> = Vec::new();
        for local in locals(deployment, process) {
            match groups.iter_mut().find(|it| it[0].is_of_one_cause(&local)) {
                Some(known) => known.push(local),
                None => groups.push(vec![local]),
            }
        }
        groups.iter().for_each(|group| report(deployment, process, group, out));
    }
}

/// A connection of a container to itself.
struct Local<'d> {
    connection: Connection,
    /// The service that was meant.
    offering: Option<&'d Service>,
    /// Where its host is written.
    at: Fact<()>,
}

impl Local<'_> {
    /// Whether one line has the host of both: several caches are at one Redis.
    fn is_of_one_cause(&self, other: &Self) -> bool {
        let (own, others) = (&self.connection.host, &other.connection.host);
        self.offering.map(|it| &it.name.value) == other.offering.map(|it| &it.name.value)
            && own.evidence().meets(others.evidence())
    }
}

fn locals<'d>(deployment: &'d Deployment, process: &Process) -> Vec<Local<'d>> {
    let app = process.fact();
    let told = app.connections().into_iter().chain(app.apis()).map(|it| (it, false));
    let documented = app.documented_connections().into_iter().map(|it| (it, true));
    let found = told.chain(documented).filter_map(|(connection, is_documented)| {
        let Some(Target::Itself(offering)) = deployment.target(process, &connection) else {
            return None;
        };
        // What browsers can reach as well may be meant for them.
        let inner = offering.is_some_and(|service| service.ports.is_empty());
        if connection.kind == ServerKind::Http && !inner {
            return None;
        }
        let host = &connection.host;
        let at = app.host_at(host);
        // Whoever copies an example may write something else.
        let at = if is_documented { at.given(host) } else { at };
        // What an image has for its build, an env file that is not in view may well replace.
        let is_outdone = deployment.may_be_outdone(process, at.evidence().place());
        (!is_outdone).then_some(Local { connection, offering, at })
    });
    found.collect()
}

fn report(deployment: &Deployment, process: &Process, group: &[Local<'_>], out: &mut Findings) {
    let [Local { connection, offering, at }, more @ ..] = group else { return };
    let Connection { host, setting, .. } = connection;
    // It stands where the way to send mail is chosen, and not the server.
    let is_default = connection.assigned.is_none() && setting == "EMAIL_HOST";
    let finding = out.report(
        process,
        format!("`{}` connects to itself for {setting}, and nothing listens there", process.name),
        at.label(match is_default {
            true => format!("goes to `{host}` by default, which is the container itself"),
            false => format!("in a container `{host}` is the container itself"),
        }),
    );
    finding.through(connection.assigned.clone(), format!("{setting} is made of it"));
    let mut said = vec![at.evidence().place()];
    for other in more {
        let place = other.at.evidence().place();
        if !said.contains(&place) {
            said.push(place);
            finding.also(other.at.label(format!("{} as well", other.connection.setting)));
        }
    }
    finding.because(&connection.known_by);
    // The settings came so, and no mail is lost.
    let is_idle = || !deployment.may_send_mail(&process.fact());
    if connection.kind == ServerKind::Smtp && is_idle()
        || group.iter().all(|it| deployment.never_asks(process, &it.connection))
    {
        finding.at_most(Severity::Advice);
    }
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
