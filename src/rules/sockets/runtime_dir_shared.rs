//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::units::Unit;
use crate::model::{Deployment, Endpoint, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/runtime-dir-shared",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/runtime-dir-shared.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let services = || deployment.units.iter().filter(|unit| unit.is(UnitKind::Service));
    for unit in services().filter(|unit| !unit.preserves_runtime_directories()) {
        socket_of_its_own(deployment, unit, out);
        for other in services() {
            // Files of other folders are other machines, or variants of which one is used.
            if unit.path >= other.path || unit.path.parent() != other.path.parent() {
                continue;
            }
            let theirs = other.runtime_directories();
            for folder in unit.runtime_directories() {
                let Some(again) = theirs.iter().find(|it| it.value == folder.value) else {
                    continue;
                };
                let path = &folder.value;
                out.report(
                    unit,
                    format!("stopping `{}` deletes `{path}`, which `{}` uses", unit.name, other.name),
                    folder.label(format!("`{path}` goes when this service stops")),
                )
                .also(again.label("the same directory"))
                .help("give each a directory of its own, or set `RuntimeDirectoryPreserve=yes` on both");
            }
        }
    }
}

/// A service that owns the directory in which its socket unit makes the socket.
fn socket_of_its_own(deployment: &Deployment, unit: &Unit, out: &mut Findings) {
    let Some(process) = deployment.process_of(unit) else { return };
    for listening in process.listens.iter().filter(|it| it.value.activated) {
        let Endpoint::Unix(socket) = &listening.value.endpoint else { continue };
        let folders = unit.runtime_directories();
        let Some(folder) = folders.iter().find(|it| socket.starts_with(&it.value)) else {
            continue;
        };
        let path = &folder.value;
        out.report(
            unit,
            format!("stopping `{}` deletes the socket that systemd listens at", unit.name),
            folder.label(format!("`{path}` goes when the service stops")),
        )
        .also(listening.label("the socket lies in it"))
        .help("drop `RuntimeDirectory=`: the socket unit makes the directory");
    }
}
