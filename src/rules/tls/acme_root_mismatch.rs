//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::compose::Service;
use crate::model::{Deployment, Dir, Site, ViewId};
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
    let mut said = Vec::new();
    for service in deployment.compose.iter().flat_map(|it| &it.services) {
        said.extend(elsewhere(deployment, service, out).and_then(|it| it.evidence().place()));
    }
    for site in &deployment.sites {
        let Some(read) = challenges(deployment, site) else { continue };
        // Servers may share the file that has the location.
        let place = read.evidence().place();
        if !deployment.is_brought_by_nothing(&read) || place.is_some_and(|it| said.contains(&it)) {
            continue;
        }
        said.extend(place);
        out.report(
            site,
            "challenges are looked for in a folder that nothing brings into the container",
            read.label(format!("looks for challenges in {}", read.value.shown())),
        )
        .at_most(Severity::Warning)
        .help("mount here the webroot that certbot writes to, or take the location out");
    }
}

/// What certbot in a container writes to another directory than a site reads, and where that reads it.
fn elsewhere(deployment: &Deployment, service: &Service, out: &mut Findings) -> Option<Fact<Dir>> {
    let root = service.webroot()?;
    if let Some((site, route)) = deployment.passes_challenges() {
        out.report(
            site,
            "no certificate is ever obtained: no location looks for challenges",
            route.value.pass.label("requests for challenges are passed on like all others"),
        )
        .also(root.label("and this is where they are written"))
        .because(&route)
        .help("give `/.well-known/acme-challenge/` a location, with this webroot as its `root`");
        return None;
    }
    let name = service.name.value.as_str();
    let mut views = deployment.views.iter();
    let id = ViewId(views.position(|view| view.container.as_deref() == Some(name))?);
    let written = root.map(|root| {
        deployment.view(id).dir(id, &Utf8Path::new(root).join(".well-known/acme-challenge"))
    });
    deployment.sites.iter().find_map(|site| {
        let read = challenges(deployment, site)?;
        let same = deployment.same_dir(&read, &written).filter(|it| !it.value)?;
        out.report(
            site,
            "no certificate is ever obtained: challenges are looked for in another directory",
            read.label(format!("looks for challenges in {}", read.value.shown())),
        )
        .also(root.label(format!("and they are written to {}", written.value.shown())))
        .because(&same)
        .help("mount the webroot of certbot where nginx looks");
        Some(read)
    })
}

fn challenges(deployment: &Deployment, site: &Site) -> Option<Fact<Dir>> {
    let mut locations = site.file_locations(deployment).into_iter();
    let (_, dir) = locations.find(|(path, _)| path.starts_with("/.well-known/acme-challenge"))?;
    Some(dir)
}
