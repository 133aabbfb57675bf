//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact, Label};
use crate::model::command::Bind;
use crate::model::compose::{MountKind, Port, Service};
use crate::model::image::{Flavour, Role};
use crate::model::{Container, Deployment, Listening, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/publish-port-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/publish-port-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        if service.ports.iter().any(|it| it.target_range().is_none()) {
            continue;
        }
        if process.kind.is_web() {
            server(deployment, (service, process, container), out);
        } else if let Some(listening) = &container.nginx_ports {
            nginx(service, process, listening, out);
        } else if let Some(image) = container.stock() {
            documented(service, process, image, out);
            store(service, process, image, out);
        }
    }
}

/// A server of Django, if all that it listens on is known.
fn server(
    deployment: &Deployment,
    (service, process, container): (&Service, &Process, &Container),
    out: &mut Findings,
) {
    // What listens is not what the service asks for, and what that would listen on is another matter.
    if container.ignores_command(service).is_some() {
        return;
    }
    let Some(listening) = process.listens.first() else { return };
    let ports: Vec<u16> =
        process.listens.iter().filter_map(|it| it.value.endpoint.port()).collect();
    // Who publishes another port than a default may well set the variable that it is for.
    let told = listening.evidence().is_written()
        && listening.evidence().doubt().is_none()
        && !container.runs_more();
    if !told || !process.listens_known {
        return;
    }
    if !ports.is_empty() && ports.len() != process.listens.len() {
        return;
    }
    // A branch that somebody else's variable chooses may start a server there.
    let of_branches = || container.steps.iter().flat_map(|it| &it.started.binds);
    let in_a_branch = |port: &Port| {
        of_branches().any(|bind| match &bind.value {
            Bind::Endpoint(at) => at.port().is_some_and(|it| port.leads_to(it)),
            _ => false,
        })
    };
    if ports.is_empty() {
        // At others there may be what it starts itself, as a debugger or an exporter.
        let of_servers = |it: &Port| [80, 443, 8000, 8080].iter().any(|port| it.leads_to(*port));
        let mut usual = service.ports.iter().filter(|it| of_servers(it) && is_tcp(it));
        if let Some(port) = usual.find(|it| !in_a_branch(it)) {
            only_at_a_path(process, port, listening, out);
        }
        return;
    }
    let misses = |port: &&Port| !ports.iter().any(|it| port.leads_to(*it)) && !in_a_branch(port);
    // Beside the server's own, other ports may be of what it starts itself, as a debugger.
    let of_browsers = |port: &&Port| port.is_published_as(80) || port.is_published_as(443);
    let is_reached = service.ports.iter().any(|port| !misses(&port));
    let missing: Vec<&Port> = match is_reached {
        true => service.ports.iter().filter(misses).filter(of_browsers).collect(),
        false => service.ports.iter().take(1).collect(),
    };
    let bound = &listening.value.endpoint;
    for port in missing {
        let finding = out.report(process, message(process), label(port));
        finding
            .also(listening.label(format!("listens at `{bound}`")))
            .help(format!("publish port {} of the container", ports[0]));
        // Led to the server, it would let everybody past the proxy.
        let is_behind =
            || deployment.proxied().iter().any(|(_, app)| std::ptr::eq(app.value, process));
        if is_reached || is_behind() || has_front(deployment, service) {
            finding.at_most(Severity::Warning).help("take the port away");
        } else {
            finding.mend(Safety::Safe, format!("lead to {}", ports[0]), lead(port, ports[0]));
        }
    }
}

/// A server that listens at sockets of the file system alone: no port leads to it.
fn only_at_a_path(process: &Process, port: &Port, listening: &Fact<Listening>, out: &mut Findings) {
    out.report(process, message(process), label(port))
        .also(listening.label(format!("listens at `{}` and at no port", listening.value.endpoint)))
        .at_most(Severity::Warning)
        .help("take the port away, or let the server listen there as well");
}

/// Whether another service has the ports that browsers ask for, so that this one is not the way in.
fn has_front(deployment: &Deployment, service: &Service) -> bool {
    let is_front = |it: &Service| {
        it.name.value != service.name.value
            && it.ports.iter().any(|port| port.is_published_as(80) || port.is_published_as(443))
    };
    deployment.compose.as_ref().is_some_and(|it| it.services.iter().any(is_front))
}

/// An nginx whose files are all in view. What the image brings beside them listens on port 80.
fn nginx(service: &Service, process: &Process, listening: &[Fact<u16>], out: &mut Findings) {
    let reached =
        |port: &Port| port.leads_to(80) || listening.iter().any(|it| port.leads_to(it.value));
    let Some(first) = listening.first() else { return };
    for port in service.ports.iter().filter(|port| !reached(port) && is_tcp(port)) {
        let finding = out.report(process, message(process), label(port));
        finding
            .also(
                first.label(format!(
                    "listens on port {}, and on none that it leads to",
                    first.value
                )),
            )
            .help("let nginx listen there, or take the port away");
        if service.ports.iter().any(reached) {
            finding.at_most(Severity::Warning);
        }
    }
}

