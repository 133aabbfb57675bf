//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::{ALLOWED_HOSTS, DEBUG, Deployment, Process, Route, Site, SiteName, allows};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/allowed-local-only",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/allowed-local-only.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        let Some(debug) = app.get(DEBUG) else { continue };
        let Some(allowed) = app.get(ALLOWED_HOSTS) else { continue };
        let Some(first) = allowed.value.first() else { continue };
        let Some((way, text)) = way(deployment, app.value, &allowed.value) else { continue };
        let is_inside =
            |it: &Fact<String>| is_local(&it.value) || deployment.container(&it.value).is_some();
        if !allowed.value.iter().all(is_inside)
            || !allowed.value.iter().any(|it| is_local(&it.value))
        {
            continue;
        }
        // The env file that scripts name is not in view, and a default is there to be replaced.
        let names_env_file = deployment.compose.as_ref().is_some_and(|it| it.usage.names_env_file);
        if names_env_file && allowed.evidence().certainty() != Certainty::Certain {
            continue;
        }
        let at = app.outside(first).unwrap_or_else(|| first.map(|_| ()));
        // What an image has is there to be replaced.
        if deployment.may_be_outdone(app.value, at.evidence().place()) {
            continue;
        }
        let finding = out.report(
            app.value,
            "visitors are refused: only names of the machine itself are in ALLOWED_HOSTS",
            at.label("names nothing that visitors could ask for"),
        );
        finding
            .through(app.assigned(ALLOWED_HOSTS), "which becomes ALLOWED_HOSTS here")
            .also(way.label(text))
            .because(&allowed)
            .because(&debug)
            .help("add the names that the site is reached by")
            .through(
                outdone(deployment, &app),
                "does not count: `environment` wins over `env_file`",
            );
    }
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | ".localhost" | "127.0.0.1" | "[::1]" | "::1" | "0.0.0.0")
}

/// How visitors get there, where no site has a name to compare.
fn way(
    deployment: &Deployment,
    process: &Process,
    allowed: &[Fact<String>],
) -> Option<(Fact<()>, &'static str)> {
    let sites: Vec<_> = deployment.sites_before(process).collect();
    let named = |site: &&Site| site.names.iter().any(|it| matches!(it.value, SiteName::Host(_)));
    if sites.iter().any(named) {
        return None;
    }
    let asking = sites.iter().filter(|site| !replaces_host(deployment, site, process, allowed));
    let mut listeners = asking.flat_map(|site| &site.listeners);
    if let Some(listener) = listeners.find(|it| !it.value.loopback) {
        return Some((listener.map(|_| ()), "visitors come in here"));
    }
    let mut services = deployment.services().into_iter();
    services.find_map(|(service, it, _)| {
        let (_, open) = service.open_to(it).filter(|_| std::ptr::eq(it, process))?;
        Some((open, "visitors come in here"))
    })
}

/// Whether a site sends one name that is allowed, whatever visitors asked for.
fn replaces_host(
    deployment: &Deployment,
    site: &Site,
    process: &Process,
    allowed: &[Fact<String>],
) -> bool {
    let is_allowed = |route: &Route| {
        let host = route.sends("host").map(|it| it.value.split(':').next().unwrap_or_default());
        host.is_some_and(|host| allowed.iter().any(|it| allows(&it.value, host)))
    };
    let mut routes = deployment.routes_of(site, process).peekable();
    routes.peek().is_some() && routes.all(is_allowed)
}

/// Where somebody may have filled in the names, to no effect.
fn outdone(deployment: &Deployment, app: &Fact<&Process>) -> Option<Fact<()>> {
    let reads = &app.value.django.as_ref()?.evaluation.reads;
    let mut reads = reads.iter().filter(|read| app.is_made_of(ALLOWED_HOSTS, read));
    reads.find_map(|read| deployment.outdone(app.value, &read.name))
}
