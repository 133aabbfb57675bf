//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/no-listen",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["systemd/unknown-key"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/no-listen.md"),
};

/// What a socket may listen on (systemd.socket(5)).
const LISTENS: [&str; 8] = [
    "ListenStream",
    "ListenDatagram",
    "ListenSequentialPacket",
    "ListenFIFO",
    "ListenSpecial",
    "ListenNetlink",
    "ListenMessageQueue",
    "ListenUSBFunction",
];

fn check(deployment: &Deployment, out: &mut Findings) {
    for socket in deployment.units.iter().filter(|unit| unit.is(UnitKind::Socket)) {
        let is_unit = socket.has_any(&["Socket", "Unit", "Service", "Install"]);
        let none = socket.absent_all("Socket", &LISTENS).filter(|_| is_unit);
        let Some(none) = none else { continue };
        let (head, help) = match socket.section("Service") {
            Some(service) if !socket.has("Socket") => (
                service.label("this is how a service goes on"),
                "write `[Socket]` with `ListenStream=` here, and the rest into the service",
            ),
            _ => (
                socket.head("Socket").label("no line says on what"),
                "say on what, with `ListenStream=/run/app.sock` for instance",
            ),
        };
        out.report(
            socket,
            format!("`{}` listens on nothing, so systemd refuses it", socket.name),
            head,
        )
        .because(&none)
        .help(help);
    }
}
