//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/acme-challenge-refused",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/acme-challenge-refused.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let services = deployment.compose.iter().flat_map(|it| &it.services);
    let webroot = services.clone().find_map(|service| service.webroot());
    for site in &deployment.sites {
        let Some(refused) = site.refuses_challenges() else { continue };
        let plain = site.listeners.iter().any(|it| it.value.port == Some(80) && !it.value.tls);
        let (awaited, text) = match (refused.meant, &webroot) {
            (Some(meant), _) => (meant, "nginx asks expressions before this location is used"),
            (None, Some(webroot)) if plain => (webroot.map(|_| ()), "challenges are written here"),
            (None, _) => continue,
        };
        out.report(
            site,
            "no certificate is ever obtained: challenges are refused",
            refused.by.label("refuses `/.well-known/acme-challenge/` as well"),
        )
        .also(awaited.label(text))
        .help("give `/.well-known/acme-challenge/` a location with `^~`")
        .mend(Safety::Safe, "write `^~` before it", refused.mend);
    }
}
