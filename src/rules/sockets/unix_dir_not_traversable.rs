//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::units::Unit;
use crate::model::{Deployment, Endpoint, May, Owned, UnitKind, Wants, mode};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "sockets/unix-dir-not-traversable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/unix-dir-not-traversable.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    below_roots_home(deployment, out);
    for connected in deployment.connected() {
        let process = connected.process.value;
        let Endpoint::Unix(path) = &connected.listening.value.endpoint else { continue };
        let makes = deployment.units.iter().find_map(|unit| Some((unit, closing(unit, path)?)));
        let Some((unit, line)) = makes else { continue };
        let Some(bits) = mode(&line.value) else { continue };
        let owner = unit.get("Service", "User");
        let group = unit.get("Service", "Group").or_else(|| owner.clone());
        let owned = Owned {
            user: owner.as_ref().map_or("root", |it| it.value.as_str()),
            group: group.as_ref().map(|it| it.value.as_str()),
            mode: bits,
        };
        let may = deployment.may(connected.site, Wants::Enter, owned);
        // On the machine itself nobody has to guess who is in a group: live/path-not-traversable
        // looks.
        if may == May::Yes || may == May::IfMember && deployment.observed.is_some() {
            continue;
        }
        let folder = path.parent().unwrap_or(path);
        let finding = out.report(
            process,
            format!(
                "the proxy may not enter `{folder}`, where the socket of `{}` is",
                process.name
            ),
            line.label(format!("only {} may enter", whom(owned))),
        );
        finding
            .also(connected.upstream.label("the proxy connects here"))
            .because(&connected.process)
            .help("let others enter with `RuntimeDirectoryMode=0755`");
        if may == May::IfMember {
            finding.at_most(Severity::Advice);
        }
    }
}

/// Sockets that nginx could reach only through the home of root, whoever makes them.
fn below_roots_home(deployment: &Deployment, out: &mut Findings) {
    for (site, user) in deployment.shut_out_of_roots_home() {
        let mut closed: Vec<&Fact<Endpoint>> = Vec::new();
        for upstream in site.routes.iter().flat_map(|route| &route.upstreams) {
            let is_below =
                matches!(&upstream.value, Endpoint::Unix(path) if path.starts_with("/root"));
            let known = |it: &&Fact<Endpoint>| it.evidence().place() == upstream.evidence().place();
            if is_below && !closed.iter().any(known) {
                closed.push(upstream);
            }
        }
        let [first, more @ ..] = closed.as_slice() else { continue };
        let finding = out.report(
            site,
            "nginx may not enter `/root`, where the socket of the server is",
            first.label("every request for this is answered with 502"),
        );
        for upstream in more {
            finding.also(upstream.label("and for this"));
        }
        finding.because(&user);
        finding.help("put the socket below `/run`, as with `RuntimeDirectory=` of the unit");
    }
}

/// The line that sets the mode of the directory which a socket lies in, if this unit makes it.
fn closing(unit: &Unit, socket: &Utf8Path) -> Option<Fact<String>> {
    let folder = socket.parent()?;
    if unit.runtime_directories().iter().any(|it| it.value == folder) {
        return unit.get("Service", "RuntimeDirectoryMode");
    }
    let listens = |it: &Fact<_>| matches!(&it.value, Endpoint::Unix(path) if path == socket);
    let streams = unit.listen_streams();
    let makes = unit.is(UnitKind::Socket)
        && streams.iter().any(|it| listens(&it.map(|it| it.endpoint.clone())));
    makes.then(|| unit.get("Socket", "DirectoryMode"))?
}

fn whom(owned: Owned<'_>) -> String {
    match owned.group.filter(|_| owned.mode & 0o010 != 0) {
        Some(group) if group != owned.user => format!("`{}` and the group `{group}`", owned.user),
        _ => format!("`{}`", owned.user),
    }
}
