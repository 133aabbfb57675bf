//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::{Fact, Lookup};
use crate::model::command::Program;
use crate::model::compose::Service;
use crate::model::text::Text;
use crate::model::{Deployment, Endpoint, Host, Listening, PostgresServer, Process, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/bind-loopback-in-container",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/bind-loopback-in-container.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        if let Some(server) = &container.postgres {
            database(deployment, (service, process), server, out);
        }
    }
    for (service, process, container) in deployment.services() {
        let loopback = |it: &Fact<Listening>| {
            matches!(it.value.endpoint, Endpoint::Tcp { host: Host::Loopback, .. })
        };
        let all = process.listens_known && process.listens.iter().all(loopback);
        let Some(listening) = process.listens.first().filter(|_| all) else { continue };
        let Some(port) = listening.value.endpoint.port() else { continue };
        // In the host's network, or in another container's, loopback is shared.
        let is_alone = !container.runs_more() && service.network_mode.is_none();
        if !is_alone || !process.kind.is_web() {
            continue;
        }
        let published = service.ports.iter().find(|it| it.leads_to(port));
        let published = published.map(|it| Fact::at((), it.place));
        let exposed = || {
            let is_it = |it: &&Text| it.parse::<u16>().is_some_and(|it| it.value == port);
            service.expose.iter().find(is_it).map(|it| it.fact().map(|_| ()))
        };
        let connects = published.or_else(|| deployment.passes_to(service, port));
        let says = match connects {
            Some(_) => "connections from here are refused",
            None => "others are to reach this port",
        };
        let Some(wanted) = connects.or_else(exposed) else { continue };
        let wanted = (&wanted, says);
        if !listening.evidence().is_written() {
            by_default(process, (listening, port), wanted, out);
            continue;
        }
        out.report(
            process,
            format!("nobody outside its container reaches `{}`", process.name),
            listening.label(format!("listens at `{}` only", listening.value.endpoint)),
        )
        .also(wanted.0.label(wanted.1))
        .help(format!("listen at `0.0.0.0:{port}`"))
        .mend(
            Safety::Safe,
            format!("listen at `0.0.0.0:{port}`"),
            listening.rebind(format!("0.0.0.0:{port}")),
        );
    }
}

/// A server to which nothing says where: not its command, not a file that it reads, and none of the
/// variables that it looks at.
fn by_default(
    process: &Process,
    (listening, port): (&Fact<Listening>, u16),
    (wanted, says): (&Fact<()>, &'static str),
    out: &mut Findings,
) {
    let Some(started) = process.started.as_ref().filter(|it| it.binds_by_default) else { return };
    // gunicorn's settings.rst ("bind", "Settings"); uvicorn takes each option from a variable too.
    let (option, asks): (_, &[&str]) = match started.program.value {
        Program::Gunicorn => ("--bind 0.0.0.0:", &["PORT", "GUNICORN_CMD_ARGS"]),
        Program::Uvicorn => {
            ("--host 0.0.0.0 --port ", &["UVICORN_HOST", "UVICORN_FD", "UVICORN_UDS"])
        }
        Program::Daphne => ("-b 0.0.0.0 -p ", &[]),
        _ => return,
    };
    let is_absent = |name: &&str| matches!(process.environment.get(name), Lookup::Absent);
    let in_view = started.config_file.is_none() && process.cwd.is_some();
    if !in_view || !asks.iter().all(is_absent) {
        return;
    }
    let listens = started.executable.label(format!("listens at `{}`", listening.value.endpoint));
    out.report(
        process,
        format!("nobody outside its container reaches `{}`", process.name),
        listens,
    )
    .also(wanted.label(says))
    .because(listening)
    .help(format!("say where it is to listen: `{option}{port}`"))
    .at_most(Severity::Warning);
}

/// PostgreSQL's own default is for its own machine: with a file of one's own in the place of the
/// image's it holds.
fn database(
    deployment: &Deployment,
    (service, process): (&Service, &Process),
    server: &PostgresServer,
    out: &mut Findings,
) {
    let Some(listen) = server.only_to_itself() else { return };
    let connects = deployment.processes.iter().find_map(|client| {
        let app = client.kind.is_app().then(|| client.fact())?;
        let mut connections = app.connections().into_iter();
        connections.find_map(|it| match deployment.target(client, &it)? {
            Target::Service(of, _) if of.name.value == service.name.value => {
                Some(app.host_at(&it.host).given(&it.known_by))
            }
            _ => None,
        })
    });
    let (None, Some(connects)) = (&service.network_mode, connects) else { return };
    let port = server.port();
    out.report(
        process,
        format!("nobody outside its container reaches `{}`", process.name),
        listen.label(match listen.value.is_empty() {
            true => "listens on a socket in the file system only".to_owned(),
            false => format!("listens at `127.0.0.1:{port}` only"),
        }),
    )
    .also(connects.label("connections from here are refused"))
    .help("set `listen_addresses = '*'`");
}
