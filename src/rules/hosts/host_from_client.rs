//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{ALLOWED_HOSTS, Deployment, Route};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/host-from-client",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.4"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/host-from-client.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for site in &deployment.sites {
        for route in &site.routes {
            let Some(sent) = route.sends("host").filter(|it| is_clients(&it.value)) else {
                continue;
            };
            // Debian's proxy_params says so, and nobody here wrote it.
            if sent.evidence().place().is_none() {
                continue;
            }
            let Some(everything) = refused_by_nobody(deployment, route) else { continue };
            // Any host leads to this one: `$host` is the client's as well, and what is to be mended
            // is that all are allowed.
            if everything.is_some() && site.takes_any_host() {
                continue;
            }
            let finding = out.report(
                site,
                format!("a client chooses the host by itself: `{}`", sent.value),
                sent.label("passed on whatever it is"),
            );
            finding
                .through(everything, "and any host is allowed")
                .help("send `$host`, which is the name that the site was asked for")
                // Without the port, which matters where that is not the usual one.
                .replace(sent, "$host", Safety::Unsafe);
            break;
        }
    }
}

/// What a client writes into its request, beyond the name that the server was chosen by.
fn is_clients(value: &str) -> bool {
    let own = ["$arg_", "$cookie_", "$http_"];
    own.iter().any(|prefix| value.starts_with(prefix))
}

/// Whether the host that is passed on is surely taken as it is, and what allows it. `None` if
/// Django refuses it, or nobody can tell.
fn refused_by_nobody(deployment: &Deployment, route: &Route) -> Option<Option<Fact<()>>> {
    let Some(app) = deployment.process(route) else {
        // What is behind it may be Django all the same.
        let django = deployment.processes.iter().any(|process| process.django.is_some());
        return (!django && deployment.surroundings.without_django).then_some(None);
    };
    let allowed = app.get(ALLOWED_HOSTS)?;
    let everything = allowed.value.iter().find(|it| it.value == "*")?;
    Some(Some(everything.map(|_| ()).given(&app)))
}
