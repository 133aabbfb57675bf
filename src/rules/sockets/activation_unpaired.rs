//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::units::Unit;
use crate::model::{Deployment, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/activation-unpaired",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/activation-unpaired.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for socket in deployment.units.iter().filter(|it| it.is(UnitKind::Socket)) {
        // One for each connection is an instance of a template.
        if socket.flag("Socket", "Accept").is_some_and(|it| it.value)
            || !socket.is_as_written()
            || socket.has_other_names()
        {
            continue;
        }
        let Some(partner) = socket.partner() else { continue };
        if deployment.units.iter().any(|it| it.is_called(&partner.value)) {
            continue;
        }
        let name = socket.name.to_string();
        let mut beside =
            deployment.units.iter().filter(|it| it.path.parent() == socket.path.parent());
        let Some((service, asks)) = beside.find_map(|it| Some((it, asks_for(it, &name)?))) else {
            continue;
        };
        let at = match socket.all("Socket", "Service").last() {
            Some(line) => line.fact(),
            None => socket.head("Socket"),
        };
        let finding = out.report(
            socket,
            format!("systemd refuses `{name}`: no `{}` is there for it to start", partner.value),
            at.given(&partner).label(format!("hands what it gets to `{}`", partner.value)),
        );
        finding.also(asks.label("this service waits for the socket"));
        if !socket.is_installed {
            let why = "somebody may install a service under that name";
            finding.because(&partner.doubt(Certainty::Likely, why));
        }
        finding
            .help(format!("say `Service={}` in the socket, or give both one name", service.name));
    }
}

/// The line by which a service that is installed as it is asks for a socket.
fn asks_for(unit: &Unit, socket: &str) -> Option<Fact<String>> {
    if !unit.is(UnitKind::Service) || !unit.is_as_written() || unit.has_other_names() {
        return None;
    }
    let keys = [("Service", "Sockets"), ("Unit", "Requires"), ("Unit", "BindsTo")];
    let words = keys.iter().flat_map(|(section, key)| unit.words(section, key));
    words.into_iter().find(|it| it.value == socket)
}
