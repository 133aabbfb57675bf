//! See the page.

use crate::diagnostic::{Findings, Safety, Severity, Subject};
use crate::fact::{Certainty, Fact, Lookup};
use crate::model::command::{Celery, Program, Started};
use crate::model::compose::Service;
use crate::model::image::{Role, Stock};
use crate::model::{
    Container, Deployment, Endpoint, Engine, Host, Listening, Process, Route, Site, traefik,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/admin-ui-published",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("7.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/admin-ui-published.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    published(deployment, out);
    dashboards(deployment, out);
    flowers(deployment, out);
    supervisors(deployment, out);
}

/// A supervisord that takes commands from whoever reaches its port.
fn supervisors(deployment: &Deployment, out: &mut Findings) {
    if deployment.compose.is_some() {
        return;
    }
    for control in deployment.surroundings.control_ports.iter().filter(|it| it.is_open()) {
        let why = "a firewall may keep others from its port";
        let port = control.port.clone().doubt(Certainty::Likely, why);
        out.report(
            Subject::Nothing,
            "supervisord takes commands from whoever reaches the machine",
            control.port.label("listens on every address, and no `username` is set"),
        )
        .because(&port)
        .help("write `127.0.0.1:` before the port, or take the section out: the socket is enough");
    }
}

/// Flower that asks for no password, behind a web server that asks for none either, or on every address of
/// its machine, as it listens if nobody says otherwise.
fn flowers(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|it| is_open_flower(it)) {
        let Some(started) = &process.started else { continue };
        let made = started.program.label("made for administrators, and asks for no password");
        let open = |(site, route): &(&Site, &Route)| {
            let level = site.level(route);
            !site.is_local()
                && level.is_some_and(|it| it.restrictions().is_empty() && !it.includes_unseen())
        };
        if let Some((_, route)) = deployment.routes_before(process).find(open) {
            out.report(
                process,
                format!("the web server lets everybody in to `{}`", process.name),
                route.pass.label("requests of everybody are passed on here"),
            )
            .also(made)
            .because(&process.declared)
            .help("ask for a password here with `auth_basic`, or by Flower's own `--basic-auth`");
            continue;
        }
        let any = |it: &Fact<Listening>| {
            matches!(it.value.endpoint, Endpoint::Tcp { host: Host::Any, .. })
        };
        if deployment.is_on_host(process) && process.listens.iter().any(any) {
            let why = "a firewall may keep others from its port";
            out.report(
                process,
                format!("`{}` answers whoever reaches the machine", process.name),
                made,
            )
            .because(&process.declared.clone().doubt(Certainty::Likely, why))
            .help("have it listen at `--address=127.0.0.1`, or give it `--basic-auth`");
        }
    }
}

fn is_open_flower(process: &Process) -> bool {
    let is_open = |it: &Started| {
        it.program.value == Program::Celery(Celery::Flower) && it.config_file.is_none()
    };
    process.started.as_ref().is_some_and(is_open) && !process.is_guarded_flower()
}

fn published(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        let traefik = traefik(deployment, process).and_then(|it| it.insecure.clone());
        let is_traefik = traefik.is_some();
        let dashboard = || traefik.map(|it| (vec![TRAEFIKS], it));
        let ui = admin_ui(service, process, container).or_else(dashboard);
        let Some((ports, what)) = ui else { continue };
        for port in service.ports.iter().filter(|it| ports.iter().any(|port| it.leads_to(*port))) {
            let Some(open) = port.open() else { continue };
            out.report(
                process,
                format!("`{}` is published on every address of the host", process.name),
                open.label("whoever reaches the host reaches this port, past its firewall"),
            )
            // Whoever listens on the way reads the password as it is (RFC 7617, "Security Considerations").
            .also(what.label(match process.is_guarded_flower() {
                true => "made for administrators, and its password comes by plain http",
                false if is_traefik => {
                    "shows everybody the dashboard, and asks nobody who they are"
                }
                false if is_browser(container) => {
                    "opens any page for whoever asks, of this network as well"
                }
                false => "made for administrators",
            }))
            .help(match deployment.may_be_stack() {
                true => {
                    "take the port out, and have a proxy ask who comes: Swarm knows no address here"
                }
                false => "publish it on `127.0.0.1:`, and reach it through a tunnel",
            })
            .mend(
                Safety::Unsafe,
                "publish it on `127.0.0.1`",
                deployment.keep_on_host(port),
            );
        }
    }
}

/// Traefik's dashboard behind a router of its own that lets everybody in.
fn dashboards(deployment: &Deployment, out: &mut Findings) {
    for (service, process, _) in deployment.services() {
        let Some(config) = traefik(deployment, process) else { continue };
        let is_open = |port: u16| {
            let mut ports = service.ports.iter().filter(|it| it.leads_to(port));
            ports.any(|it| it.open().is_some())
        };
        for dashboard in &config.dashboards {
            if !dashboard.ports.iter().any(|it| is_open(*it)) {
                continue;
            }
            out.report(
                process,
                format!("`{}` shows its dashboard to everybody", process.name),
                dashboard.service.label("leads to the dashboard and the API"),
            )
            .also(dashboard.rule.label("no middleware of this router asks who comes"))
            .because(&process.declared)
            .help("give the router a middleware that asks for a password, as `basicAuth`");
        }
    }
}

