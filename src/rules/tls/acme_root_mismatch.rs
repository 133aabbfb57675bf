//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Dir, Site};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "tls/acme-root-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/acme-root-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(project) = &deployment.compose else { return };
    for service in &project.services {
        let Some(root) = service.webroot() else { continue };
        let Some(index) = deployment
            .views
            .iter()
            .position(|view| view.container.as_deref() == Some(service.name.value.as_str()))
        else {
            continue;
        };
        let id = crate::model::ViewId(index);
        let written = root.map(|root| {
            deployment.view(id).dir(id, &Utf8Path::new(root).join(".well-known/acme-challenge"))
        });
        for site in &deployment.sites {
            let Some(read) = challenges(deployment, site) else { continue };
            let Some(same) = deployment.same_dir(&read, &written).filter(|it| !it.value) else {
                continue;
            };
            out.report(
                site,
                "no certificate is ever obtained: challenges are looked for in another directory",
                read.label(format!("looks for challenges in {}", read.value.shown())),
            )
            .also(root.label(format!("and they are written to {}", written.value.shown())))
            .because(&same)
            .help("mount the webroot of certbot where nginx looks");
            break;
        }
    }
}

fn challenges(deployment: &Deployment, site: &Site) -> Option<Fact<Dir>> {
    let mut locations = site.file_locations(deployment).into_iter();
    let (_, dir) = locations.find(|(path, _)| path.starts_with("/.well-known/acme-challenge"))?;
    Some(dir)
}
