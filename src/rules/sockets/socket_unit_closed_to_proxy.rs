//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Endpoint, May, Owned, UnitKind, Wants, mode};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/socket-unit-closed-to-proxy",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/socket-unit-closed-to-proxy.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for connected in deployment.connected().into_iter().filter(|it| it.listening.value.activated) {
        let Endpoint::Unix(path) = &connected.listening.value.endpoint else { continue };
        let makes = deployment.units.iter().filter(|it| it.is(UnitKind::Socket)).find(|unit| {
            let streams = unit.listen_streams();
            streams.iter().any(|it| matches!(&it.value.endpoint, Endpoint::Unix(at) if at == path))
        });
        let Some(unit) = makes else { continue };
        let Some(line) = unit.get("Socket", "SocketMode") else { continue };
        let Some(bits) = mode(&line.value) else { continue };
        let user = unit.get("Socket", "SocketUser");
        let group = unit.get("Socket", "SocketGroup").or_else(|| user.clone());
        let owned = Owned {
            user: user.as_ref().map_or("root", |it| it.value.as_str()),
            group: Some(group.as_ref().map_or("root", |it| it.value.as_str())),
            mode: bits,
        };
        let may = deployment.may(connected.site, Wants::Write, owned);
        if may == May::Yes {
            continue;
        }
        let finding = out.report(
            unit,
            format!("the proxy may not connect to the socket of `{}`", unit.name),
            line.label(format!("`{}` and nobody else", owned.user)),
        );
        finding
            .also(connected.upstream.label("the proxy connects here"))
            .because(&connected.process)
            .help("name the proxy's group in `SocketGroup=`, with `SocketMode=0660`");
        if may == May::IfMember {
            finding.at_most(Severity::Advice);
        }
    }
}
