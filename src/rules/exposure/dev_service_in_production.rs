//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::compose::Service;
use crate::model::image::Role;
use crate::model::{Deployment, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/dev-service-in-production",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("7.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/dev-service-in-production.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Where everything is tried before it is live, mails are caught on purpose.
    let mut words = deployment.name.split(|it: char| !it.is_ascii_alphanumeric());
    if words.any(|it| matches!(it, "stage" | "staging")) {
        return;
    }
    for (service, process, container) in deployment.services() {
        if container.role().is_none_or(|it| it.value != Role::MailCatcher) {
            continue;
        }
        let message = format!("`{}` keeps mails that are meant to be sent", process.name);
        let here = service.name.label("a mail catcher delivers nothing");
        if let Some(at) = sends_to(deployment, service) {
            out.report(process, message, here)
                .also(at.label("and mails go there"))
                .help("name a server that delivers, and leave the catcher to development");
            continue;
        }
        let open = service.ports.iter().find_map(|it| it.open());
        if let Some(open) = open {
            out.report(process, message, here)
                .also(open.label("everybody can read them here"))
                .help("leave it to development, or publish it on `127.0.0.1:`");
        }
    }
}

/// What says that mails of the application go to a service.
fn sends_to(deployment: &Deployment, catcher: &Service) -> Option<Fact<()>> {
    let apps = deployment.processes.iter().filter(|it| it.kind.is_app());
    let mut found = apps.flat_map(|process| {
        let app = process.fact();
        let to_catcher = app.connections().into_iter().find(|connection| {
            let target = deployment.target(process, connection);
            matches!(target, Some(Target::Service(it, _)) if it.name.value == catcher.name.value)
        })?;
        Some(app.host_at(&to_catcher.host))
    });
    found.next()
}
