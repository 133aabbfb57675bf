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

/// Programs that start containers, or others in their place: nothing that allows less is enough for them.
const STARTS_CONTAINERS: &[&str] = &[
    "watchtower",
    "portainer",
    "autoheal",
    "ouroboros",
    "ofelia",
    "swarmpit",
    "docker-volume-backup",
    "dockge",
    "wud",
    "sablier",
    "shepherd",
];

/// Programs that start what a pipeline says, whatever that is.
const RUNS_JOBS: &[&str] = &["runner"];

/// Programs that tell others to read their configuration again, as nginx-proxy's companions do.
const SIGNALS_OTHERS: &[&str] = &["docker-gen", "companion"];

/// Programs whose work it is to read what Docker knows.
const ONLY_READS: &[&str] = &[
    "traefik",
    "proxy",
    "dozzle",
    "diun",
    "promtail",
    "cadvisor",
    "agent",
    "alloy",
    "logspout",
    "filebeat",
    "metricbeat",
    "telegraf",
    "datadog",
    "netdata",
    "crowdsec",
    "timberio/vector",
    "opentelemetry-collector",
    "glances",
    "uptime-kuma",
    "homepage",
    "infrastructure",
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
        let is_one_of =
            |known: &[&str]| known.iter().any(|it| names.iter().any(|name| name.contains(it)));
        if is_one_of(STARTS_CONTAINERS) {
            finding.at_most(Severity::Advice);
            finding.help("let nobody else reach it, and keep its image up to date");
        } else if is_one_of(RUNS_JOBS) {
            finding.at_most(Severity::Warning);
            finding.help("run it on a machine of its own, or without the socket");
        } else if is_one_of(SIGNALS_OTHERS) {
            finding.at_most(Severity::Warning);
            finding
                .help("put a proxy for the socket in between that lets it read and restart alone");
        } else if is_one_of(ONLY_READS) {
            finding.at_most(Severity::Warning);
            finding.help("put a proxy for the socket in between that lets it read, and no more");
        } else {
            finding.help("take it away, or put a proxy for the socket in between that allows less");
        }
    }
}

/// Docker's own place for it (dockerd, "Daemon socket option").
fn is_folder_of_it(source: &str) -> bool {
    matches!(source.trim_end_matches('/'), "/var/run" | "/run")
}
