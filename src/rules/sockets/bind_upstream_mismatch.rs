//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Certainty;
use crate::model::{
    Deployment, Endpoint, Host, OtherProtocol, Process, ProcessKind, Route, Site, Spoken,
};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "sockets/bind-upstream-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/bind-upstream-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for site in &deployment.sites {
        // One line mends them all.
        let mut others =
            site.routes.iter().filter_map(|it| Some((it, deployment.other_protocol(it)?)));
        if let Some((route, other)) = others.next() {
            other_protocol(site, route, &other, out);
        }
    }
    before_another(deployment, out);
    let Some(missed) = deployment.missed_in_view() else { return };
    let process = missed.process.value;
    let Some(first) = process.listens.first() else { return };
    let bound: Vec<String> =
        process.listens.iter().map(|it| it.value.endpoint.to_string()).collect();
    let bound = bound.join("` and `");
    // A default is written nowhere: the command is where it would have been.
    let listens =
        if first.evidence().is_written() { first.map(|_| ()) } else { process.declared.clone() };
    let Some((site, upstream)) = missed.upstreams.first() else { return };
    // A server that a script starts there is told of above.
    let is_open = deployment.surroundings.may_have_another_at(&upstream.value);
    if process.is_called_otherwise(&upstream.value) || is_open {
        return;
    }
    let to = &upstream.value;
    let why = "the documents have another proxy in front, so that this one may be of the past";
    let replaced = deployment.compose.is_none() && deployment.surroundings.tls.of_proxy_manager;
    let at = upstream.map(|_| ());
    let at = if replaced { at.doubt(Certainty::Likely, why) } else { at };
    let at = match may_be_between(deployment, process) {
        Some(other) => at.doubt(Certainty::Likely, &format!("`{}` may listen there", other.name)),
        None => at,
    };
    let at = match is_of_one_name(&first.value.endpoint, to) {
        true => at.doubt(Certainty::Likely, "one of the two folders may be a link to the other"),
        false => at,
    };
    let finding = out.report(
        *site,
        format!("the proxy connects to where `{}` does not listen", process.name),
        at.label(format!("connects to `{to}`")),
    );
    for (_, again) in &missed.upstreams[1..] {
        finding.also(again.label("and here"));
    }
    finding
        .also(listens.label(format!("listens at `{bound}`")))
        .because(first)
        .because(&missed.process);
    // In a container of its own, the server goes by the name of that.
    let elsewhere = site.view != process.view && to.is_loopback();
    // Where the proxy listens itself, the server cannot.
    let is_taken = site.view == process.view
        && site.listeners.iter().any(|it| first.value.endpoint.port() == it.value.port);
    let connect = match process.listens.as_slice() {
        _ if is_taken => None,
        _ if elsewhere => named(process, to),
        [only] if first.evidence().is_written() => Some(reachable(&only.value.endpoint, to)),
        _ => None,
    };
    match connect.as_ref().filter(|_| elsewhere) {
        Some(to) => {
            finding.help(format!("connect to `{to}`: every container has a loopback of its own"))
        }
        None if is_taken => finding
            .help(format!("have the server listen at `{to}`: the proxy has its port already")),
        None => {
            let there = connect.as_ref().map_or(bound, ToString::to_string);
            finding.help(format!("connect to `{there}`, or have the server listen at `{to}`"))
        }
    };
    if let Some(to) = connect {
        let edits = missed.upstreams.iter().filter_map(|(_, it)| deployment.reconnect(it, &to));
        finding.mend(Safety::Unsafe, format!("connect to `{to}`"), edits);
    }
}

/// Whether two sockets have the same name in folders of the same name, as those of one checkout that is
/// reached by two ways. Below the homes of two users they are two checkouts.
fn is_of_one_name(one: &Endpoint, other: &Endpoint) -> bool {
    let (Endpoint::Unix(one), Endpoint::Unix(other)) = (one, other) else { return false };
    let of_users = one.starts_with("/home") && other.starts_with("/home");
    !of_users && ends(one).is_some() && ends(one) == ends(other)
}

