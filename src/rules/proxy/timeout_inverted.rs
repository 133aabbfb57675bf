//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::command::{Program, Started};
use crate::model::{Deployment, Process, Route, Site};
use crate::rules::{Check, Rule};
use std::time::Duration;

pub(super) static RULE: Rule = Rule {
    id: "proxy/timeout-inverted",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/timeout-inverted.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.webs() {
        let Some(started) = app.started.as_ref() else { continue };
        let Some(server) = started.timeout.as_ref().filter(|_| is_for_requests(started)) else {
            continue;
        };
        let seconds = u64::from(server.value);
        let mut found: Vec<(&Site, Fact<u64>)> = Vec::new();
        for site in &deployment.sites {
            found.extend(early(deployment, site, app, seconds).map(|(_, waits)| (site, waits)));
        }
        let Some((site, first)) = found.first() else { continue };
        let waits = first.value;
        let finding = out.report(
            *site,
            format!("the server is set for {seconds} s, and the proxy gives up after {waits} s"),
            server.label(format!("answers may take {seconds} s")),
        );
        for (_, proxy) in &found {
            finding.also(proxy.label(format!("answers 504 after {} s", proxy.value)));
        }
        let directive = early(deployment, site, app, seconds)
            .map_or("proxy_read_timeout", |(route, _)| site.read_timeout_directive(route));
        finding.help(format!("set `{directive} {}s`, or a shorter timeout", seconds + 5));
        let edits = found.iter().filter_map(|(site, _)| wait(deployment, site, app, seconds));
        finding.mend(Safety::Unsafe, format!("wait for {} s", seconds + 5), edits);
    }
}

/// The routes of a site that ask a process and wait for its answer, with how long.
fn leads<'a>(
    deployment: &'a Deployment,
    site: &'a Site,
    app: &'a Process,
) -> impl Iterator<Item = (&'a Route, Option<Fact<u64>>)> {
    // What all of the site goes by has pages on it, whatever may become a WebSocket there.
    let plain = site.routes.iter().filter(|route| !route.upgrades() || route.for_everything);
    plain.filter_map(move |route| {
        let behind = deployment.leads_to(route, app)?;
        Some((route, gives_up(route).map(|it| it.given(&behind))))
    })
}

/// The route that gives up before the server does.
fn early<'a>(
    deployment: &'a Deployment,
    site: &'a Site,
    app: &'a Process,
    seconds: u64,
) -> Option<(&'a Route, Fact<u64>)> {
    let routes = leads(deployment, site, app).filter_map(|(route, it)| Some((route, it?)));
    let (mut early, late): (Vec<_>, Vec<_>) = routes.partition(|(_, waits)| waits.value < seconds);
    // What all of the site goes by says more than what a page of it does.
    early.sort_by_key(|(route, _)| !route.for_everything);
    // Whoever lets some routes wait left the others at the default, as they answer at once.
    early.into_iter().find(|(route, _)| late.is_empty() || is_chosen(route))
}

/// Whether somebody wrote how long a whole part of the site waits; a single path, as one for health
/// checks, is its own affair.
fn is_chosen(route: &Route) -> bool {
    let is_written = route.read_timeout.as_ref().is_some_and(|it| it.evidence().is_written());
    is_written && !route.shown.value.starts_with("location =") && route.shown.value.ends_with('/')
}

/// After how many seconds, at the line that says so or else where it passes on.
fn gives_up(route: &Route) -> Option<Fact<u64>> {
    let proxy = route.read_timeout.as_ref().filter(|it| !it.value.is_zero())?;
    let seconds = proxy.map(Duration::as_secs);
    match proxy.evidence().is_written() {
        true => Some(seconds),
        false => Some(route.pass.map(|_| seconds.value).given(&seconds)),
    }
}

/// Whether the timeout says how long answers may take: gunicorn's and uWSGI's `harakiri`. That of
/// gunicorn bounds a request of its plain workers only, but whoever raises it has slow ones. Its
/// workers for ASGI answer as long as they like: there it says how long an event loop may be stuck.
fn is_for_requests(started: &Started) -> bool {
    let class = started.worker_class.as_ref().map(|it| it.value.to_ascii_lowercase());
    let is_for_asgi = class.is_some_and(|it| it.contains("uvicorn") || it.contains("asgi"));
    matches!(started.program.value, Program::Gunicorn | Program::Uwsgi) && !is_for_asgi
}

/// In place of what the route to a process says, or beside where it passes on.
fn wait(deployment: &Deployment, site: &Site, app: &Process, seconds: u64) -> Option<Edit> {
    let (route, _) = early(deployment, site, app, seconds)?;
    let longer = seconds + 5;
    if let Some(place) = route.read_timeout.as_ref().and_then(|it| it.written_at()) {
        return Some(Edit::replace(place, format!("{longer}s")));
    }
    site.before_pass(route, format!("{} {longer}s;", site.read_timeout_directive(route)))
}
