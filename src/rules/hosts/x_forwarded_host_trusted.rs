//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::nginx::Level;
use crate::model::{ALLOWED_HOSTS, Deployment, Process, USE_X_FORWARDED_HOST};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/x-forwarded-host-trusted",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("5.4"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/x-forwarded-host-trusted.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        let Some(trusted) = app.get(USE_X_FORWARDED_HOST).filter(|it| it.value) else { continue };
        let Some(at) = app.assigned(USE_X_FORWARDED_HOST) else { continue };
        let Some((way, text)) = way(deployment, app.value) else { continue };
        let allowed = app.get(ALLOWED_HOSTS);
        let exact = |it: &str| !it.starts_with(['.', '*']);
        // Of one name there is no choice.
        if let Some([only]) = allowed.as_ref().map(|it| it.value.as_slice())
            && exact(&only.value)
        {
            continue;
        }
        let everything = allowed.as_ref().and_then(|it| it.value.iter().find(|it| it.value == "*"));
        // Also of hosts that only the environment names: Django holds what comes against the list.
        let finding = out.report(
            app.value,
            match everything {
                None => "clients choose which of ALLOWED_HOSTS links and mails are made with",
                Some(_) => "clients choose the name that links, redirects and mails are made with",
            },
            at.given(&trusted).label("`X-Forwarded-Host` is believed, whoever sends it"),
        );
        finding
            .through(app.supplied(USE_X_FORWARDED_HOST), "turned on here")
            .also(way.label(text))
            .help("take the line out, or let the proxy send `X-Forwarded-Host $host`");
        let line =
            unsent(deployment, app.value).and_then(|it| it.send("X-Forwarded-Host", "$host"));
        finding.mend(Safety::Safe, "send `X-Forwarded-Host $host`", line);
        // Nothing that is sent to others has the name in it.
        if !deployment.may_make_links(&app) {
            finding.at_most(Severity::Warning);
        }
        match everything {
            Some(everything) => {
                let everything = everything.map(|_| ());
                finding.through(Some(everything), "any name passes");
            }
            None => _ = finding.at_most(Severity::Warning),
        }
    }
}

/// A way by which the header comes from the client.
fn way(deployment: &Deployment, process: &Process) -> Option<(Fact<()>, &'static str)> {
    // Traefik sets the header by itself.
    for site in deployment.sites.iter().filter(|it| deployment.behind_traefik(it).is_none()) {
        // No link is made of what becomes a WebSocket.
        for route in site.routes.iter().filter(|it| !it.upgrades() || it.for_everything) {
            let Some(to) = deployment.leads_to(route, process) else { continue };
            if let Some(without) = route.does_not_send("x-forwarded-host") {
                return Some((without.given(&to), "passed on as the client sent it"));
            }
        }
    }
    let mut services = deployment.services().into_iter();
    services.find_map(|(service, it, _)| {
        let (_, open) = service.open_to(it).filter(|_| std::ptr::eq(it, process))?;
        Some((open, "published, so that clients reach it without a proxy"))
    })
}

/// The location of nginx that passes on what clients send.
fn unsent<'d>(deployment: &'d Deployment, process: &Process) -> Option<Level<'d>> {
    let mut routes = deployment.app_routes().into_iter();
    let (site, route, _) = routes.find(|(_, route, to)| {
        std::ptr::eq(to.value, process) && route.does_not_send("x-forwarded-host").is_some()
    })?;
    site.level(route)
}