/// The names of a file and of the folder that it is in.
fn ends(path: &Utf8Path) -> Option<(&str, &str)> {
    Some((path.file_name()?, path.parent()?.file_name()?))
}

/// A service on the machine of the server, of which nobody can tell what it is and where it listens.
fn may_be_between<'d>(deployment: &'d Deployment, process: &Process) -> Option<&'d Process> {
    deployment.processes.iter().find(|it| {
        it.kind == ProcessKind::Other
            && it.view == process.view
            && !it.runs_python()
            && deployment.unit(it).is_some()
    })
}

/// The same port of the container that a process is in, or the only one at which it listens there.
fn named(process: &Process, to: &Endpoint) -> Option<Endpoint> {
    let bound = || match process.listens.as_slice() {
        [only] => only.value.endpoint.port(),
        _ => None,
    };
    let port = to.port().filter(|it| process.listens_at(*it)).or_else(bound)?;
    Some(Endpoint::Tcp { host: Host::Name(process.name.clone()), port })
}

/// What the proxy would connect to: the host that it names, at the port that is listened on.
fn reachable(bound: &Endpoint, named: &Endpoint) -> Endpoint {
    match (bound, named) {
        (Endpoint::Tcp { port, .. }, Endpoint::Tcp { host, .. }) => {
            Endpoint::Tcp { host: host.clone(), port: *port }
        }
        // Every interface of the machine has the loopback among them.
        (Endpoint::Tcp { host: Host::Any, port }, _) => {
            Endpoint::Tcp { host: Host::parse("127.0.0.1"), port: *port }
        }
        (bound, _) => bound.clone(),
    }
}

/// A route that leads to where a server listens, and speaks what that does not understand.
fn other_protocol(site: &Site, route: &Route, other: &OtherProtocol<'_>, out: &mut Findings) {
    let name = &other.process.value.name;
    let (message, speaks, takes, help) = match (other.speaks, other.takes) {
        (_, Spoken::Uwsgi) => (
            format!("the proxy speaks HTTP to `{name}`, which takes uWSGI's protocol there"),
            "speaks HTTP",
            "`uwsgi_pass` speaks what this takes",
            "pass it on by `uwsgi_pass`, or have uWSGI listen by `http-socket`",
        ),
        (Spoken::Tls, _) => (
            format!("the proxy speaks TLS to `{name}`, which has no certificate"),
            "speaks TLS",
            "takes plain HTTP",
            "pass it on by `http://`: TLS ends at the proxy",
        ),
        (Spoken::Uwsgi | Spoken::Http, _) => (
            format!("the proxy speaks uWSGI's protocol to `{name}`, which takes HTTP"),
            "speaks uWSGI's protocol",
            "takes HTTP",
            "pass it on by `proxy_pass http://`, with its headers",
        ),
    };
    let finding = out.report(site, message, route.pass.label(speaks));
    finding.also(other.listening.label(takes)).because(&other.process).help(help);
}

/// A proxy in front of the nginx of another container, all of whose ports are in view.
fn before_another(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for site in deployment.sites.iter().filter(|it| !it.of_image) {
        for upstream in site.routes.iter().flat_map(|it| &it.upstreams) {
            let Some(port) = deployment.missed_nginx(site.view, &upstream.value) else { continue };
            let Endpoint::Tcp { host, .. } = &upstream.value else { continue };
            let place = upstream.evidence().place();
            if said.contains(&place) {
                continue;
            }
            said.push(place);
            let to = Endpoint::Tcp { host: host.clone(), port: port.value };
            out.report(
                site,
                format!("the proxy connects to where nginx of `{host}` does not listen"),
                upstream.label(format!("connects to `{}`", upstream.value)),
            )
            .also(port.label(format!("listens on {port}")))
            .help(format!("connect to `{to}`"))
            .mend(
                Safety::Unsafe,
                format!("connect to `{to}`"),
                deployment.reconnect(upstream, &to),
            );
        }
    }
}
