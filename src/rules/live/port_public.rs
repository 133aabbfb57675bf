//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::observed::{Observed, Open};
use crate::model::{Deployment, Endpoint, Host, Listening};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/port-public",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("8.6"),
    check: Check::Live(Area::Sockets, check),
    page: include_str!("../../../rules/live/port-public.md"),
};

/// What is only for the machine and its neighbours, by the port that it listens on by itself.
const STORES: &[(u16, &str)] = &[
    (3306, "MySQL"),
    (5432, "PostgreSQL"),
    (5672, "RabbitMQ"),
    (6379, "Redis"),
    (9200, "Elasticsearch"),
    (11211, "memcached"),
    (27017, "MongoDB"),
];

/// The programs behind those, wherever they listen.
const PROGRAMS: &[(&str, &str)] = &[
    ("mongod", "MongoDB"),
    ("memcached", "memcached"),
    ("mysqld", "MySQL"),
    ("mariadbd", "MySQL"),
    ("postgres", "PostgreSQL"),
    ("redis-server", "Redis"),
    ("valkey-server", "Redis"),
];

fn check(deployment: &Deployment, observed: &Observed, out: &mut Findings) {
    // An unprivileged user sees the same table; why there is none is said by another rule.
    let Ok(open) = &observed.open else { return };
    for open in open {
        let Some(port) = open.endpoint.value.port() else { continue };
        // Where the configuration says so, exposure/app-bind-public does.
        let is_meant = |it: &Fact<Listening>| {
            let meant = &it.value.endpoint;
            meant.port() == Some(port) && !matches!(meant, Endpoint::Tcp { host: Host::Any, .. })
        };
        let mut webs = deployment.daemons().filter(|it| it.kind.is_web());
        let app = webs.find(|process| process.listens.iter().any(is_meant));
        let Some(what) = store(open, port).or(app.map(|it| it.name.as_str())) else { continue };
        if !open.is_public() {
            out.passed(format!("`{what}` listens on {} only", open.endpoint));
            continue;
        }
        let let_in = match observed.firewall.as_ref().map(|it| it.lets_in(port)) {
            None => None,
            Some(Ok(Some(rule))) => Some(rule),
            Some(Ok(None)) => {
                out.passed(format!("ufw lets nobody in to `{what}` on {}", open.endpoint));
                continue;
            }
            Some(Err(unseen)) => {
                let asked = format!("whether ufw lets anybody in to `{what}`");
                out.unknown(asked, &unseen.why, unseen.remedy);
                continue;
            }
        };
        // Of firewalls in front of the machine nothing is seen from inside.
        let at = open.endpoint.clone().doubt(Certainty::Likely, "a firewall may stand before it");
        let finding = out.report(
            Subject::Process(app.map_or_else(|| what.to_owned(), |it| it.name.clone())),
            format!("`{what}` listens on {}, for everybody", open.endpoint),
            at.label("open to every network"),
        );
        finding.help("bind it to 127.0.0.1, or to the address of a private network");
        finding.labels.extend(let_in.map(|it| it.label("ufw lets everybody in")));
        let asked = app.and_then(|it| it.listens.first());
        finding.labels.extend(asked.map(|it| it.label("asked for here")));
    }
}

fn store(open: &Open, port: u16) -> Option<&'static str> {
    let program = open.program.as_deref();
    let by_program = PROGRAMS.iter().find(|(name, _)| Some(*name) == program);
    let by_port = STORES.iter().find(|(it, _)| *it == port && program.is_none());
    by_program.map(|(_, what)| *what).or(by_port.map(|(_, what)| *what))
}
