//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Fact, Lookup};
use crate::model::compose::Service;
use crate::model::{
    Access, CELERY_ACCEPT_CONTENT, Connection, Deployment, Process, ProcessKind, Target,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "server/celery-pickle",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("8.1"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/server/celery-pickle.md"),
};

/// What pickle is called there (kombu's serializers).
const PICKLE: [&str; 2] = ["pickle", "application/x-python-serialize"];

fn check(deployment: &Deployment, out: &mut Findings) {
    let workers = deployment.processes.iter().filter(|it| it.kind == ProcessKind::Worker);
    for process in workers.filter(|it| it.runs_celery()) {
        let app = process.fact();
        let Some(accepted) = app.get(CELERY_ACCEPT_CONTENT) else { continue };
        let Some(pickle) = accepted.value.iter().find(|it| PICKLE.contains(&it.value.as_str()))
        else {
            continue;
        };
        let forced = forced_as_root(process);
        let published = published_broker(deployment, &app);
        let message = format!("`{}` runs whatever code is put into its broker", process.name);
        let label = pickle.label("to read a pickle is to run what it says");
        let finding = match (&published, &forced) {
            (Some((port, guarded)), _) => {
                let finding = out.report(process, message, label);
                finding.also(port.label("whoever reaches the host reaches the broker"));
                if *guarded {
                    finding.at_most(Severity::Warning);
                }
                finding
            }
            (None, Some(_)) => out.report(process, message, label).at_most(Severity::Warning),
            (None, None) => continue,
        };
        if let Some(forced) = &forced {
            finding.also(forced.label("and as root, which Celery refuses without this"));
        }
        finding
            .because(&accepted)
            .help("accept `json` alone, and send tasks with no other serializer");
    }
}

/// The variable without which a worker that takes pickles does not start as root (celery.platforms,
/// `check_privileges`).
fn forced_as_root(process: &Process) -> Option<Fact<()>> {
    match process.environment.get("C_FORCE_ROOT") {
        Lookup::Set(value) if !value.value.is_empty() => Some(value.map(|_| ())),
        Lookup::Set(_) | Lookup::Unknown(_) | Lookup::Absent => None,
    }
}

/// The port by which others reach the broker of a worker, and whether that asks them for a password which
/// no file tells.
fn published_broker(deployment: &Deployment, app: &Fact<&Process>) -> Option<(Fact<()>, bool)> {
    let is_broker =
        |it: &Connection| ["CELERY_BROKER_URL", "BROKER_URL"].contains(&it.setting.as_str());
    let broker = app.connections().into_iter().find(is_broker)?;
    let Some(Target::Service(service, _)) = deployment.target(app.value, &broker) else {
        return None;
    };
    let (service, process, container) =
        deployment.services().into_iter().find(|it| it.0.name.value == service.name.value)?;
    let port = open_port(service, broker.port.as_ref()?.value)?;
    let guarded = matches!(deployment.access(service, process, container), Access::Guarded);
    Some((port, guarded))
}

fn open_port(service: &Service, to: u16) -> Option<Fact<()>> {
    service.ports.iter().filter(|it| it.leads_to(to)).find_map(|it| it.open())
}