/// A program that is used as it is pulled, with the port that its documentation names.
fn documented(service: &Service, process: &Process, image: &Fact<Flavour>, out: &mut Findings) {
    let stock = image.value.stock;
    let (Role::AdminUi | Role::Monitor, [listens, ..]) = (stock.role, stock.ports) else { return };
    let moves = |name: &str| {
        let name = name.to_ascii_uppercase();
        ["PORT", "LISTEN", "ADDRESS", "TLS", "SSL", "CONFIG"].iter().any(|it| name.contains(it))
    };
    let told = process.environment.names().any(moves) || !process.environment.is_closed();
    let started = service.command.is_some() || service.entrypoint.is_some();
    let mounts_files = service.volumes.iter().any(|it| matches!(it.kind, MountKind::Bind(..)));
    if told || started || mounts_files {
        return;
    }
    let reached = |port: &&Port| stock.ports.iter().any(|it| port.leads_to(*it));
    for port in service.ports.iter().filter(|port| !reached(port) && is_tcp(port)) {
        let finding = out.report(process, message(process), label(port));
        finding
            .also(as_documented(image, *listens))
            .help(format!("publish port {listens} of the container"));
        if stock.ports.len() == 1 && service.ports.len() == 1 {
            finding.mend(Safety::Safe, format!("lead to {listens}"), lead(port, *listens));
        }
    }
}

/// Datastores that listen where their programs do unless they are told otherwise, and on no more.
const STORES: [&str; 7] =
    ["postgres", "postgis/postgis", "mysql", "mariadb", "redis", "memcached", "mongo"];

/// Beside the port that its documentation names, MySQL listens for its X Protocol and for administrators
/// ("MySQL Port Reference").
const BESIDE: [u16; 3] = [33060, 33061, 33062];

/// The variables by which a server itself is told its port (postgres(1), `-p`; MySQL's manual, "Environment
/// Variables"). What sites call the port that they connect to, as `POSTGRES_PORT`, no image reads.
const MOVING: [&str; 2] = ["PGPORT", "MYSQL_TCP_PORT"];

/// A datastore that nothing tells where to listen. The site reaches it by its network all the same.
fn store(service: &Service, process: &Process, image: &Fact<Flavour>, out: &mut Findings) {
    let stock = image.value.stock;
    let is_plain = STORES.iter().any(|it| stock.names.contains(it));
    let ([listens], true) = (stock.ports, is_plain) else { return };
    let words = service.command.iter().flat_map(|it| &it.words).map(ToString::to_string);
    let is_told = |word: &String| {
        let is_file = [".conf", ".cnf"].iter().any(|it| word.contains(it));
        word.contains("port") || word.starts_with("-p") || is_file
    };
    // Debian's postgres is shown `/etc`, and a file of redis may lie anywhere.
    let is_configured = service.volumes.iter().any(|it| {
        let target = it.target.to_string();
        target.contains("/etc") || target.contains("conf") || target.contains(".cnf")
    });
    if service.entrypoint.is_some()
        || is_configured
        || words.clone().any(|it| is_told(&it))
        || process.environment.names().any(|it| MOVING.contains(&it))
    {
        return;
    }
    let mut listening = image.map(|_| ());
    if !process.environment.is_closed() {
        let why = "variables that are not in view may name another port";
        listening = listening.doubt(Certainty::Likely, why);
    }
    let reached =
        |port: &Port| port.leads_to(*listens) || BESIDE.iter().any(|it| port.leads_to(*it));
    for port in service.ports.iter().filter(|port| !reached(port) && is_tcp(port)) {
        let finding = out.report(process, message(process), label(port));
        finding
            .also(as_documented(image, *listens))
            .because(&listening)
            .at_most(Severity::Warning)
            .help(format!("lead to port {listens} of the container, or take the port away"));
    }
}

fn message(process: &Process) -> String {
    format!("the published port of `{}` leads to where nothing listens", process.name)
}

fn label(port: &Port) -> Label {
    Fact::at((), port.place).label(format!("leads to port {} of the container", port.target))
}

/// The port that the documentation of an image names.
fn as_documented(image: &Fact<Flavour>, listens: u16) -> Label {
    image.label(format!("listens on port {listens} where nothing says otherwise"))
}

fn is_tcp(port: &Port) -> bool {
    port.protocol.as_ref().is_none_or(|it| it.to_string() == "tcp")
}

fn lead(port: &Port, to: u16) -> Option<Edit> {
    Some(Edit::replace(port.target.fact().whole()?, to.to_string()))
}
