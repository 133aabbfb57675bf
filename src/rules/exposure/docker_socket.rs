//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::compose::MountKind;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/docker-socket",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("8.8"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/docker-socket.md"),
};

/// Programs whose work it is to speak with Docker.
const MADE_FOR_IT: &[&str] = &[
    "traefik",
    "proxy",
    "watchtower",
    "portainer",
    "autoheal",
    "dozzle",
    "docker-gen",
    "companion",
    "ouroboros",
    "diun",
    "promtail",
    "cadvisor",
    "agent",
    "ofelia",
    "swarmpit",
    "runner",
    "alloy",
    "logspout",
    "filebeat",
    "metricbeat",
    "telegraf",
    "datadog",
    "netdata",
    "docker-volume-backup",
    "crowdsec",
    "timberio/vector",
    "opentelemetry-collector",
    "glances",
    "uptime-kuma",
    "dockge",
    "homepage",
    "wud",
    "sablier",
    "infrastructure",
    "shepherd",
    "fluent",
];

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        let socket = service.volumes.iter().find(|mount| match &mount.kind {
            MountKind::Bind(source, _) => {
                let source = source.to_string();
                source.ends_with("/docker.sock") || is_folder_of_it(&source)
            }
            MountKind::Volume(_) | MountKind::Anonymous | MountKind::Tmpfs | MountKind::Other => {
                false
            }
        });
        let Some(mount) = socket else { continue };
        // A file that goes with others may leave the image to them; one that is built is called after
        // what it is built on, as a rule.
        let program = match (&service.image, &service.build) {
            (Some(image), _) => image.to_string(),
            (None, _) => process.name.clone(),
        };
        // It is what lets others do less: tecnativa/docker-socket-proxy and its kin.
        if program.contains("socket-proxy") {
            continue;
        }
        let here = Fact::at((), mount.place);
        let label = match &mount.kind {
            MountKind::Bind(source, _) if is_folder_of_it(&source.to_string()) => {
                "here is the socket as well, by which any container is started with any mount"
            }
            _ => "who writes to this socket starts any container with any mount",
        };
        let finding = out.report(
            process,
            format!("`{}` can do on the host whatever root can", process.name),
            here.label(label),
        );
        let built_on = container.flavour.as_ref().map(|it| it.value.reference.repository.as_str());
        let names = [program.as_str(), built_on.unwrap_or_default()];
        if MADE_FOR_IT.iter().any(|it| names.iter().any(|name| name.contains(it))) {
            finding.at_most(Severity::Warning);
        }
        finding.help("take it away, or put a proxy for the socket in between that allows less");
    }
}

/// Docker's own place for it (dockerd, "Daemon socket option").
fn is_folder_of_it(source: &str) -> bool {
    matches!(source.trim_end_matches('/'), "/var/run" | "/run")
}
