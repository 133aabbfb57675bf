//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::model::Deployment;
use crate::model::observed::{Observed, Open};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/port-not-listening",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Sockets, check),
    page: include_str!("../../../rules/live/port-not-listening.md"),
};

fn check(deployment: &Deployment, observed: &Observed, out: &mut Findings) {
    let open = match &observed.open {
        Ok(open) => open,
        Err(unseen) => return out.unknown("who listens where", &unseen.why, unseen.remedy),
    };
    for process in deployment.daemons().filter(|it| it.listens_known) {
        for listening in &process.listens {
            let endpoint = &listening.value.endpoint;
            if let Some(open) = open.iter().find(|it| it.answers(endpoint)) {
                out.passed(format!("{endpoint} is open{}", by(open)));
                continue;
            }
            let name = &process.name;
            let said = format!("nothing listens on {endpoint}, where `{name}` should");
            let routes = deployment.routes_to(endpoint);
            let finding = out.report(process, said, listening.label("should be open"));
            finding.help(format!("`systemctl status {name}` says what became of it"));
            finding.labels.extend(routes.iter().map(|it| it.label("requests go there")));
        }
    }
    for port in deployment.site_ports() {
        let Some(open) = open.iter().find(|it| it.endpoint.value.port() == Some(port.value)) else {
            let said = format!("nothing listens on port {port}, where a site should");
            out.report(Subject::Nothing, said, port.label("should be open"))
                .help("`nginx -t` says whether the configuration is taken; then reload it");
            continue;
        };
        match taken_by(open, observed) {
            Some(program) => {
                let said =
                    format!("port {port} of a site is held by `{program}`, and no web server runs");
                out.report(Subject::Nothing, said, port.label("should be the web server's"))
                    .at_most(Severity::Warning)
                    .also(open.endpoint.label("is held by another program"))
                    .help(format!(
                        "stop `{program}` or give it another port; then start the web server"
                    ));
            }
            None => out.passed(format!("port {port} is open{}", by(open))),
        }
    }
}

/// What stands before a site, or takes its port on behalf of a container: whether that is as it
/// should be, these files do not tell.
const FRONTS: &[&str] = &[
    "nginx",
    "caddy",
    "openresty",
    "angie",
    "haproxy",
    "traefik",
    "envoy",
    "varnishd",
    "hitch",
    "docker-proxy",
    "rootlessport",
    "slirp4netns",
    "pasta",
];

/// The program that has the port of a site while nothing runs that would serve the site.
fn taken_by<'a>(open: &'a Open, observed: &Observed) -> Option<&'a str> {
    let program = open.program.as_deref()?;
    let is_front = |name: &str| FRONTS.iter().any(|it| name.starts_with(it));
    let running = observed.running.as_ref().ok()?;
    (!is_front(program) && !running.iter().any(|it| is_front(&it.name))).then_some(program)
}

fn by(open: &Open) -> String {
    open.program.as_ref().map_or_else(String::new, |program| format!(", held by {program}"))
}