/// What the Traefik of a process was told.
fn traefik<'d>(deployment: &'d Deployment, process: &Process) -> Option<&'d traefik::Config> {
    let mut own = deployment.sites.iter().filter(|it| it.view == process.view);
    own.find_map(|site| match site.engine() {
        Engine::Traefik { config, .. } => Some(&**config),
        Engine::Nginx { .. } | Engine::Caddy { .. } => None,
    })
}

/// Whether it is a browser that programs drive.
fn is_browser(container: &Container) -> bool {
    container.serves().is_some_and(|it| it.value.stock.names.contains(&BROWSERLESS))
}

/// Its first major version asks nobody without a `TOKEN`; the second makes one up (its documentation,
/// "Configuration").
const BROWSERLESS: &str = "browserless/chrome";

/// Where Traefik shows its dashboard without a router (its documentation, "API & Dashboard").
const TRAEFIKS: u16 = 8080;

/// Where Flower listens if nobody says otherwise (its documentation, "Configuration": `port`).
const FLOWERS: u16 = 5555;

/// Where whoever comes first logs in as `admin` with the password `public` (EMQX's documentation,
/// "EMQX Dashboard").
const EMQX_DASHBOARD: u16 = 18083;

/// The ports that a program for administrators is reached on.
fn admin_ui(
    service: &Service,
    process: &Process,
    container: &Container,
) -> Option<(Vec<u16>, Fact<()>)> {
    if let Some(started) = &process.started
        && started.program.value == Program::Celery(Celery::Flower)
    {
        let port = started.option(&["--port"]).and_then(|it| it.value.parse().ok());
        let port = port.unwrap_or(FLOWERS);
        return Some((vec![port], started.program.map(|_| ())));
    }
    let flavour = container.serves()?;
    let stock = flavour.value.stock;
    let tag = flavour.value.reference.tag.as_deref().unwrap_or_default();
    match stock.role {
        // Devices of everybody are to reach the others.
        Role::AdminUi if stock.names.contains(&"emqx") => {
            Some((vec![EMQX_DASHBOARD], flavour.map(|_| ())))
        }
        Role::AdminUi => Some((stock.ports.to_vec(), flavour.map(|_| ()))),
        Role::Monitor if asks_for_nothing(service, process, stock) => {
            Some((stock.ports.to_vec(), flavour.map(|_| ())))
        }
        // Its own entry point, which asks nobody who they are (Traefik, "API & Dashboard", insecure).
        Role::Proxy if stock.names.contains(&"traefik") => {
            let words = service.command.iter().flat_map(|it| &it.words);
            let mut insecure = words.filter(|word| {
                matches!(word.to_string().as_str(), "--api.insecure" | "--api.insecure=true")
            });
            Some((vec![TRAEFIKS], insecure.next()?.fact().map(|_| ())))
        }
        Role::Broker if tag.contains("management") => Some((vec![15672], flavour.map(|_| ()))),
        _ => None,
    }
}

/// Whether a program that watches others lets everybody in: Prometheus and its Alertmanager, unless they are
/// given a file of users ("Securing Prometheus API and UI endpoints using basic auth"), Grafana with the
/// password `admin` that it begins with, Loki, which "does not come with any included authentication layer"
/// (Loki's documentation, "Authentication"), and cAdvisor, unless it is given one (its "docs/web.md").
fn asks_for_nothing(service: &Service, process: &Process, stock: &Stock) -> bool {
    let mounts =
        |name: &str| service.volumes.iter().any(|mount| mount.target.to_string().ends_with(name));
    let is = |name: &str| stock.names.iter().any(|it| it.rsplit('/').next() == Some(name));
    let is_told = |options: &[&str]| {
        let mut words = service.command.iter().flat_map(|it| &it.words);
        words.any(|word| options.iter().any(|it| word.to_string().contains(it)))
    };
    if stock.names.contains(&BROWSERLESS) {
        return matches!(process.environment.get("TOKEN"), Lookup::Absent);
    }
    if is("loki") {
        return true;
    }
    if is("prometheus") || is("alertmanager") {
        return !is_told(&["web.config.file"]);
    }
    if is("cadvisor") {
        return !is_told(&["http_auth_file", "http_digest_file"]);
    }
    let passwords = ["GF_SECURITY_ADMIN_PASSWORD", "GF_SECURITY_ADMIN_PASSWORD__FILE"];
    let is_set = |name: &&str| !matches!(process.environment.get(name), Lookup::Absent);
    is("grafana") && !passwords.iter().any(is_set) && !mounts("grafana.ini")
}
