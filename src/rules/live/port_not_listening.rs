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
        out.passed(format!("port {port} is open{}", by(open)));
    }
}

fn by(open: &Open) -> String {
    open.program.as_ref().map_or_else(String::new, |program| format!(", held by {program}"))
}
