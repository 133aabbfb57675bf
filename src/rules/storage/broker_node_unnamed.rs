//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::compose::{Mount, MountKind, Service};
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/broker-node-unnamed",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/broker-node-unnamed.md"),
};

const FOLDER: &str = "/var/lib/rabbitmq";
const NODE: &str = "RABBITMQ_NODENAME";

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        let is_rabbitmq = container.stock().is_some_and(|it| it.value.is("rabbitmq"));
        let Some(mount) = kept(service).filter(|_| is_rabbitmq && has_name_of_its_own(service))
        else {
            continue;
        };
        if process.environment.sets(NODE) {
            continue;
        }
        let finding = out.report(
            process,
            format!(
                "what waits in `{}` is left behind when its container is made anew",
                process.name
            ),
            unnamed(service, process).label("has no `hostname`, and each container gets another"),
        );
        finding
            .also(
                Fact::at((), mount.place)
                    .label("keeps a folder for each node, called after the host"),
            )
            .help(format!("give it a name that stays: `hostname: {}`", process.name));
    }
}

/// Where it is named, with the doubt that files leave which are not in view.
fn unnamed(service: &Service, process: &Process) -> Fact<()> {
    let named = service.name.map(|_| ());
    match process.environment.is_closed() {
        true => named,
        false => named.doubt(Certainty::Likely, "an env file may name the node"),
    }
}

/// The mount that keeps its data.
fn kept(service: &Service) -> Option<&Mount> {
    service.volumes.iter().find(|it| {
        let is_kept = matches!(it.kind, MountKind::Volume(_) | MountKind::Bind(..));
        let at = it.target.known();
        is_kept && at.is_some_and(|at| at.value.trim_end_matches('/').starts_with(FOLDER))
    })
}

/// Whether its host's name is the container's own, and no option gives it another.
fn has_name_of_its_own(service: &Service) -> bool {
    service.hostname.is_none() && service.network_mode.is_none()
}
