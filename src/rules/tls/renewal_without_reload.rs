//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::compose::Service;
use crate::model::{Deployment, Site};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/renewal-without-reload",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/renewal-without-reload.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(project) = &deployment.compose else { return };
    if deployment.surroundings.tls.of_reloads {
        return;
    }
    let renews = |service: &&Service| {
        service.words().any(|word| word.contains("certbot renew") || word == "renew")
    };
    let Some(renewer) = project.services.iter().find(renews) else { return };
    // What certbot runs after a renewal may tell nginx.
    let is_hook = |text: &str| text.contains("renewal-hooks");
    let mut targets = renewer.volumes.iter().filter_map(|mount| mount.target.known());
    if targets.any(|it| is_hook(&it.value)) {
        return;
    }
    let Some(command) = renewer.commands().next() else { return };
    let server = |site: &&Site| site.speaks_tls() && site.level_of_server().is_some();
    let Some(site) = deployment.sites.iter().find(server) else { return };
    let Some(service) = &deployment.view(site.view).container else { return };
    let Some(service) = project.service(service) else { return };
    out.report(
        site,
        format!(
            "`{}` renews certificates, and nginx keeps the old ones in memory",
            renewer.name.value
        ),
        Fact::at((), command.place).label("renews, and tells nobody"),
    )
    .also(service.name.label("reads certificates when it starts, and never again"))
    .help("reload nginx after a renewal: `nginx -s reload` in a loop of its own, or a deploy hook");
}
