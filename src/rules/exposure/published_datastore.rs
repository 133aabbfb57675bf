//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::compose::Port;
use crate::model::image::Role;
use crate::model::text::Text;
use crate::model::{Access, Deployment, PostgresServer, Process, RedisServer};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/published-datastore",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("9.8"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/published-datastore.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        let Some(flavour) = container.serves() else { continue };
        let stock = flavour.value.stock;
        let access = || deployment.access(service, process, container);
        // What is in it is fetched from outside as a rule, by whoever has a key.
        let is_for_all = stock.role == Role::ObjectStore;
        let is_store = matches!(
            stock.role,
            Role::Database | Role::Cache | Role::Broker | Role::Search | Role::ObjectStore
        );
        if !is_store || is_for_all && matches!(access(), Access::Guarded) {
            continue;
        }
        let by_file = container.redis.as_ref().is_some_and(RedisServer::binds_loopback);
        if service.binds_loopback() || by_file {
            continue;
        }
        let mode = service.network_mode.as_ref().and_then(Text::known);
        if let Some(mode) = mode.filter(|it| it.value == "host") {
            if let Access::Anyone(why) = access() {
                on_the_host(process, &mode, &why, out);
            }
            continue;
        }
        // What a variable leads to is the one port that there is, or nobody could use it.
        let is_only = stock.ports.len() == 1;
        let is_hidden = |port: &Port| port.target_range().is_none();
        // `redis-server --port 6380`, `postgres -p 5433`
        let told = process.listens.iter().filter_map(|it| it.value.endpoint.port());
        let told = told.chain(container.postgres.as_ref().map(PostgresServer::port));
        let told = told.chain(console(process).filter(|_| is_for_all));
        let ports: Vec<u16> = told.chain(stock.ports.iter().copied()).collect();
        let leads =
            |port: &&Port| ports.iter().any(|it| port.leads_to(*it)) || is_only && is_hidden(port);
        let open: Vec<_> =
            service.ports.iter().filter(leads).filter_map(|it| Some((it, it.open()?))).collect();
        let Some(((port, first), others)) = open.split_first() else { continue };
        let name = &process.name;
        let finding = out.report(
            process,
            format!("`{name}` is published on every address of the host"),
            first.label("whoever reaches the host reaches this port, past its firewall"),
        );
        for (_, other) in others {
            finding.also(other.label("and this one"));
        }
        if is_hidden(port) {
            let why = "the port that it leads to is in a variable";
            finding.because(&first.clone().doubt(Certainty::Likely, why));
        }
        match access() {
            Access::Anyone(why) => {
                finding.also(why.label(match stock.names[0] {
                    "rabbitmq" => "and everybody knows the password of its `guest`",
                    "minio/minio" => "and everybody knows the password that it begins with",
                    _ => "and nothing asks for a password",
                }));
            }
            Access::Reader(why) => {
                finding.also(why.label("and this password is no secret"));
            }
            Access::Guarded => {
                finding.at_most(Severity::Warning);
            }
        }
        // Kept to the host, the port is closed to containers as well.
        let is_only_way = deployment.is_reached_by_port_alone(service);
        let help = match (is_for_all, deployment.may_be_stack()) {
            (true, stack) if stack || is_only_way => "give it a password that no file tells",
            (true, _) => "give it a password that no file tells, or publish it on `127.0.0.1:`",
            (false, _) if is_only_way => {
                "attach it to a network of those that use it, and take the port out"
            }
            (false, true) => {
                "take the port out: Swarm publishes on every address, and services need none"
            }
            (false, false) => {
                "publish it on `127.0.0.1:` or a private address, or not at all: services need no port"
            }
        };
        finding.help(help);
        if !is_only_way {
            finding.mend(
                Safety::Unsafe,
                "publish it on `127.0.0.1`",
                open.iter().filter_map(|(it, _)| deployment.keep_on_host(it)),
            );
        }
    }
}

/// The port of MinIO's console, which it else takes by chance (MinIO's reference, "minio server").
fn console(process: &Process) -> Option<u16> {
    let address = process.started.as_ref()?.option(&["--console-address"])?;
    address.value.rsplit(':').next()?.parse().ok()
}

/// It has the network of the host, whose firewall stands before it as before any program there.
fn on_the_host(process: &Process, mode: &Fact<String>, why: &Fact<()>, out: &mut Findings) {
    out.report(
        process,
        format!("`{}` listens on every address of the host", process.name),
        mode.label("it has no network of its own"),
    )
    .also(why.label("and nothing asks for a password"))
    .at_most(Severity::Warning)
    .help("have it listen on 127.0.0.1, as `redis-server --bind 127.0.0.1` does");
}
